package dataset

import (
	"bytes"
	"strings"
	"testing"

	"glorot/experiments/dataset/npz"
)

// becomesData checks that examples are whole data, or that an error is one line.
func becomesData(t *testing.T, e *examples, err error) {
	t.Helper()
	var d *Data
	if err == nil {
		d, err = e.data(third)
	}
	if err != nil {
		if text := (&BrokenError{"file", err}).Error(); text == "" || strings.ContainsAny(text, "\r\n") {
			t.Fatalf("an error of %q", text)
		}
		return
	}
	n := d.Features()
	for _, set := range d.sets() {
		if set.Len() == 0 || len(set.Images)+len(set.Values) != set.Len()*n || set.Features != n {
			t.Fatalf("%d examples of %d features, %d levels and %d values", set.Len(), n, len(set.Images), len(set.Values))
		}
		for _, label := range set.Labels {
			if int(label) >= len(d.Classes) {
				t.Fatalf("label %d of %d classes", label, len(d.Classes))
			}
		}
	}
	for _, method := range Standards() {
		if _, err := d.Standardize(Standard{method, 0, 1}); err != nil {
			t.Fatal(err)
		}
	}
}

// Any table is read, or refused in one line.
func FuzzOwnCSV(f *testing.F) {
	for _, text := range []string{csvRows, "u,v,class\r\n" + csvRows, strings.ReplaceAll(csvRows, ",", ";"), "\"a\n", ",u,class\n0,1,a\n", "1,NA,a\n", "\xef\xbb\xbf1,2\n", "label,x\n1.0,2\n2.0,3\n", "\"\",a,\"b\rc\"\n1,2,\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		e := new(examples)
		err := e.readCSV(bytes.NewReader(src), train)
		becomesData(t, e, err)
	})
}

// Any .npz file is read, or refused in one line.
func FuzzOwnNPZ(f *testing.F) {
	x, y := rows(8)
	f.Add(npzFile(f, x, y))
	f.Add(npzFile(f, named(x, "x_train"), named(y, "y_train"), named(x, "x_test"), named(y, "y_test")))
	f.Add(npzFile(f, npz.Array{Name: "images", Shape: []int{4, 2, 1, 3}, Data: make([]uint8, 24)}, npz.Array{Name: "labels", Shape: []int{4, 2}, Data: []uint8{1, 0, 0, 1, 1, 0, 0, 1}}))
	f.Fuzz(func(t *testing.T, src []byte) {
		e := new(examples)
		r, err := npz.NewReader(bytes.NewReader(src), int64(len(src)))
		if err == nil {
			err = e.readArrays(r)
		}
		becomesData(t, e, err)
	})
}

// Any pair of IDX files is read, or refused in one line.
func FuzzOwnIDX(f *testing.F) {
	f.Add(idx(8, []int{8, 2, 2}, make([]byte, 32)), idx(8, []int{8}, []byte{0, 1, 0, 1, 0, 1, 0, 1}))
	f.Add(idxFloats(4, 3), idx(8, []int{4}, []byte{0, 1, 2, 1}))
	f.Fuzz(func(t *testing.T, images, labels []byte) {
		e := new(examples)
		err := e.splits[train].readIDXLabels(bytes.NewReader(labels))
		if err == nil {
			err = e.splits[train].readIDXImages(bytes.NewReader(images))
		}
		becomesData(t, e, err)
	})
}
