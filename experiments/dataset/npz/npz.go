// Package npz reads and writes numpy's .npy and .npz files. It writes arrays of float32, float64, int64 and uint8, and reads all numeric
// types.
//
// The same arrays always give the same bytes: members are stored uncompressed, in
// the given order, with the date 1980-01-01.
//
// Reading is code of its own because the library github.com/sbinet/npyio, with which tests compare, trusts the sizes in a file and reads
// no float16, no text and no Fortran order of more than two dimensions.
//
// References: numpy.lib.format, "NEP 1 — A simple file format for NumPy arrays".
package npz

import (
	"archive/zip"
	"fmt"
	"io"
	"time"
)

// Array is a named array. Data is a []float32, []float64, []int64 or []uint8, in
// row-major order; one that was read may also be a []uint64 or a []string.
type Array struct {
	Name  string
	Shape []int // empty for a scalar
	Data  any
}

// zipDate is the earliest date that zip can express.
var zipDate = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// Write writes an .npz file. It returns an error if a name is empty or used twice,
// if Data is of another type or does not have the number of elements of Shape, or
// if writing fails.
func Write(w io.Writer, arrays ...Array) error {
	z := zip.NewWriter(w)
	seen := map[string]bool{}
	for _, a := range arrays {
		if a.Name == "" || seen[a.Name] {
			return fmt.Errorf("npz: array name %q is empty or used twice", a.Name)
		}
		seen[a.Name] = true
		member, err := z.CreateHeader(&zip.FileHeader{Name: a.Name + ".npy", Method: zip.Store, Modified: zipDate})
		if err != nil {
			return fmt.Errorf("npz: array %q: %w", a.Name, err)
		}
		if err := WriteNPY(member, a); err != nil {
			return err
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("npz: %w", err)
	}
	return nil
}
