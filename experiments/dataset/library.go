package dataset

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// mostOwn is the number of choices of one's own data that a Library keeps: each may be as large as the memory.
const mostOwn = 4

// A Library opens data sets when they are first needed, and keeps them: the known ones for ever, of one's own data the last few, until their
// files change. It may be used by several goroutines.
type Library struct {
	dir     string
	mu      sync.Mutex
	shelves map[Choice]*shelf
	own     []Choice // of the shelves with a Path, the one that was asked for last at the end
}

// shelf is the place of a data set. A goroutine that has sent to turn may use the other fields.
type shelf struct {
	turn  chan struct{}
	data  *Data
	files string // the state of its files when it was opened
}

// NewLibrary returns a library of the data sets in the folder dir, where [Open] finds them, and of the generated ones.
func NewLibrary(dir string) *Library { return &Library{dir: dir, shelves: make(map[Choice]*shelf)} }

// Open returns the data set of that name, which it opens like the function [Open] the first time. An error is not kept: a
// missing data set may exist the next time.
func (l *Library) Open(ctx context.Context, name string) (*Data, error) {
	return l.shelve(ctx, Choice{Name: name})
}

// shelve returns what is on the shelf of a choice.
func (l *Library) shelve(ctx context.Context, c Choice) (*Data, error) {
	s := l.shelf(c)
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	files, err := filesAt(c.Path)
	if err == nil && s.data != nil && s.files == files {
		return s.data, nil
	}
	s.data, err = l.open(ctx, c) // which says best what is wrong with the files
	s.files = files
	return s.data, err
}

// shelf returns the shelf of a choice, and clears the one of one's own data that was not asked for longest if there are too many.
func (l *Library) shelf(c Choice) *shelf {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.shelves[c]
	if s == nil {
		s = &shelf{turn: make(chan struct{}, 1)}
		l.shelves[c] = s
	}
	if c.Path != "" {
		l.own = append(slices.DeleteFunc(l.own, func(o Choice) bool { return o == c }), c)
		if len(l.own) > mostOwn {
			delete(l.shelves, l.own[0])
			l.own = l.own[1:]
		}
	}
	return s
}

// filesAt describes the files at a path: how many there are, their size, and when one of them was changed last. It is "" for no path.
func filesAt(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	var number, size int64
	var last time.Time
	err = filepath.WalkDir(path, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		number, size = number+1, size+info.Size()
		if info.ModTime().After(last) {
			last = info.ModTime()
		}
		return nil
	})
	return fmt.Sprint(number, size, last.UnixNano()), err
}
