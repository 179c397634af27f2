//go:build !unix

package bench

import "time"

const spentClock = "wall"

var start = time.Now()

// spent is the time since the process began, where no CPU time is to be had.
func spent() time.Duration { return time.Since(start) }
