//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package main

import (
	"os"
	"syscall"
)

// stateOf says of a run without an end whether a process writes to it, by the lock that the process has on the log. To find out takes
// the lock for a moment, shared, so that several may look.
func stateOf(log *os.File) string {
	if syscall.Flock(int(log.Fd()), syscall.LOCK_SH|syscall.LOCK_NB) != nil {
		return "running"
	}
	syscall.Flock(int(log.Fd()), syscall.LOCK_UN)
	return "killed"
}
