package run

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ArchiveSuffix is the end of the name of an archive: a whole run in one compressed, read-only file.
const ArchiveSuffix = ".jsonl.gz"

// IsArchive reports whether a path has the name of an archive.
func IsArchive(path string) bool { return strings.HasSuffix(path, ArchiveSuffix) }

// Find returns the runs that the paths name, each once, in the order of the paths and of the names below them: a path is a run, an
// archive, or a folder with runs and archives below it, perhaps none. Any other path is a [*UsageError].
func Find(paths ...string) ([]string, error) {
	f := finder{seen: map[string]bool{}}
	for _, path := range paths {
		const want = "expected: a run, a folder with runs below it, or an archive (NAME" + ArchiveSuffix + ")"
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, &UsageError{Place: Place{File: path}, Problem: "there is no such file or folder, " + want}
		case err != nil:
			return nil, err
		case !info.IsDir() && !IsArchive(path):
			return nil, &UsageError{Place: Place{File: path}, Problem: "is a file, " + want}
		case info.IsDir():
			err = f.walk(filepath.Clean(path))
		default:
			err = f.add(filepath.Clean(path))
		}
		if err != nil {
			return nil, err
		}
	}
	return f.found, nil
}

// A finder collects runs, each once.
type finder struct {
	found []string
	seen  map[string]bool // absolute paths
}

func (f *finder) add(path string) error {
	abs, err := filepath.Abs(path)
	if err == nil && !f.seen[abs] {
		f.seen[abs] = true
		f.found = append(f.found, path)
	}
	return err
}

// walk adds a folder if it is a run, or else the runs in it. It does not enter runs, which have many files, nor hidden folders,
// which have what was deleted, and does not follow links.
func (f *finder) walk(dir string) error {
	if IsRun(dir) {
		return f.add(dir)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), "."):
		case e.IsDir():
			err = f.walk(path)
		case IsArchive(path):
			err = f.add(path)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // a folder may be deleted meanwhile
			return err
		}
	}
	return nil
}
