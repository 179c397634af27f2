//go:build !linux

package graph

// hugePages does nothing: only Linux is asked for huge pages.
func hugePages[T float]([]T) {}
