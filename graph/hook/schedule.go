package hook

import (
	"math"
	"slices"
)

// A Schedule says whether something is due at an update. Update u sees the parameters after u updates: update 0 is before any
// training.
type Schedule func(update int) bool

// Every is due at updates 0, n, 2n, …; with n < 1 it is never due.
func Every(n int) Schedule {
	return func(u int) bool { return n > 0 && u%n == 0 }
}

// At is due at the given updates.
func At(updates ...int) Schedule {
	return func(u int) bool { return slices.Contains(updates, u) }
}

// Logarithmic is due at update 0 and then about perDecade times a decade: at the integers nearest to 10^(k/perDecade),
// k = 0, 1, …. Logarithmic(3) is due at 0, 1, 2, 5, 10, 22, 46, 100, ….
func Logarithmic(perDecade int) Schedule {
	return func(u int) bool {
		if u <= 0 || perDecade < 1 {
			return u == 0 && perDecade >= 1
		}
		k := math.Round(math.Log10(float64(u)) * float64(perDecade))
		return int(math.Round(math.Pow(10, k/float64(perDecade)))) == u
	}
}

// Any is due when one of the schedules is.
func Any(schedules ...Schedule) Schedule {
	return func(u int) bool {
		for _, s := range schedules {
			if s(u) {
				return true
			}
		}
		return false
	}
}
