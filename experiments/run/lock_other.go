//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package run

import "os"

// locks tells whether lock keeps others out.
const locks = false

// lock does nothing here: this system has no flock. A new run is still made by one process
// only, but nothing keeps two from going on with the same run at once.
func lock(*os.File) error { return nil }
