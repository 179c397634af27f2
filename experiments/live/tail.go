package live

import (
	"bytes"
	"errors"
	"io"
	"os"
)

// A Tail reads the lines of a file that grows. The zero Tail with a Path begins at the start of the file.
type Tail struct {
	Path   string
	Offset int64 // where the next line begins

	file os.FileInfo // as it was last read
	buf  []byte
}

// Read calls line with every complete line after Offset, without its end, and with its place in the file. A line that is still being written
// waits for the next Read. The bytes are valid until line returns.
//
// If the file was replaced or cut, as when a run is resumed from a checkpoint, Read calls nothing, returns reset, and begins with the first line
// when it is called again. A missing file is an error for which errors.Is(err, fs.ErrNotExist).
func (t *Tail) Read(line func(text []byte, at int64)) (reset bool, err error) {
	f, err := os.Open(t.Path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return false, err
	}
	if t.file != nil && !os.SameFile(t.file, info) || info.Size() < t.Offset {
		t.file, t.Offset = nil, 0
		return true, nil
	}
	t.file = info
	for {
		n, err := f.ReadAt(t.space(), t.Offset)
		if err != nil && !errors.Is(err, io.EOF) {
			return false, err
		}
		whole := bytes.LastIndexByte(t.buf[:n], '\n') + 1
		for text := range bytes.Lines(t.buf[:whole]) {
			line(text[:len(text)-1], t.Offset)
			t.Offset += int64(len(text))
		}
		switch {
		case err != nil: // the end of the file
			return false, nil
		case whole == 0: // a line is longer than the buffer
			t.buf = make([]byte, 2*len(t.buf))
		}
	}
}

// space is the buffer.
func (t *Tail) space() []byte {
	if t.buf == nil {
		t.buf = make([]byte, 256<<10)
	}
	return t.buf
}
