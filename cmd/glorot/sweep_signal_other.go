//go:build !unix

package main

import "context"

// stopOnUser does nothing here: there is no SIGUSR1.
func stopOnUser(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithCancel(ctx)
}
