// Package memory reports how much memory a process may still use, so that work that cannot fit is refused before it begins.
package memory

import (
	"fmt"
	"io/fs"
	"math"
	"os"
	"path"
	"strconv"
	"strings"
)

// Available returns how many bytes this process can still use without swapping: the machine's available memory or, if that is less,
// what its control groups allow. ok is false if this is unknown, as on systems other than Linux.
func Available() (bytes int64, ok bool) { return available(os.DirFS("/")) }

// An Error reports that something needs more memory than is available.
type Error struct {
	Need      int64 // bytes
	Available int64 // bytes; negative if unknown
}

// Error gives both in GB, which are 10^9 bytes.
func (e *Error) Error() string {
	if e.Available < 0 {
		return fmt.Sprintf("needs about %s GB of memory", gigabytes(e.Need))
	}
	return fmt.Sprintf("needs about %s GB of memory, available: %s GB", gigabytes(e.Need), gigabytes(e.Available))
}

// mostMemory is the limit on machines whose memory is unknown.
const mostMemory = 1 << 40

// little is so small that every machine which can run this program has it.
const little = 64 << 20

// Check returns an [*Error] if need, in bytes, is more than Available, or more than a TiB if that is unknown.
func Check(need int64) error {
	if need < little {
		return nil // without asking the system, which a plan of 100,000 runs would do as many times
	}
	switch has, ok := Available(); {
	case ok && need > has:
		return &Error{need, has}
	case !ok && need > mostMemory:
		return &Error{need, -1}
	}
	return nil
}

func gigabytes(n int64) string { return strconv.FormatFloat(float64(n)/1e9, 'f', 1, 64) }

// available reads MemAvailable of /proc/meminfo, and the control groups that /proc/self/cgroup names.
func available(root fs.FS) (int64, bool) {
	least := int64(math.MaxInt64)
	for line := range lines(root, "proc/meminfo") {
		if kilobytes, ok := strings.CutPrefix(line, "MemAvailable:"); ok {
			if n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(kilobytes, "kB")), 10, 64); err == nil {
				least = n << 10
			}
		}
	}
	for line := range lines(root, "proc/self/cgroup") {
		fields := strings.SplitN(line, ":", 3) // hierarchy, controllers, path
		switch {
		case len(fields) < 3:
		case fields[1] == "":
			least = min(least, left(root, "sys/fs/cgroup", fields[2], "memory.max", "memory.current", "inactive_file"))
		case strings.Contains(","+fields[1]+",", ",memory,"):
			least = min(least, left(root, "sys/fs/cgroup/memory", fields[2], "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"))
		}
	}
	return max(least, 0), least < math.MaxInt64
}

// left is the smallest rest of a control group and those above it: the limit minus the usage, not counting the page cache, which can be
// reclaimed.
func left(root fs.FS, mount, group, limit, usage, cache string) int64 {
	least := int64(math.MaxInt64)
	for dir := path.Join("/", group); ; dir = path.Dir(dir) {
		at := path.Join(mount, dir)
		if most, ok := number(root, path.Join(at, limit)); ok {
			used, _ := number(root, path.Join(at, usage))
			for line := range lines(root, path.Join(at, "memory.stat")) {
				if value, ok := strings.CutPrefix(line, cache+" "); ok {
					n, _ := strconv.ParseInt(value, 10, 64)
					used -= n
				}
			}
			least = min(least, most-used)
		}
		if dir == "/" {
			return least
		}
	}
}

// number reads a file that holds one number; "max" counts as none.
func number(root fs.FS, name string) (int64, bool) {
	src, err := fs.ReadFile(root, name)
	n, wrong := strconv.ParseInt(strings.TrimSpace(string(src)), 10, 64)
	return n, err == nil && wrong == nil
}

// lines returns the lines of a file, or none if it does not exist.
func lines(root fs.FS, name string) func(yield func(string) bool) {
	src, _ := fs.ReadFile(root, name)
	return strings.SplitSeq(strings.TrimSpace(string(src)), "\n")
}
