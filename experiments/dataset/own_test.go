package dataset

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"image/color"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"glorot/experiments/dataset/npz"
)

// third are the options that take the second and the third part of six or more examples.
var third = OwnOptions{Split: [3]float64{.5, .25, .25}, Seed: 1}

// npzFile is an .npz file of these arrays.
func npzFile(t testing.TB, arrays ...npz.Array) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := npz.Write(&b, arrays...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// rows are n rows of two features and labels 0, 1, 0, 1, …
func rows(n int) (x, y npz.Array) {
	values, labels := make([]float32, 2*n), make([]int64, n)
	for i := range n {
		values[2*i], values[2*i+1], labels[i] = float32(i), float32(-i), int64(i%2)
	}
	return npz.Array{Name: "X", Shape: []int{n, 2}, Data: values}, npz.Array{Name: "y", Shape: []int{n}, Data: labels}
}

func named(a npz.Array, name string) npz.Array { a.Name = name; return a }

// replaced is a file with other bytes of the same length.
func replaced(file []byte, old, by string) []byte {
	if len(old) != len(by) || !bytes.Contains(file, []byte(old)) {
		panic(old)
	}
	return bytes.Replace(file, []byte(old), []byte(by), 1)
}

// npyOf is an .npy file.
func npyOf(t testing.TB, a npz.Array) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := npz.WriteNPY(&b, a); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const csvRows = "1,2,a\n3,4,b\n5,6,a\n7,8,b\n9,10,a\n11,12,b\n"

// Every kind of damaged, mislabelled or unusual file is one line that names the file, the place and what is allowed, or is read rightly.
func TestUnusualFiles(t *testing.T) {
	x, y := rows(8)
	good := npzFile(t, x, y)
	floats := npz.Array{Name: "y", Shape: []int{8}, Data: []float64{0, 1, 0, 1, .5, 1, 0, 1}}
	whole := npz.Array{Name: "y", Shape: []int{8}, Data: []float32{0, 1, 0, 1, 0, 1, 0, 1}}
	nan := npz.Array{Name: "X", Shape: []int{8, 2}, Data: append(slices.Repeat([]float64{1}, 11), math.NaN(), 0, 0, 0, 0)}
	labels := func(l ...int64) npz.Array { return npz.Array{Name: "y", Shape: []int{len(l)}, Data: l} }
	idxImages := idx(8, []int{8, 2, 2}, make([]byte, 32))
	idxLabels := idx(8, []int{8}, []byte{0, 1, 0, 1, 0, 1, 0, 1})
	folder := func(images, labels []byte) map[string][]byte {
		return map[string][]byte{"train-images-idx3-ubyte": images, "train-labels-idx1-ubyte": labels}
	}
	words := strings.NewReplacer("a\n", "0\n", "b\n", "1\n")
	for name, c := range map[string]struct {
		file  string            // or "" for the folder
		data  []byte            // of the file
		files map[string][]byte // of the folder
		want  string            // in the error, or the classes
		good  bool
	}{
		"npz":                {file: "a.npz", data: good, want: "0 1", good: true},
		"npz cut":            {file: "a.npz", data: good[:len(good)-30], want: "not an .npz file, or an incomplete one: zip: not a valid zip file"},
		"npz bit":            {file: "a.npz", data: replaced(good, "\x00\x00\x80?", "\x00\x00\x81?"), want: "array X: zip: checksum error"},
		"npz called csv":     {file: "a.csv", data: good, want: "0 1", good: true},
		"a spreadsheet":      {file: "a.xlsx", data: zipOf(t, "xl/workbook.xml", []byte("<x/>")), want: "the archive has no arrays"},
		"no labels":          {file: "a.npz", data: npzFile(t, x), want: "it has no X and y; allowed: X and y, images and labels"},
		"other names":        {file: "a.npz", data: npzFile(t, named(x, "left"), named(y, "right")), want: "it has left, right"},
		"two features":       {file: "a.npz", data: npzFile(t, x, named(x, "images"), y), want: "arrays X and images could both be used"},
		"positional":         {file: "a.npz", data: npzFile(t, named(x, "arr_0"), named(y, "arr_1")), want: "0 1", good: true},
		"fewer labels":       {file: "a.npz", data: npzFile(t, x, labels(0, 1)), want: "array X has the shape [8 2], and y has 2 labels; there must be as many"},
		"NaN":                {file: "a.npz", data: npzFile(t, nan, y), want: "array X: feature 1 of example 5 is NaN, must be a finite number"},
		"too large":          {file: "a.npz", data: npzFile(t, npz.Array{Name: "X", Shape: []int{8, 1}, Data: append([]float64{1e40}, make([]float64, 7)...)}, y), want: "feature 0 of example 0 is +Inf"},
		"float labels":       {file: "a.npz", data: npzFile(t, x, whole), want: "0 1", good: true},
		"fractional labels":  {file: "a.npz", data: npzFile(t, x, floats), want: "array y: label 4 is 0.5, must be a whole number or a word"},
		"labels -1":          {file: "a.npz", data: npzFile(t, x, labels(0, 1, -1, 1, 0, -1, 0, 1)), want: "2 examples have the label -1, must be 0 or more, or only -1 and 1"},
		"labels -1 and 1":    {file: "a.npz", data: npzFile(t, x, labels(-1, 1, -1, 1, -1, 1, -1, 1)), want: "-1 1", good: true},
		"one class":          {file: "a.npz", data: npzFile(t, x, labels(3, 3, 3, 3, 3, 3, 3, 3)), want: "all labels are 3, must be 2 or more classes"},
		"columns 0, 1":       {file: "a.csv", data: []byte("label,0,1\n" + strings.Repeat("a,1,2\nb,3,4\n", 6)), want: "a b", good: true},
		"gaps":               {file: "a.npz", data: npzFile(t, x, labels(10, 9, 10, 9, 10, 9, 10, 9)), want: "9 10", good: true},
		"few of a class":     {file: "a.npz", data: npzFile(t, x, labels(0, 0, 0, 0, 0, 0, 1, 1)), want: "class 1 has 2 examples, which are too few to divide into 3 splits"},
		"one-hot":            {file: "a.npz", data: npzFile(t, x, npz.Array{Name: "y", Shape: []int{8, 2}, Data: slices.Repeat([]uint8{1, 0, 0, 1}, 4)}), want: "0 1", good: true},
		"not one-hot":        {file: "a.npz", data: npzFile(t, x, npz.Array{Name: "y", Shape: []int{8, 2}, Data: slices.Repeat([]uint8{1, 1, 0, 1}, 4)}), want: "array y: row 0 of 2 numbers is not one-hot"},
		"labels in a column": {file: "a.npz", data: npzFile(t, x, npz.Array{Name: "y", Shape: []int{8, 1}, Data: y.Data}), want: "0 1", good: true},
		"no examples":        {file: "a.npz", data: npzFile(t, npz.Array{Name: "X", Shape: []int{0, 2}, Data: []float32{}}, labels()), want: "array X has no examples"},
		"no features":        {file: "a.npz", data: npzFile(t, npz.Array{Name: "X", Shape: []int{8, 0}, Data: []float32{}}, y), want: "must have 1 feature or more"},
		"objects":            {file: "a.npz", data: zipOf(t, "X.npy", replaced(npyOf(t, x), "'<f4'", "'|O' "), "y.npy", npyOf(t, y)), want: "array X: it has Python objects"},
		"complex":            {file: "a.npz", data: zipOf(t, "X.npy", replaced(npyOf(t, x), "'<f4'", "'<c8'"), "y.npy", npyOf(t, y)), want: "array X: complex numbers (<c8), must be integers, floats"},
		"Fortran order":      {file: "a.npz", data: zipOf(t, "X.npy", replaced(npyOf(t, x), "False", "True "), "y.npy", npyOf(t, y)), want: "0 1", good: true},
		"uint64":             {file: "a.npz", data: zipOf(t, "X.npy", npyOf(t, x), "y.npy", replaced(npyOf(t, y), "'<i8'", "'<u8'")), want: "0 1", good: true},
		"bool":               {file: "a.npz", data: zipOf(t, "X.npy", npyOf(t, x), "y.npy", replaced(npyOf(t, npz.Array{Shape: []int{8}, Data: []uint8{0, 1, 0, 1, 0, 1, 0, 1}}), "'|u1'", "'|b1'")), want: "0 1", good: true},
		"other test shape":   {file: "a.npz", data: npzFile(t, named(x, "x_train"), named(y, "y_train"), npz.Array{Name: "x_test", Shape: []int{8, 1}, Data: make([]float32, 8)}, named(y, "y_test")), want: "an example of test has the shape [1], one of train [2]"},
		"other test type":    {file: "a.npz", data: npzFile(t, named(x, "x_train"), named(y, "y_train"), npz.Array{Name: "x_test", Shape: []int{8, 2}, Data: make([]uint8, 16)}, named(y, "y_test")), want: "of one type"},
		"unknown test class": {file: "a.npz", data: npzFile(t, named(x, "x_train"), named(y, "y_train"), named(x, "x_test"), named(labels(0, 1, 2, 1, 0, 1, 0, 1), "y_test")), want: "class 2 has no training examples"},
		"no test labels":     {file: "a.npz", data: npzFile(t, named(x, "x_train"), named(y, "y_train"), named(x, "x_test")), want: "array x_test has no counterpart"},
		"npy":                {file: "a.npy", data: npyOf(t, x), want: "it is a single array (.npy); save X and y together with numpy.savez"},
		"pickle":             {file: "a.pkl", data: []byte("\x80\x04\x95"), want: "it is a Python pickle; save the arrays with numpy.savez"},
		"HDF5":               {file: "a.h5", data: []byte("\x89HDF\r\n\x1a\n0000000"), want: "it is HDF5, allowed: an .npz or .csv file, or a folder"},
		"Parquet":            {file: "a.parquet", data: []byte("PAR1\x15\x04"), want: "it is Parquet, allowed"},

		"csv":                 {file: "a.csv", data: []byte(csvRows), want: "a b", good: true},
		"csv with header":     {file: "a.csv", data: []byte("u,v,species\n" + csvRows), want: "a b", good: true},
		"label in front":      {file: "a.csv", data: []byte("label,u\n0,5\n1,6\n0,5\n1,6\n0,5\n1,6\n"), want: "0 1", good: true},
		"gzipped":             {file: "a.csv.gz", data: zipped([]byte(csvRows)), want: "a b", good: true},
		"a byte order mark":   {file: "a.csv", data: []byte("\xef\xbb\xbf" + csvRows), want: "a b", good: true},
		"Windows line ends":   {file: "a.csv", data: []byte(strings.ReplaceAll(csvRows, "\n", "\r\n")), want: "a b", good: true},
		"old Macintosh":       {file: "a.csv", data: []byte(strings.ReplaceAll(csvRows, "\n", "\r")), want: "its lines end in carriage returns alone"},
		"semicolons":          {file: "a.csv", data: []byte(strings.ReplaceAll(csvRows, ",", ";")), want: "a b", good: true},
		"tabs":                {file: "a.tsv", data: []byte(strings.ReplaceAll(csvRows, ",", "\t")), want: "a b", good: true},
		"decimal commas":      {file: "a.csv", data: []byte("1,5;2;a\n" + strings.ReplaceAll(csvRows, ",", ";")), want: `line 1, column 1: got "1,5" beside the number 2 of column 2; must be a header of names`},
		"quoted":              {file: "a.csv", data: []byte("\"1\",\"2\",\"a, or b\"\n" + csvRows + "1,2,\"a, or b\"\n1,2,\"a, or b\"\n"), want: "a a, or b b", good: true},
		"numbers as words":    {file: "a.csv", data: []byte(strings.ReplaceAll(words.Replace(csvRows), ",0\n", ",0.0\n")), want: "0 1", good: true},
		"fractions":           {file: "a.csv", data: []byte("0.5,1,0\n0.5,1,2.5\n"), want: "the label of example 2 is 2.5, must be a whole number or a word"},
		"measurements":        {file: "a.csv", data: manyLabels(300), want: "300 different labels (0, 1, 2, 3, 4 and 295 more), must be 2 to 256 classes; are they measurements?"},
		"missing value":       {file: "a.csv", data: []byte("u,v,class\n1,,a\n"), want: `line 2, column 2 (v): the value is missing (""); leave the line out or fill it in`},
		"missing value NA":    {file: "a.csv", data: []byte(csvRows + "1,NA,a\n"), want: `line 7, column 2: the value is missing ("NA")`},
		"missing label":       {file: "a.csv", data: []byte(csvRows + "1,2,?\n"), want: `line 7, column 3: the label is missing ("?")`},
		"not a number":        {file: "a.csv", data: []byte(csvRows + "1,2 kg,a\n"), want: `line 7, column 2: got "2 kg", must be a number such as 1.5`},
		"infinite":            {file: "a.csv", data: []byte(csvRows + "1,inf,a\n"), want: "line 7, column 2: got inf, must be a finite number"},
		"ragged":              {file: "a.csv", data: []byte(csvRows + "1,2\n"), want: "line 7 has 2 columns, the first one 3"},
		"open quote":          {file: "a.csv", data: []byte(csvRows + "\"1,2,a\n"), want: `line 7, character 8: extraneous or missing " in quoted-field`},
		"one column":          {file: "a.csv", data: []byte("1\n2\n"), want: "its first line is one column"},
		"header only":         {file: "a.csv", data: []byte("u,v,class\n"), want: "it has a header and no examples"},
		"pandas' index":       {file: "a.csv", data: []byte(",u,class\n0,1,a\n1,2,b\n"), want: "line 1, column 1 has no name: it seems to number the lines"},
		"empty":               {file: "a.csv", data: nil, want: "it is empty"},
		"blank lines":         {file: "a.csv", data: []byte("\n\n\n"), want: "it has no lines"},
		"UTF-16":              {file: "a.csv", data: []byte("\xff\xfe1\x00,\x002\x00"), want: "it is text in UTF-16; save it as UTF-8"},
		"binary":              {file: "a.csv", data: []byte("1,2,a\x00\n"), want: "it is neither text nor another format that is read"},
		"a web page":          {file: "a.csv.gz", data: zipped([]byte("<!DOCTYPE html><html>404")), want: "it is a web page"},
		"gzip cut":            {file: "a.csv.gz", data: zipped(bytes.Repeat([]byte(csvRows), 50))[:40], want: "unexpected EOF"},
		"ARFF":                {file: "a.arff", data: []byte("@relation iris\n"), want: "it is an ARFF file"},
		"tables of splits":    {files: map[string][]byte{"train.csv": []byte(csvRows), "test.csv": []byte(csvRows), "notes.txt": nil}, want: "a b", good: true},
		"table without train": {files: map[string][]byte{"test.csv": []byte(csvRows)}, want: "there are no training examples"},

		"IDX":                {files: folder(idxImages, idxLabels), want: "0 1", good: true},
		"IDX one file":       {file: "train-images-idx3-ubyte", data: idxImages, want: "it is a single IDX file; give the folder that has the images and the labels"},
		"IDX without labels": {files: map[string][]byte{"train-images-idx3-ubyte": idxImages}, want: "train-images-idx3-ubyte: the file with its labels is missing"},
		"IDX without images": {files: map[string][]byte{"train-labels-idx1-ubyte": idxLabels}, want: "train-labels-idx1-ubyte: the file with its images is missing"},
		"IDX cut":            {files: folder(idxImages[:20], idxLabels), want: "train-images-idx3-ubyte: data ends after 4 of 32 bytes"},
		"IDX too long":       {files: folder(append(slices.Clone(idxImages), 0), idxLabels), want: "continues after the end of its data"},
		"IDX magic":          {files: folder(append([]byte{1}, idxImages[1:]...), idxLabels), want: "magic is 0x01000803, must be 0x0000"},
		"IDX fewer labels":   {files: folder(idxImages, idx(8, []int{4}, []byte{0, 1, 0, 1})), want: "8 examples, and there are 4 labels"},
		"IDX swapped":        {files: folder(idxLabels, idxImages), want: "train-labels-idx1-ubyte: 3 dimensions, must be 1"},
		"IDX flat":           {files: folder(idxLabels, idxLabels), want: "1 dimension, must be 2 or more"},
		"IDX twice":          {files: map[string][]byte{"a-images-idx3-ubyte": idxImages, "a-labels-idx1-ubyte": idxLabels, "b-images-idx3-ubyte": idxImages, "b-labels-idx1-ubyte": idxLabels}, want: "a second pair of files for the split train"},
		"IDX of floats":      {files: folder(idxFloats(8, 3), idxLabels), want: "0 1", good: true},
		"IDX empty":          {files: folder(nil, idxLabels), want: "it ends within its header"},
		"IDX as a web page":  {files: folder([]byte("<html>"), idxLabels), want: "it is a web page"},
		"IDX in raw":         {files: map[string][]byte{"raw/train-images-idx3-ubyte": idxImages, "raw/train-labels-idx1-ubyte.gz": zipped(idxLabels)}, want: "0 1", good: true},
		"an empty folder":    {files: map[string][]byte{".hidden": nil}, want: "it is empty; allowed: an .npz or .csv file, or a folder with pairs of IDX files"},
		"a folder of text":   {files: map[string][]byte{"a.txt": nil, "iris.csv": nil}, want: "it has only a.txt, iris.csv; allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "my data")
			for file, data := range c.files {
				write(t, data, dir, filepath.FromSlash(file))
			}
			path := dir
			if c.file != "" {
				path = write(t, c.data, dir, c.file)
			}
			d, err := OpenOwn(t.Context(), path, third)
			if !c.good {
				refused(t, err, dir, c.want)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(d.Classes, " "); got != c.want || d.Train.Len() < 2 || d.Valid.Len() < 2 || d.Test.Len() < 2 {
				t.Errorf("classes %s, want %s; %d, %d, %d examples", got, c.want, d.Train.Len(), d.Valid.Len(), d.Test.Len())
			}
			if _, err := d.info(); err != nil {
				t.Error(err)
			}
		})
	}
}

// manyLabels is a table of n different labels.
func manyLabels(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "1,%d\n", i)
	}
	return b.Bytes()
}

