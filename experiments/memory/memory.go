// Package memory tells how much memory a process may still take, so that what cannot fit is refused before it is begun.
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

// Available returns how many bytes this process can still take without swapping: what the machine has or, if that is less, what its
// control groups leave. ok is false where the system does not tell, as on other systems than Linux.
func Available() (bytes int64, ok bool) { return available(os.DirFS("/")) }

// An Error says that something needs more memory than there is.
type Error struct {
	Need      int64 // bytes
	Available int64 // bytes; negative where that is not known
}

// Error says both in GB, of 10^9 bytes.
func (e *Error) Error() string {
	if e.Available < 0 {
		return fmt.Sprintf("needs about %s GB of memory", gigabytes(e.Need))
	}
	return fmt.Sprintf("needs about %s GB of memory, available: %s GB", gigabytes(e.Need), gigabytes(e.Available))
}

// mostMemory is beyond what a machine may be thought to have that does not tell.
const mostMemory = 1 << 40

// little is a need that every machine meets on which this program starts.
const little = 64 << 20

// Check returns an [*Error] if need, in bytes, is more than Available, or more than a TiB where that is not known.
func Check(need int64) error {
	if need < little {
		return nil // without a look at the system, of which a plan of 100,000 runs would take as many
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

// left is what a control group and those above it leave: the limit less the usage, of which the page cache can be taken back.
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

// number reads a file of one number; "max" is none.
func number(root fs.FS, name string) (int64, bool) {
	src, err := fs.ReadFile(root, name)
	n, wrong := strconv.ParseInt(strings.TrimSpace(string(src)), 10, 64)
	return n, err == nil && wrong == nil
}

// lines are those of a file, none if it is not there.
func lines(root fs.FS, name string) func(yield func(string) bool) {
	src, _ := fs.ReadFile(root, name)
	return strings.SplitSeq(strings.TrimSpace(string(src)), "\n")
}
