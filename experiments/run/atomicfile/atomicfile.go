// Package atomicfile writes files that are complete or do not exist.
package atomicfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Write replaces the file at path with what content writes. The bytes go to a temporary file in the
// same directory (".NAME.PID-N.tmp"), which is synced and then renamed, and the rename is synced
// too: at any moment, and after a crash, path is either the old file or the new one. After an
// error, which names path, it is the old one. The writer that is passed to content is buffered.
func Write(path string, content func(io.Writer) error) (err error) {
	f, err := createTemp(path)
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", path, cause(err))
	}
	named := false
	defer func() {
		if !named { // also when content panics
			f.Close()
			os.Remove(f.Name())
		}
		var at *fs.PathError
		if errors.As(err, &at) && at.Path == f.Name() {
			err = at.Err // the temporary name means nothing to a reader
		}
		if err != nil {
			err = fmt.Errorf("cannot write %s: %w", path, err)
		}
	}()
	w := bufio.NewWriterSize(f, 1<<16)
	if err := content(w); err != nil {
		return err
	}
	rename := func() error { return os.Rename(f.Name(), path) }
	for _, step := range []func() error{w.Flush, f.Sync, f.Close, rename} {
		if err := step(); err != nil {
			return cause(err)
		}
	}
	named = true
	return SyncDir(filepath.Dir(path))
}

// createTemp makes a new file beside path, with the mode that path has or would get.
func createTemp(path string) (*os.File, error) {
	dir, base := filepath.Dir(path), filepath.Base(path)
	var f *os.File
	for err, n := fs.ErrExist, 0; errors.Is(err, fs.ErrExist); n++ {
		name := fmt.Sprintf(".%s.%d-%d.tmp", base, os.Getpid(), n)
		f, err = os.OpenFile(filepath.Join(dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
	}
	if info, err := os.Stat(path); err == nil {
		if err := f.Chmod(info.Mode().Perm()); err != nil {
			f.Close()
			os.Remove(f.Name())
			return nil, err
		}
	}
	return f, nil
}

// cause is the reason in an error of package os, without the names of files.
func cause(err error) error {
	var p *fs.PathError
	var l *os.LinkError
	switch {
	case errors.As(err, &p):
		return p.Err
	case errors.As(err, &l):
		return l.Err
	}
	return err
}
