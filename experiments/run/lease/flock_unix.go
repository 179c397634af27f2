//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package lease

import (
	"errors"
	"os"
	"syscall"
	"time"
)

// lockFile locks the file until it is closed or the process dies, if the file system supports locks. The isFree of another process
// may hold the lock for a moment.
func lockFile(f *os.File) {
	for range 100 {
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); !errors.Is(err, syscall.EWOULDBLOCK) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// isFree reports whether no process of this system has locked the file, and whether that is known.
func isFree(path string) (free, known bool) {
	f, err := os.Open(path)
	if err != nil {
		return false, false
	}
	defer f.Close()
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
	return err == nil, err == nil || errors.Is(err, syscall.EWOULDBLOCK)
}
