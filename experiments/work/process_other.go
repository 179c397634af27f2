//go:build !unix

package work

import (
	"os"
	"os/exec"
)

// ownGroup does nothing here.
func ownGroup(*exec.Cmd) {}

// terminate kills the process, as there is no SIGTERM here: it loses what it did since its last checkpoint.
func terminate(p *os.Process) error { return p.Kill() }
