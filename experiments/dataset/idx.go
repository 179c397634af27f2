package dataset

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// IDX is an array of unsigned bytes, as the files of MNIST hold it
// (LeCun, Cortes & Burges, "The MNIST database of handwritten digits", 1998).
type IDX struct {
	Dims []int   // at least one, each at least 1
	Data []uint8 // row-major, the last dimension runs fastest
}

// idxMagic starts an IDX file: two zeros, 8 for unsigned bytes, and the number of
// dimensions, which follow it in 32 big-endian bits each.
func idxMagic(dims int) uint32 { return 0x0800 | uint32(dims) }

// maxIDX bounds what an array may hold, so that its size is an int everywhere.
const maxIDX = math.MaxInt32

// ReadIDX reads an IDX file up to its end, which must be that of the array. The
// array must have as many dimensions as want, and where want is not 0 they must
// have that size. The error says what is wrong, but not in which file. The
// memory is at most twice what the length of r justifies.
func ReadIDX(r io.Reader, want ...int) (IDX, error) {
	head := make([]byte, 4+4*len(want))
	n, err := io.ReadFull(r, head)
	if n >= 4 && binary.BigEndian.Uint32(head) != idxMagic(len(want)) {
		return IDX{}, fmt.Errorf("magic is 0x%08x, must be 0x%08x: unsigned bytes in %d dimensions",
			binary.BigEndian.Uint32(head), idxMagic(len(want)), len(want))
	}
	if err != nil {
		return IDX{}, ended(err, "header", n, len(head))
	}
	a := IDX{Dims: make([]int, len(want))}
	size := 1
	for i, w := range want {
		d := binary.BigEndian.Uint32(head[4+4*i:])
		switch {
		case w != 0 && int64(d) != int64(w):
			return IDX{}, fmt.Errorf("dimension %d is %d, must be %d", i, d, w)
		case d == 0:
			return IDX{}, fmt.Errorf("dimension %d is 0, must be 1 or more", i)
		case int64(d) > int64(maxIDX/size):
			return IDX{}, fmt.Errorf("dimension %d is %d, which makes more than %d bytes", i, d, maxIDX)
		}
		a.Dims[i] = int(d)
		size *= int(d)
	}
	if a.Data, err = readBytes(r, size); err != nil {
		return IDX{}, err
	}
	return a, nil
}

// WriteIDX writes an IDX file. It returns an error if the dimensions do not fit
// the data.
func WriteIDX(w io.Writer, a IDX) error {
	head := binary.BigEndian.AppendUint32(nil, idxMagic(len(a.Dims)))
	size := 1
	for _, d := range a.Dims {
		if d < 1 || d > maxIDX/size {
			return fmt.Errorf("idx: dimensions %v, must be 1 or more and make at most %d bytes", a.Dims, maxIDX)
		}
		size *= d
		head = binary.BigEndian.AppendUint32(head, uint32(d))
	}
	if len(a.Dims) < 1 || len(a.Dims) > 255 || size != len(a.Data) {
		return fmt.Errorf("idx: %d bytes for dimensions %v", len(a.Data), a.Dims)
	}
	if _, err := w.Write(head); err != nil {
		return err
	}
	_, err := w.Write(a.Data)
	return err
}

// readBytes reads n bytes, after which r must end. It allocates little at first,
// because n may be wrong.
func readBytes(r io.Reader, n int) ([]uint8, error) {
	data := make([]uint8, 0, min(n, 1<<16))
	for {
		k, err := io.ReadFull(r, data[len(data):cap(data)])
		data = data[:len(data)+k]
		switch {
		case err != nil:
			return nil, ended(err, "data", len(data), n)
		case len(data) == n:
			return data, atEnd(r)
		}
		grown := make([]uint8, len(data), min(int64(n), 2*int64(cap(data))))
		copy(grown, data)
		data = grown
	}
}

// atEnd returns an error unless r ends here with a correct checksum.
func atEnd(r io.Reader) error {
	var one [1]byte
	switch _, err := io.ReadFull(r, one[:]); err {
	case io.EOF:
		return nil
	case nil:
		return errors.New("continues after the end of its data")
	default:
		return fmt.Errorf("at the end of the data: %w", err)
	}
}

// ended adds to err how much was read before it.
func ended(err error, what string, n, of int) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return fmt.Errorf("%s ends after %d of %d bytes", what, n, of)
	}
	return fmt.Errorf("%s, after %d of %d bytes: %w", what, n, of, err)
}