// zipOf is a zip archive of names and contents.
func zipOf(t testing.TB, entries ...any) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(entries); i += 2 {
		w, err := z.Create(entries[i].(string))
		if err == nil {
			_, err = w.Write(entries[i+1].([]byte))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// idxFloats are rows 0, 1, 2, … of float32 in IDX.
func idxFloats(n, features int) []byte {
	b := []byte{0, 0, 0x0d, 2}
	b = binary.BigEndian.AppendUint32(b, uint32(n))
	b = binary.BigEndian.AppendUint32(b, uint32(features))
	for i := range n * features {
		b = binary.BigEndian.AppendUint32(b, math.Float32bits(float32(i)))
	}
	return b
}

// A file has the same data in all formats, and so the same checksum, wherever it lies and whatever it is called.
func TestSameContent(t *testing.T) {
	x, y := rows(8)
	var table strings.Builder
	for i := range 8 {
		fmt.Fprintf(&table, "%d,%d,%d\n", i, -i, i%2)
	}
	dir := t.TempDir()
	paths := []string{
		write(t, npzFile(t, x, y), dir, "a.npz"), write(t, []byte(table.String()), dir, "b.csv"),
		write(t, []byte("\xef\xbb\xbfu;class;v\r\n"+strings.NewReplacer("\n", "\r\n", ",", ";").Replace(swapColumns(table.String()))), dir, "with a space", "c.csv"),
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(paths[0], link); err == nil {
		paths = append(paths, link)
	}
	var sums []string
	for _, path := range paths {
		d, err := OpenOwn(t.Context(), path, third)
		if err != nil {
			t.Fatal(err)
		}
		sums = append(sums, d.Checksum())
	}
	if len(slices.Compact(sums)) != 1 {
		t.Errorf("checksums %q", sums)
	}
	for _, o := range []OwnOptions{{Split: third.Split, Seed: 2}, {Split: [3]float64{.25, .25, .5}, Seed: 1}} {
		if d, err := OpenOwn(t.Context(), paths[0], o); err != nil || d.Checksum() == sums[0] {
			t.Errorf("%+v: the same checksum, error %v", o, err)
		}
	}
}

// A library reads files of one's own once, again when they change, and keeps the last few choices.
func TestLibraryOfOwn(t *testing.T) {
	dir, l := t.TempDir(), NewLibrary("")
	choice := func(seed uint64) Choice {
		return Choice{Path: filepath.Join(dir, "a.csv"), Own: OwnOptions{Split: third.Split, Seed: seed}}
	}
	ask := func(seed uint64) *Data {
		d, err := l.Choose(t.Context(), choice(seed))
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	table := func(rows int) []byte {
		var b strings.Builder
		for i := range rows {
			fmt.Fprintf(&b, "%d,%d,%d\n", i, -i, i%2)
		}
		return []byte(b.String())
	}
	write(t, table(8), dir, "a.csv")
	before := ask(1)
	if ask(1) != before {
		t.Error("the same files were read again")
	}
	write(t, table(10), dir, "a.csv")
	after := ask(1)
	if after == before || after.Train.Len() <= before.Train.Len() {
		t.Error("the files have changed, and were not read again")
	}
	for seed := range uint64(mostOwn) {
		ask(seed + 2)
	}
	if len(l.shelves) != mostOwn || ask(1) == after {
		t.Errorf("%d choices are kept", len(l.shelves))
	}
	if err := os.Remove(filepath.Join(dir, "a.csv")); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Choose(t.Context(), choice(1)); err == nil {
		t.Error("the file is gone, and there is no error")
	}
}

// swapColumns puts the last of three columns into the middle.
func swapColumns(table string) string {
	lines := strings.Split(strings.TrimSuffix(table, "\n"), "\n")
	for i, line := range lines {
		f := strings.Split(line, ",")
		lines[i] = f[0] + "," + f[2] + "," + f[1]
	}
	return strings.Join(lines, "\n") + "\n"
}

// Images of colours are planes, however they are stored, and keep their splits.
func TestOwnImages(t *testing.T) {
	const n, h, w = 6, 2, 5
	last, first := make([]uint8, n*h*w*3), make([]uint8, n*h*w*3)
	for i := range n {
		for p := range h * w {
			for c := range 3 {
				v := uint8(30*i + 3*p + c)
				last[(i*h*w+p)*3+c], first[(i*3+c)*h*w+p] = v, v
			}
		}
	}
	labels := npz.Array{Name: "y_train", Shape: []int{n}, Data: []uint8{0, 1, 0, 1, 0, 1}}
	var sums []string
	for _, a := range []npz.Array{{Name: "x_train", Shape: []int{n, h, w, 3}, Data: last}, {Name: "x_train", Shape: []int{n, 3, h, w}, Data: first}} {
		file := npzFile(t, a, labels, named(a, "x_val"), named(labels, "y_val"), named(a, "x_test"), named(labels, "y_test"))
		d, err := OpenOwn(t.Context(), write(t, file, t.TempDir(), "a.npz"), OwnOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if d.Height != h || d.Width != w || d.Channels != 3 || !bytes.Equal(d.Test.Images, first) || d.Origin != "train, valid and test are as in the files" {
			t.Errorf("%+v", d.Kind)
		}
		if got := d.Image(d.Train, 1).At(2, 1); got != (color.RGBA{51, 52, 53, 255}) {
			t.Errorf("pixel %v", got)
		}
		sums = append(sums, d.Checksum())
	}
	if sums[0] != sums[1] {
		t.Error("the order of the channels changes the checksum")
	}
}

// Splits are made by class, without an example in two of them, at random, and the same each time. A split that the file has stays.
func TestOwnSplits(t *testing.T) {
	const n = 200
	x := npz.Array{Name: "x_train", Shape: []int{n, 1}, Data: make([]float32, n)}
	y := npz.Array{Name: "y_train", Shape: []int{n}, Data: make([]int64, n)}
	for i := range n {
		x.Data.([]float32)[i] = float32(i)
		if i >= 150 {
			y.Data.([]int64)[i] = 1
		}
	}
	held := npz.Array{Name: "x_test", Shape: []int{2, 1}, Data: []float32{-1, -2}}
	heldLabels := npz.Array{Name: "y_test", Shape: []int{2}, Data: []int64{1, 0}}
	for _, c := range []struct {
		arrays []npz.Array
		counts string // of the classes in each split
	}{
		{[]npz.Array{x, y}, "[120 40] [15 5] [15 5]"},
		{[]npz.Array{x, y, held, heldLabels}, "[133 44] [17 6] [1 1]"},
	} {
		d, err := OpenOwn(t.Context(), write(t, npzFile(t, c.arrays...), t.TempDir(), "a.npz"), OwnOptions{Split: [3]float64{.8, .1, .1}, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		var counts []string
		seen := map[float32]bool{}
		for _, set := range d.sets() {
			counts = append(counts, fmt.Sprint(set.info("").Counts))
			for i, v := range set.Values {
				if seen[v] || v >= 0 && set.Labels[i] != uint8(y.Data.([]int64)[int(v)]) {
					t.Errorf("example %v is in two splits, or has another label", v)
				}
				seen[v] = true
			}
		}
		if got := strings.Join(counts, " "); got != c.counts {
			t.Errorf("classes %s, want %s", got, c.counts)
		}
		if ones := d.Valid.Head(8).info("").Counts[1]; ones < 1 || ones > 5 {
			t.Errorf("%d of the first 8 validation examples are of class 1, a quarter of all", ones)
		}
		if slices.IsSorted(d.Train.Values) {
			t.Error("the order is that of the file")
		}
		if len(c.arrays) > 2 && !slices.Equal(d.Test.Values, []float32{-1, -2}) {
			t.Errorf("test %v", d.Test.Values)
		}
	}
}

// What may be wrong with data is said.
func TestProblems(t *testing.T) {
	x, y := rows(8)
	x.Data.([]float32)[0], x.Data.([]float32)[1] = 99, -7 // the seventh example has the features 7 and -7
	dir := t.TempDir()
	file := npzFile(t, named(x, "x_train"), named(y, "y_train"),
		npz.Array{Name: "x_valid", Shape: []int{2, 2}, Data: []float32{1, -1, 1, -1}}, npz.Array{Name: "y_valid", Shape: []int{2}, Data: []int64{1, 0}},
		npz.Array{Name: "x_test", Shape: []int{1, 2}, Data: []float32{5, 6}}, npz.Array{Name: "y_test", Shape: []int{1}, Data: []int64{1}})
	info, err := InspectOwn(t.Context(), write(t, file, dir, "a.npz"), third)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"2 examples of valid have the same features as one of an earlier split",
		"1 examples of valid have the same features as an earlier example, but another label",
		"class 0 has no examples in test",
		"values reach from -7 to 99; data.standardize feature or range brings them to a scale that trains well",
		"there are 1 test examples; a run needs observe.examples 1 or less",
	}
	if !slices.Equal(info.Problems, want) || info.Min != -7 || info.Max != 99 || len(info.Constant) != 0 {
		t.Errorf("problems %q, want %q; from %v to %v", info.Problems, want, info.Min, info.Max)
	}
	var table strings.Builder
	for i := range 60 {
		fmt.Fprintf(&table, "1,%d,%d\n", i%7, map[bool]int{true: 1}[i >= 56])
	}
	if info, err = InspectOwn(t.Context(), write(t, []byte(table.String()), dir, "b.csv"), third); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(info.Constant, []int{0}) || !slices.Contains(info.Problems, "1 features are constant in the training examples: [0]") ||
		!slices.ContainsFunc(info.Problems, func(p string) bool { return strings.HasPrefix(p, "class 0 has 28 training examples, class 1 only ") }) {
		t.Errorf("constant %v, problems %q", info.Constant, info.Problems)
	}
	var text bytes.Buffer
	if err := info.WriteText(&text); err != nil || !strings.Contains(text.String(), "own: 2 features, real numbers, 2 classes, in "+dir+"\n") ||
		!strings.Contains(text.String(), "values from 0 to 6; 1 of 2 features are constant in the training examples\nsplits: valid and test taken at random") {
		t.Errorf("%s, %v", &text, err)
	}
}
