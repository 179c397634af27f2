package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"glorot/experiments/report"
	"glorot/experiments/run/atomicfile"
)

// staged is a directory that is filled under a name of its own, so that the directory it becomes is never there in part.
type staged struct {
	dir string // to be filled
	out string // what it becomes
	tmp string // holds dir; on the file system of out
	product
}

// A product is what a directory is made of. One that holds nothing else, and has the file, is an earlier one.
type product struct {
	name  string
	has   string
	files []string
}

// pageProduct is a reproduction.
func pageProduct() product {
	return product{"page", "results.json", []string{"figures", "index.html", "results.json", "results.md"}}
}

// stage makes a directory for a reproduction; see stageFor.
func stage(out string) (*staged, error) { return stageFor(out, pageProduct()) }

// stageFor refuses an out that holds something other than an earlier product, and makes the directory to be filled: in out if that is
// there, otherwise in the nearest directory above it. The caller calls remove when all is done.
func stageFor(out string, p product) (*staged, error) {
	if out == "" {
		return nil, wrongUse("--out is empty; want the name of a new or an empty directory")
	}
	s := &staged{out: filepath.Clean(out), product: p}
	if err := p.freeFor(s.out, ""); err != nil {
		return nil, err
	}
	near := s.out
	for {
		if _, err := os.Lstat(near); !errors.Is(err, fs.ErrNotExist) {
			break
		}
		near = filepath.Dir(near)
	}
	var err error
	if s.tmp, err = os.MkdirTemp(near, ".glorot-*"); err != nil {
		return nil, cannotMake(s.out, err)
	}
	s.dir = filepath.Join(s.tmp, "out")
	if err := os.Mkdir(s.dir, 0o777); err != nil {
		s.remove()
		return nil, cannotMake(s.out, err)
	}
	return s, nil
}

// finish gives the directory its name. If there is a directory of that name, empty or with an earlier page, what is in dir moves
// there in its place.
func (s *staged) finish() error {
	if err := s.freeFor(s.out, filepath.Base(s.tmp)); err != nil {
		return err
	}
	err := os.MkdirAll(filepath.Dir(s.out), 0o777)
	if err != nil {
		return cannotMake(s.out, err)
	}
	if _, err := os.Stat(s.out); err == nil {
		return s.move()
	}
	if err := os.Rename(s.dir, s.out); err != nil {
		return cannotMake(s.out, err)
	}
	return nil
}

func (s *staged) move() error {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return err
	}
	earlier := filepath.Join(s.tmp, "earlier")
	if err := os.Mkdir(earlier, 0o777); err != nil {
		return cannotMake(s.out, err)
	}
	for _, name := range s.files {
		if err := os.Rename(filepath.Join(s.out, name), filepath.Join(earlier, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return cannotMake(s.out, err)
		}
	}
	for _, e := range entries {
		if err := os.Rename(filepath.Join(s.dir, e.Name()), filepath.Join(s.out, e.Name())); err != nil {
			return cannotMake(s.out, err)
		}
	}
	return nil
}

// remove takes away what is not finished.
func (s *staged) remove() { os.RemoveAll(s.tmp) }

// freeFor refuses a directory that holds something besides an earlier product and an entry called except.
func (p product) freeFor(dir, except string) error {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err == nil && !info.IsDir():
		return wrongUse("--out %s is a file; want a new or an empty directory", dir)
	case err != nil:
		return cannotMake(dir, err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	others, results := 0, false
	for _, e := range entries {
		if e.Name() != except {
			others++
			results = results || e.Name() == p.has
		}
		if e.Name() != except && !slices.Contains(p.files, e.Name()) {
			results = false
			break
		}
	}
	if others > 0 && !results {
		return wrongUse("--out %s holds something else than an earlier %s; nothing is overwritten: choose another directory or remove it", dir, p.name)
	}
	return nil
}

// cannotMake is err without the temporary names, which mean nothing to a reader.
func cannotMake(dir string, err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		err = path.Err
	case errors.As(err, &link):
		err = link.Err
	}
	return fmt.Errorf("cannot make %s: %w", dir, err)
}

// writeFiles writes the files of a directory, each whole or not at all.
func writeFiles(dir string, files map[string]func(io.Writer) error) error {
	for name, content := range files {
		if err := atomicfile.Write(filepath.Join(dir, name), content); err != nil {
			return err
		}
	}
	return nil
}

// writeFigures draws figures, as PNG and SVG, in a new folder figures of a directory.
func writeFigures(dir string, list []report.Figure) error {
	figures := filepath.Join(dir, "figures")
	if err := os.Mkdir(figures, 0o777); err != nil {
		return err
	}
	for _, f := range list {
		if _, err := f.Save(figures); err != nil {
			return err
		}
	}
	return nil
}
