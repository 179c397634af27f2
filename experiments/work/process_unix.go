//go:build unix

package work

import (
	"context"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

// ownGroup starts a process in its own process group.
func ownGroup(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// terminate asks a process to end.
func terminate(p *os.Process) error { return p.Signal(syscall.SIGTERM) }

// StopOnSignals also ends the context at a SIGUSR1, by which batch systems announce the end of a job's time. A second SIGTERM has no further effect:
// Slurm sends one to each process of a job, including the script, which passes it on.
func StopOnSignals(ctx context.Context) (context.Context, context.CancelFunc) {
	return signal.NotifyContext(ctx, syscall.SIGUSR1, syscall.SIGTERM)
}
