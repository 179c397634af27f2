package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// A Product describes the content of a directory. A directory that has the File and nothing outside the description is an earlier product.
type Product struct {
	Name  string
	Has   string
	Files []string
}

// A Dir is a directory that is filled under a temporary name, so that the final directory is never incomplete.
type Dir struct {
	Path string // to be filled
	Out  string // its final name
	tmp  string // holds Path; on the file system of Out
	Product
}

// An OccupiedError says that a directory cannot be made because something else is in its place.
type OccupiedError struct{ Path, Problem string }

func (e *OccupiedError) Error() string { return fmt.Sprintf("%s %s", e.Path, e.Problem) }

// NewDir makes the directory to be filled: in out if that exists, otherwise in the nearest existing directory above it. It
// returns an [OccupiedError] if out is a file, or holds something other than an earlier product. The caller calls Remove at
// the end.
func NewDir(out string, p Product) (*Dir, error) {
	s := &Dir{Out: filepath.Clean(out), Product: p}
	if err := p.freeFor(s.Out, ""); err != nil {
		return nil, err
	}
	near := s.Out
	for {
		if _, err := os.Lstat(near); !errors.Is(err, fs.ErrNotExist) {
			break
		}
		near = filepath.Dir(near)
	}
	var err error
	if s.tmp, err = os.MkdirTemp(near, ".glorot-*"); err != nil {
		return nil, cannotMake(s.Out, err)
	}
	s.Path = filepath.Join(s.tmp, "out")
	if err := os.Mkdir(s.Path, 0o777); err != nil {
		s.Remove()
		return nil, cannotMake(s.Out, err)
	}
	return s, nil
}

// Finish gives the directory its name. If there is a directory of that name, empty or with an earlier product, the content of
// Path replaces it.
func (s *Dir) Finish() error {
	if err := s.freeFor(s.Out, filepath.Base(s.tmp)); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(s.Out), 0o777); err != nil {
		return cannotMake(s.Out, err)
	}
	if _, err := os.Stat(s.Out); err == nil {
		return s.move()
	}
	if err := os.Rename(s.Path, s.Out); err != nil {
		return cannotMake(s.Out, err)
	}
	return nil
}

func (s *Dir) move() error {
	entries, err := os.ReadDir(s.Path)
	if err != nil {
		return err
	}
	earlier := filepath.Join(s.tmp, "earlier")
	if err := os.Mkdir(earlier, 0o777); err != nil {
		return cannotMake(s.Out, err)
	}
	for _, name := range s.Files {
		if err := os.Rename(filepath.Join(s.Out, name), filepath.Join(earlier, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return cannotMake(s.Out, err)
		}
	}
	for _, e := range entries {
		if err := os.Rename(filepath.Join(s.Path, e.Name()), filepath.Join(s.Out, e.Name())); err != nil {
			return cannotMake(s.Out, err)
		}
	}
	return nil
}

// Remove deletes what was not finished.
func (s *Dir) Remove() { os.RemoveAll(s.tmp) }

// freeFor returns an error if a directory holds anything but an earlier product and an entry called except.
func (p Product) freeFor(dir, except string) error {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err == nil && !info.IsDir():
		return &OccupiedError{dir, "is a file; want a new or an empty directory"}
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
			results = results || e.Name() == p.Has
		}
		if e.Name() != except && !slices.Contains(p.Files, e.Name()) {
			results = false
			break
		}
	}
	if others > 0 && !results {
		return &OccupiedError{dir, fmt.Sprintf("holds something other than an earlier %s; nothing is overwritten: choose another directory or remove it", p.Name)}
	}
	return nil
}

// cannotMake is err without the temporary names, which mean nothing to a reader.
func cannotMake(dir string, err error) error {
	return fmt.Errorf("cannot make %s: %w", dir, cause(err))
}

// Fill writes the files of the directory, each with its function, after others has filled folders in it.
func (s *Dir) Fill(files map[string]func(io.Writer) error, others ...func(dir string) error) error {
	for _, fill := range others {
		if err := fill(s.Path); err != nil {
			return cannotMake(s.Out, err)
		}
	}
	for name, content := range files {
		if err := Write(filepath.Join(s.Path, name), content); err != nil {
			return cannotMake(s.Out, err)
		}
	}
	return nil
}
