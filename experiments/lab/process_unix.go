//go:build unix

package lab

import (
	"os/exec"
	"syscall"
)

// ownGroup starts a process in its own process group, which Ctrl-C in the terminal of this process does not reach.
func ownGroup(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
