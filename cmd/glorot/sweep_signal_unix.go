//go:build unix

package main

import (
	"context"
	"os/signal"
	"syscall"
)

// stopOnUser also ends the context at a SIGUSR1, by which batch systems announce the end of a job's time. A second SIGTERM has no
// further effect: Slurm sends one to each process of a job, including the script, which passes it on.
func stopOnUser(ctx context.Context) (context.Context, context.CancelFunc) {
	return signal.NotifyContext(ctx, syscall.SIGUSR1, syscall.SIGTERM)
}
