//go:build !unix

package work

import (
	"context"
	"os"
	"os/exec"
)

// ownGroup does nothing here.
func ownGroup(*exec.Cmd) {}

// terminate kills the process, as there is no SIGTERM here. The work since its last checkpoint is lost.
func terminate(p *os.Process) error { return p.Kill() }

// StopOnSignals does nothing here: there is no SIGUSR1.
func StopOnSignals(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithCancel(ctx)
}
