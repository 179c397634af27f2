//go:build unix

package main

import (
	"context"
	"os/signal"
	"syscall"
)

// stopOnUser ends the context also at a SIGUSR1, with which batch systems announce the end of a job's time. A second SIGTERM does no
// more than the first: Slurm sends it to each process of a job, also to the script that passes it on.
func stopOnUser(ctx context.Context) (context.Context, context.CancelFunc) {
	return signal.NotifyContext(ctx, syscall.SIGUSR1, syscall.SIGTERM)
}
