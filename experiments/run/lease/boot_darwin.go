package lease

import "golang.org/x/sys/unix"

// boot identifies the running system; it is "" if unknown.
func boot() string {
	id, _ := unix.Sysctl("kern.bootsessionuuid")
	return id
}
