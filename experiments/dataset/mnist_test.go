package dataset

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
)

// digits are four small files in MNIST's format: random images, labels in turn.
func digits(train, test, size, classes int) map[string][]byte {
	random := rand.New(rand.NewPCG(1, uint64(size)))
	images := func(n int) []byte {
		data := make([]byte, n*size*size)
		for i := range data {
			data[i] = byte(random.Uint32())
		}
		return idx(8, []int{n, size, size}, data)
	}
	labels := func(n int) []byte {
		data := make([]byte, n)
		for i := range data {
			data[i] = byte(i % classes)
		}
		return idx(8, []int{n}, data)
	}
	return map[string][]byte{trainImages: images(train), trainLabels: labels(train), testImages: images(test), testLabels: labels(test)}
}

// openDigits opens a small MNIST.
func openDigits(dir string, train, valid, test int) (*Data, error) {
	k, _ := KindByName("mnist")
	return mnistFormat{train: train, valid: valid, test: test, folders: []string{"MNIST"}, npz: "mnist.npz", anywhere: true}.open(k, dir)
}

// The images are where the format says, wherever the files are and however packed.
func TestOpenMNIST(t *testing.T) {
	files := digits(6, 2, 28, 10)
	var sums []string
	for _, sub := range []string{"mnist", "."} {
		for _, packed := range []bool{false, true} {
			dir := t.TempDir()
			for name, data := range files {
				if packed {
					data, name = zipped(data), name+".gz"
				}
				write(t, data, dir, sub, name)
			}
			s, err := openDigits(dir, 6, 2, 2)
			if err != nil {
				t.Fatal(err)
			}
			sums = append(sums, s.Checksum())
			pixels := files[trainImages][16:]
			if !bytes.Equal(s.Train.Images, pixels[:4*784]) || !bytes.Equal(s.Valid.Images, pixels[4*784:]) ||
				!bytes.Equal(s.Test.Images, files[testImages][16:]) {
				t.Error("images are not those of the files")
			}
			if !slices.Equal(s.Train.Labels, []uint8{0, 1, 2, 3}) || !slices.Equal(s.Valid.Labels, []uint8{4, 5}) ||
				!slices.Equal(s.Test.Labels, []uint8{0, 1}) {
				t.Errorf("labels are %v, %v, %v", s.Train.Labels, s.Valid.Labels, s.Test.Labels)
			}
			if s.Train.Name != "mnist train" || s.Valid.Features != 784 || s.Test.Classes != 10 || len(s.Classes) != 10 {
				t.Errorf("set %s, %d features, %d classes, %d names", s.Train.Name, s.Valid.Features, s.Test.Classes, len(s.Classes))
			}
		}
	}
	if len(slices.Compact(sums)) != 1 {
		t.Errorf("checksums depend on the packing: %q", sums)
	}
}

