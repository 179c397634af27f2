//go:build unix

package work

import (
	"os"
	"os/exec"
	"syscall"
)

// ownGroup starts a process in its own process group.
func ownGroup(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// terminate asks a process to end.
func terminate(p *os.Process) error { return p.Signal(syscall.SIGTERM) }
