package live

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"glorot/experiments/run"
)

// A Lister lists the runs and archives below some paths. It may be used by one goroutine at a time.
type Lister struct {
	paths []string
	known map[string]known
}

// known is a head with the state of the files from which it was read.
type known struct {
	head  Head
	files [4]file
}

// A file is what shows that a file has changed; the zero file is missing.
type file struct {
	size  int64
	mtime time.Time
}

// NewLister returns a lister of the runs that the paths name, see [run.Find].
func NewLister(paths ...string) *Lister { return &Lister{paths: paths} }

// List returns the heads of the runs that exist now, in the order of [run.Find], and whether any differs from the List before. Only runs whose files
// have changed, and those that are running, are read again.
func (l *Lister) List(ctx context.Context, now time.Time) (heads []Head, changed bool, err error) {
	paths, err := run.Find(l.paths...)
	if err != nil {
		return nil, false, err
	}
	list, fresh := make([]known, len(paths)), make([]bool, len(paths))
	var next atomic.Int64
	var all sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(paths) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				list[i], fresh[i] = l.read(paths[i], now)
			}
		})
	}
	all.Wait()
	if err := ctx.Err(); err != nil {
		return nil, false, err
	}
	changed = len(paths) != len(l.known)
	l.known = make(map[string]known, len(list))
	for i, k := range list {
		heads = append(heads, k.head)
		changed = changed || fresh[i]
		l.known[paths[i]] = k
	}
	return heads, changed, nil
}

// read reads a head if it may have changed, and reports whether it did.
func (l *Lister) read(path string, now time.Time) (known, bool) {
	old, ok := l.known[path]
	k := known{files: files(path)}                                                                  // before the head, so that a later change is noticed
	if ok && k.files == old.files && old.head.Status != run.Running && old.head.Status != Damaged { // an error may not last
		return old, false
	}
	k.head = ReadHead(path, now)
	return k, k.files != old.files || k.head.Status != old.head.Status
}

// files is the state of the files on which the head of a run depends.
func files(path string) (all [4]file) {
	names := []string{run.ManifestFile, run.LogFile, run.ExtraFile, run.ConfigFile}
	if run.IsArchive(path) {
		names = []string{""}
	}
	for i, name := range names {
		if i == 0 && run.IsRecorded(path) {
			name = run.RecordedFile
		}
		if info, err := os.Stat(filepath.Join(path, name)); err == nil {
			all[i] = file{info.Size(), info.ModTime()}
		}
	}
	return all
}
