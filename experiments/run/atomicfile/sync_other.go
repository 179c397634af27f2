//go:build !unix

package atomicfile

// SyncDir does nothing here: the system offers no way to sync a directory.
func SyncDir(string) error { return nil }
