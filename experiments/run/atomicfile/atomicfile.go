// Package atomicfile writes files that are there whole or not at all.
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

// Write makes the file at path from what content writes, in place of any file that was
// there. The bytes go to a temporary file in the same directory (".NAME.PID-N.tmp"), are
// synced, and get their name by a rename, which is synced too: at any moment, and after
// a crash, path is the old file or the new one. After an error, which names path, it is
// the old one. The writer that content gets is buffered.
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
	if err := w.Flush(); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return cause(err)
	}
	named = true
	return SyncDir(filepath.Dir(path))
}

// createTemp makes a new file beside path with the mode that path has, or would get.
func createTemp(path string) (*os.File, error) {
	mode := fs.FileMode(0o666) // less the umask
	info, err := os.Stat(path)
	if err == nil {
		mode = info.Mode().Perm()
	}
	for n := 0; ; n++ {
		name := fmt.Sprintf(".%s.%d-%d.tmp", filepath.Base(path), os.Getpid(), n)
		f, err := os.OpenFile(filepath.Join(filepath.Dir(path), name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
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
