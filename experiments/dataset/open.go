package dataset

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// MissingError says which files of a data set are missing, and where they should be. The set is absent, or incomplete if
// some of its files exist. It is an [fs.ErrNotExist].
type MissingError struct {
	Files   []string // the missing ones
	Found   []string // paths of the existing ones; none if the set is absent
	Instead string   // a file that can replace all of them, or ""
	Dirs    []string // where they may be, or for an incomplete set the folder with its other files; none if no folder was given
	Note    string   // what exists but cannot be read, and why, or ""
}

// Error is one line.
func (e *MissingError) Error() string {
	files := strings.Join(e.Files, ", ")
	if e.Instead != "" {
		files = e.Instead + " or " + files
	}
	if len(e.Dirs) == 0 {
		return "no folder of data is given; needed: " + files
	}
	text := fmt.Sprintf("no %s in %s", files, strings.Join(e.Dirs, " or "))
	if e.Incomplete() {
		var found []string
		for _, path := range e.Found {
			found = append(found, filepath.Base(path))
		}
		text += ", which has only " + strings.Join(found, ", ")
	}
	if e.Note != "" {
		text += "; " + e.Note
	}
	return text
}

// Incomplete reports whether some files of the set exist.
func (e *MissingError) Incomplete() bool { return len(e.Found) > 0 }

// Is reports whether target is [fs.ErrNotExist].
func (e *MissingError) Is(target error) bool { return target == fs.ErrNotExist }

// A BrokenError says what is wrong in a file that exists and can be read.
type BrokenError struct {
	File string
	Err  error // what is wrong
}

// Error is one line, whatever is in the file.
func (e *BrokenError) Error() string {
	var line strings.Builder
	for _, r := range e.File + ": " + e.Err.Error() {
		if strconv.IsPrint(r) {
			line.WriteRune(r)
		} else {
			line.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return line.String()
}

// Unwrap returns what is wrong in the file.
func (e *BrokenError) Unwrap() error { return e.Err }

// find returns the paths of all files, gzipped or not, in the first folder that has them all: one of dirs, or one of its
// subfolders with a name in subs.
func find(dirs, subs, files []string) ([]string, *MissingError) {
	absent := &MissingError{Files: files, Dirs: dirs}
	best := absent
	for _, dir := range dirs {
		for _, sub := range append([]string{"."}, subs...) {
			here := &MissingError{Dirs: []string{filepath.Join(dir, sub)}}
			for _, file := range files {
				if path := findFile(here.Dirs[0], file); path != "" {
					here.Found = append(here.Found, path)
				} else {
					here.Files = append(here.Files, file)
				}
			}
			if len(here.Files) == 0 {
				return here.Found, nil
			}
			if here.Incomplete() && best == absent {
				best = here
			}
		}
	}
	return nil, best
}

// findFile returns the path of the file, or "" if it does not exist. It also finds IDX files by their names on Kaggle, such as
// train-images.idx3-ubyte.
func findFile(dir, file string) string {
	for _, name := range []string{file, strings.Replace(file, "-idx", ".idx", 1)} {
		for _, path := range []string{filepath.Join(dir, name), filepath.Join(dir, name+".gz")} {
			if exists(path) {
				return path
			}
		}
	}
	return ""
}

func exists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

// readFile calls read with the content of the file. It recognises gzip by the first bytes, even twice, because browsers may
// unpack a download without changing its name, and servers may pack a file again. The error names the file; it is a
// [*BrokenError] if the file could be read.
func readFile(path string, read func(io.Reader) error) error {
	f, err := openFile(path)
	if errors.Is(err, errNoFile) {
		return &BrokenError{path, err}
	}
	if err != nil {
		return unreadable(path, err)
	}
	defer f.Close()
	err = readUnpacked(f, read)
	if p := new(fs.PathError); errors.As(err, &p) && p.Path == path {
		return unreadable(path, err)
	}
	if err != nil {
		return &BrokenError{path, err}
	}
	return nil
}

// errNoFile is the error of openFile for a pipe, a socket or a device.
var errNoFile = errors.New("it is neither a file nor a folder")

// openFile opens a file for reading. A named pipe, which would block until somebody writes to it, is errNoFile.
func openFile(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() && !info.Mode().IsRegular() {
		return nil, errNoFile
	}
	return os.Open(path)
}

// unreadable makes an error that names the file only once.
func unreadable(path string, err error) error {
	if p := new(fs.PathError); errors.As(err, &p) && p.Path == path {
		err = p.Err
	}
	return fmt.Errorf("%s: %w", path, err)
}

func readUnpacked(f io.Reader, read func(io.Reader) error) error {
	r := bufio.NewReaderSize(f, 1<<16)
	const most = 2 // times gzipped
	for range most {
		if head, _ := r.Peek(2); string(head) != "\x1f\x8b" {
			break
		}
		z, err := gzip.NewReader(r)
		if err != nil {
			return err
		}
		r = bufio.NewReaderSize(z, 1<<16)
	}
	const start = 64
	head, _ := r.Peek(start)
	head = bytes.ToLower(bytes.TrimLeft(head, "\xef\xbb\xbf \t\r\n"))
	for _, tag := range []string{"<!doctype", "<html", "<?xml"} {
		if bytes.HasPrefix(head, []byte(tag)) {
			return errors.New("it is a web page, perhaps a server's error message that was saved instead of the file")
		}
	}
	return read(r)
}

// part returns examples from to to-1 of a set, sharing its memory.
func (s *Set) part(name string, from, to int) *Set {
	part := *s
	part.Name, part.Labels = name, s.Labels[from:to:to]
	from, to = from*s.Features, to*s.Features
	if s.Values != nil {
		part.Values = s.Values[from:to:to]
	} else {
		part.Images = s.Images[from:to:to]
	}
	return &part
}
