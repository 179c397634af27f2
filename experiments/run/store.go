package run

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A Store is a folder of runs, each in a directory NAME-ID or an archive, with further read-only archives behind it. Several processes may use one
// folder.
type Store struct {
	Dir      string // "" for a store that has only the archives
	archives []Archives
}

// Archives are a folder of archives.
type Archives struct {
	FS   fs.FS
	Name string // in messages
}

// NewStore returns the store in a folder, which is created with the first run; with "" the store has only the archives.
func NewStore(dir string, archives ...Archives) *Store {
	if dir != "" {
		archives = append([]Archives{{os.DirFS(dir), dir}}, archives...)
	}
	return &Store{dir, archives}
}

// Path returns the directory of the trajectory of a configuration with that origin.
func (s *Store) Path(c Config, o Origin) string {
	return filepath.Join(s.Dir, c.Name()+"-"+c.ID(o))
}

// Trace answers a request from the folder or from the archives. The error is a [*GapError] if something is missing.
func (s *Store) Trace(c Config, o Origin) (*Trace, error) {
	id := c.ID(o)
	gap := &GapError{ID: id, Reached: -1, Last: c.Train.Updates, Rest: c.Recording().Ending(c.Train.Updates)}
	runs, err := s.find(id, s.Path(c, o))
	if err != nil {
		return nil, err
	}
	for i, r := range runs {
		t, err := r.Trace(c)
		var lacks *GapError
		switch {
		case err == nil:
			return t, nil
		case !errors.As(err, &lacks):
			return nil, err
		case i == 0:
			gap = lacks
		}
	}
	return nil, gap
}

// Archived returns the archive of a trajectory, or nil if there is none.
func (s *Store) Archived(id string) (*Run, error) {
	for _, a := range s.archives {
		names, err := fs.Glob(a.FS, "*-"+id+ArchiveSuffix)
		if err != nil {
			return nil, err
		}
		if len(names) > 0 {
			return OpenArchive(a.FS, names[0], a.Name)
		}
	}
	return nil, nil
}

// find returns the run and the archive of a trajectory, as far as they exist, the directory first.
func (s *Store) find(id, dir string) ([]*Run, error) {
	var runs []*Run
	if s.Dir != "" {
		r, err := Open(dir)
		var none *UsageError
		if err != nil && !errors.As(err, &none) {
			return nil, err
		}
		if err == nil {
			runs = append(runs, r)
		}
	}
	r, err := s.Archived(id)
	if r != nil {
		runs = append(runs, r)
	}
	return runs, err
}

// Data identifies the images of a data set that the runs of the store learned, for requests whose images are missing. The folder comes before the
// archives. ok is false if there is no such run.
func (s *Store) Data(name string) (images Images, ok bool, err error) {
	prefix := name + "-"
	var entries []fs.DirEntry
	if s.Dir != "" {
		if entries, err = os.ReadDir(s.Dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return images, false, err
		}
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), prefix) && e.IsDir() {
			if r, err := Open(filepath.Join(s.Dir, e.Name())); err == nil {
				return r.manifest.Data, true, nil
			}
		}
	}
	for _, a := range s.archives {
		names, err := fs.Glob(a.FS, prefix+"*"+ArchiveSuffix)
		if err != nil {
			return images, false, err
		}
		if len(names) > 0 {
			r, err := OpenArchive(a.FS, names[0], a.Name)
			if err != nil {
				return images, false, err
			}
			return r.manifest.Data, true, nil
		}
	}
	return images, false, nil
}