// Every flaw of a file is one error that names the file and the field.
func TestMNISTErrors(t *testing.T) {
	for name, c := range map[string]struct {
		file  string
		spoil func(data []byte) []byte
		words []string
	}{
		"truncated":  {trainImages, func(b []byte) []byte { return b[:len(b)-1] }, []string{"data ends after 4703 of 4704 bytes"}},
		"trailing":   {testLabels, func(b []byte) []byte { return append(b, 0) }, []string{"continues"}},
		"oversized":  {trainImages, func(b []byte) []byte { b[4] = 1; return b }, []string{"dimension 0 is 16777222, must be 6"}},
		"size":       {testImages, func(b []byte) []byte { b[11] = 29; return b }, []string{"dimension 1 is 29, must be 28"}},
		"mislabeled": {trainLabels, func(b []byte) []byte { b[8+3] = 10; return b }, []string{"label 3 is 10, must be below 10"}},
		"fewer":      {trainLabels, func(b []byte) []byte { return idx(8, []int{5}, b[8:13]) }, []string{"dimension 0 is 5, must be 6"}},
		"swapped":    {testImages, func([]byte) []byte { return idx(8, []int{2}, []byte{0, 1}) }, []string{"magic is 0x00000801, must be 0x00000803"}},
		"gzip cut":   {trainImages, func(b []byte) []byte { b = zipped(b); return b[:len(b)/2] }, []string{"data ends after"}},
		"gzip sum":   {trainImages, func(b []byte) []byte { b = zipped(b); b[len(b)-6]++; return b }, []string{"gzip: invalid checksum"}},
		"gzip tail":  {trainImages, func(b []byte) []byte { return append(zipped(b), "more"...) }, []string{"at the end of the data"}},
		"gzip bits":  {trainImages, func(b []byte) []byte { b = zipped(b); b[10] = 0xff; return b }, []string{"flate"}},
		"gzip head":  {trainImages, func([]byte) []byte { return []byte{0x1f, 0x8b, 1} }, nil},
		"empty":      {trainImages, func([]byte) []byte { return nil }, []string{"header ends after 0 of 16 bytes"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, data := range digits(6, 2, 28, 10) {
				if file == c.file {
					data = c.spoil(data)
				}
				write(t, data, dir, "mnist", file)
			}
			_, err := openDigits(dir, 6, 2, 2)
			refused(t, err, append(c.words, filepath.Join(dir, "mnist", c.file)+": ")...)
		})
	}
}

// What is missing is said with where it may be.
func TestMissing(t *testing.T) {
	dir := t.TempDir()
	missing := func(name, dir string) *MissingError {
		t.Helper()
		_, err := Open(t.Context(), name, dir)
		var m *MissingError
		if !errors.As(err, &m) || !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("error %v, want a MissingError", err)
		}
		refused(t, err, name+": no ", m.Files[0])
		return m
	}
	for _, name := range []string{"mnist", "cifar10", "smallimagenet"} {
		if m := missing(name, ""); len(m.Dirs) != 0 || len(m.Files) < 4 {
			t.Errorf("%s: %+v", name, m)
		}
		if m := missing(name, dir); m.Dirs[0] != filepath.Join(dir, name) || len(m.Files) < 4 {
			t.Errorf("%s: %+v", name, m)
		}
	}
	refused(t, missing("mnist", dir), "no "+trainImages+", "+trainLabels, " in "+filepath.Join(dir, "mnist")+" or "+dir)
	refused(t, missing("cifar10", dir), "no cifar-10-binary.tar.gz or data_batch_1.bin, ")

	// Of a set that is there in part, only what is missing is named.
	write(t, nil, dir, "mnist", trainImages+".gz")
	write(t, nil, dir, "mnist", testLabels)
	if m := missing("mnist", dir); !slices.Equal(m.Files, []string{trainLabels, testImages}) || !slices.Equal(m.Dirs, []string{filepath.Join(dir, "mnist")}) {
		t.Errorf("%+v", m)
	}
	_, err := Open(t.Context(), "shapes", dir)
	refused(t, err, `"shapes"`, "mnist, ", "smallimagenet")
}

// A folder with classes.json is not MNIST's, and without it not Small-ImageNet's.
func TestOwnFolder(t *testing.T) {
	for _, c := range []struct{ file, name string }{{classesFile, "mnist"}, {"README", "smallimagenet"}} {
		dir := t.TempDir()
		write(t, []byte("{}"), dir, c.file)
		for name, data := range digits(6, 2, 28, 10) {
			write(t, data, dir, name)
		}
		_, err := Open(t.Context(), c.name, dir)
		if m := new(MissingError); !errors.As(err, &m) || m.Dirs[0] != filepath.Join(dir, c.name) {
			t.Errorf("%s in a folder with %s: error %v", c.name, c.file, err)
		}
	}
}

func TestUnreadable(t *testing.T) {
	dir := t.TempDir()
	all := func(r io.Reader) error {
		_, err := io.ReadAll(r)
		return err
	}
	refused(t, readFile(dir, all), dir+": is a directory")
	refused(t, readFile(filepath.Join(dir, "none"), all), filepath.Join(dir, "none")+": no such file")
}
