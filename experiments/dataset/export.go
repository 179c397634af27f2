package dataset

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"path/filepath"

	"glorot/experiments/dataset/npz"
	"glorot/experiments/run/atomicfile"
)

// WriteSet writes a set to a file, completely or not at all: as [WriteNPZ] does if the name ends in .npz, otherwise as a PNG contact sheet
// with 20 columns.
func WriteSet(path string, set *Set) error {
	if filepath.Ext(path) == ".npz" {
		return atomicfile.Write(path, func(w io.Writer) error { return WriteNPZ(w, set) })
	}
	const columns = 20
	sheet, err := ContactSheet(set, min(columns, set.Len()))
	if err != nil {
		return err
	}
	return atomicfile.Write(path, func(w io.Writer) error { return png.Encode(w, sheet) })
}

// WriteNPZ writes a set as numpy's savez does: array images, uint8 [Len,
// Features], and array labels, uint8 [Len].
func WriteNPZ(w io.Writer, set *Set) error {
	return npz.Write(w,
		npz.Array{Name: "images", Shape: []int{set.Len(), set.Features}, Data: set.Images},
		npz.Array{Name: "labels", Shape: []int{set.Len()}, Data: set.Labels},
	)
}

// The lines between the images of a contact sheet. Their grey lies between the
// dark and the bright greys of Shapeset-3x2, so that images are distinguishable
// from them.
const (
	sheetGap  = 2
	sheetGrey = 127
)

// ContactSheet shows the images of a set of x-major square images, row by row and
// the right way up: y goes down. It returns an error if the images are not
// square, if there are none, or if columns is less than 1.
func ContactSheet(set *Set, columns int) (image.Image, error) {
	size := int(math.Sqrt(float64(set.Features)))
	switch {
	case size*size != set.Features:
		return nil, fmt.Errorf("contact sheet: images of %d pixels, must be square", set.Features)
	case set.Len() == 0:
		return nil, fmt.Errorf("contact sheet: the set is empty")
	case columns < 1:
		return nil, fmt.Errorf("contact sheet: %d columns, must be 1 or more", columns)
	}
	columns = min(columns, set.Len())
	rows := (set.Len() + columns - 1) / columns
	step := size + sheetGap
	sheet := image.NewGray(image.Rect(0, 0, columns*step+sheetGap, rows*step+sheetGap))
	for i := range sheet.Pix {
		sheet.Pix[i] = sheetGrey
	}
	for i := range set.Len() {
		left, top := sheetGap+i%columns*step, sheetGap+i/columns*step
		for k, grey := range set.Images[i*set.Features : (i+1)*set.Features] {
			sheet.SetGray(left+k/size, top+k%size, color.Gray{Y: grey})
		}
	}
	return sheet, nil
}
