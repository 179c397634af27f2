package graph

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// hugePages asks Linux to gather the memory of x in pages of 2 MB, so that reading all weights in every update misses fewer
// translations of addresses. The first and the last page may hold neighbours of x too; what they hold does not change. Where
// the pages cannot be had (before Linux 6.1, or when memory is short) x stays where it is.
func hugePages[T float](x []T) {
	const page = 2 << 20
	begin := uintptr(unsafe.Pointer(unsafe.SliceData(x)))
	end := begin + uintptr(len(x))*unsafe.Sizeof(T(0))
	if end-begin < page {
		return
	}
	for p := begin / page * page; p < end; p += page {
		_, _, _ = unix.Syscall(unix.SYS_MADVISE, p, page, unix.MADV_COLLAPSE)
	}
}
