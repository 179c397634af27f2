package dataset

import (
	"archive/tar"
	"bytes"
	"fmt"
	"image/color"
	"io"
	"path"
	"path/filepath"
	"slices"
	"testing"
)

// records are n records of CIFAR-10's binary version. Byte k of the image of
// record i of file f is f*50 + i + k, modulo 256.
func records(f, n int) []byte {
	var b []byte
	for i := range n {
		b = append(b, byte((f+i)%10))
		for k := range 3072 {
			b = append(b, byte(f*50+i+k))
		}
	}
	return b
}

// openCIFAR opens a small CIFAR-10 of n records in each file.
func openCIFAR(dir string, n int) (*Data, error) {
	f := cifar10Format
	f.records, f.valid = slices.Repeat([]int{n}, 6), n
	k, _ := KindByName("cifar10")
	return f.open(k, dir)
}

type entry struct {
	name string
	data []byte
}

// tarball is an archive with the entries in the given order.
func tarball(entries []entry) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		w.WriteHeader(&tar.Header{Name: e.name, Size: int64(len(e.data)), Mode: 0o644})
		w.Write(e.data)
	}
	w.Close()
	return b.Bytes()
}

// cifarEntries is the archive of the original, with the batches in another order.
func cifarEntries(n int) []entry {
	entries := []entry{{"cifar-10-batches-bin/readme.html", []byte("<html>")}}
	for _, f := range []int{5, 2, 0, 3, 1, 4} {
		entries = append(entries, entry{"cifar-10-batches-bin/" + cifar10Format.files[f], records(f, n)})
	}
	return entries
}

// The records are in the files' order, wherever they are and however packed.
func TestOpenCIFAR10(t *testing.T) {
	const n = 3
	var sums []string
	check := func(dir string) {
		t.Helper()
		s, err := openCIFAR(dir, n)
		if err != nil {
			t.Fatal(err)
		}
		sums = append(sums, s.Checksum())
		if s.Train.Len() != 4*n || s.Valid.Len() != n || s.Test.Len() != n {
			t.Fatalf("%d, %d, %d images", s.Train.Len(), s.Valid.Len(), s.Test.Len())
		}
		for f := range 6 {
			set, first := s.Train, f*n
			if f >= 4 {
				set, first = []*Set{s.Valid, s.Test}[f-4], 0
			}
			for i := range n {
				got := append([]byte{set.Labels[first+i]}, set.Images[(first+i)*3072:(first+i+1)*3072]...)
				if !bytes.Equal(got, records(f, n)[i*3073:(i+1)*3073]) {
					t.Fatalf("record %d of file %d is another", i, f)
				}
			}
		}
	}
	for _, sub := range []string{".", "cifar10", "cifar-10-batches-bin", "cifar10/cifar-10-batches-bin"} {
		for _, packed := range []bool{false, true} {
			dir := t.TempDir()
			for f, name := range cifar10Format.files {
				data := records(f, n)
				if packed {
					data, name = zipped(data), name+".gz"
				}
				write(t, data, dir, sub, name)
			}
			check(dir)
		}
	}
	for _, sub := range []string{".", "cifar10"} {
		dir := t.TempDir()
		write(t, zipped(tarball(cifarEntries(n))), dir, sub, cifar10Format.archive)
		write(t, nil, dir, "cifar10", cifar10Format.files[0]) // what an unpacking left behind
		check(dir)
	}
	if len(slices.Compact(sums)) != 1 {
		t.Errorf("checksums depend on the packing: %q", sums)
	}
}

// Planes are red, green and blue, each row by row.
func TestCIFARImage(t *testing.T) {
	data := records(0, 1)
	s := &Data{Kind: Kind{Height: 32, Width: 32, Channels: 3}}
	img := s.Image(&Set{Images: data[1:], Features: 3072}, 0)
	for _, p := range [][2]int{{0, 0}, {31, 0}, {5, 7}, {31, 31}} {
		k := 1 + p[1]*32 + p[0]
		if got, want := img.At(p[0], p[1]), (color.RGBA{data[k], data[k+1024], data[k+2048], 255}); got != want {
			t.Errorf("pixel %v is %v, want %v", p, got, want)
		}
	}
	s = &Data{Kind: Kind{Height: 2, Width: 3, Channels: 1}}
	if got := s.Image(&Set{Images: []uint8{0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6}, Features: 6}, 1).At(2, 0); got != (color.Gray{Y: 3}) {
		t.Errorf("pixel is %v, want 3", got)
	}
}

func TestCIFARErrors(t *testing.T) {
	spoiled := func(spoil func(b []byte) []byte) func(int, []byte) []byte {
		return func(f int, b []byte) []byte {
			if f == 3 {
				return spoil(b)
			}
			return b
		}
	}
	for name, c := range map[string]struct {
		spoil func(f int, b []byte) []byte
		want  string
	}{
		"truncated":    {spoiled(func(b []byte) []byte { return b[:3073+100] }), "data ends after 3173 of 6146 bytes"},
		"half as long": {spoiled(func(b []byte) []byte { return b[:3073] }), "data ends after 3073 of 6146 bytes"},
		"oversized":    {spoiled(func(b []byte) []byte { return append(b, b...) }), "continues after the end of its data"},
		"mislabeled":   {spoiled(func(b []byte) []byte { b[3073] = 10; return b }), "record 1 has label 10, must be below 10"},
	} {
		dir := t.TempDir()
		var entries []entry
		for f, name := range cifar10Format.files {
			data := c.spoil(f, records(f, 2))
			write(t, data, dir, "files", name)
			entries = append(entries, entry{name, data})
		}
		_, err := openCIFAR(filepath.Join(dir, "files"), 2)
		refused(t, err, filepath.Join(dir, "files", "data_batch_4.bin")+": "+c.want)
		archive := write(t, zipped(tarball(entries)), dir, "archive", cifar10Format.archive)
		_, err = openCIFAR(filepath.Join(dir, "archive"), 2)
		refused(t, err, archive+": data_batch_4.bin: "+c.want)
		if t.Failed() {
			t.Fatal(name)
		}
	}
}

func TestCIFARArchiveErrors(t *testing.T) {
	whole := cifarEntries(1)
	packed := zipped(tarball(whole))
	flipped := slices.Clone(packed)
	flipped[len(flipped)-6]++
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"lacks a file": {zipped(tarball(whole[:6])), "data_batch_5.bin is not in the archive"},
		"file twice":   {zipped(tarball(append(whole[:7:7], whole[3]))), "data_batch_1.bin is in the archive twice"},
		"gzip cut":     {packed[:len(packed)-3], "unexpected EOF"},
		"gzip sum":     {flipped, "gzip: invalid checksum"},
		"not a tar":    {zipped([]byte(fmt.Sprintf("%0600d", 1))), "archive: archive/tar: invalid tar header"},
		"empty":        {nil, "data_batch_1.bin is not in the archive"},
	} {
		dir := t.TempDir()
		path := write(t, c.file, dir, cifar10Format.archive)
		_, err := openCIFAR(dir, 1)
		refused(t, err, path+": ", c.want)
		if t.Failed() {
			t.Fatal(name)
		}
	}
}

// tiny is CIFAR-10's format with one record in each file.
func tiny() cifarFormat {
	f := cifar10Format
	f.records = slices.Repeat([]int{1}, 6)
	return f
}

// tinySet takes one record of 4 values from each file, so that fuzzing is quick.
func tinySet() *Set {
	return &Set{Images: make([]uint8, 6*4), Labels: make([]uint8, 6), Features: 4, Classes: 10}
}

func FuzzCIFARFile(f *testing.F) {
	f.Add([]byte{9, 1, 2, 3, 4})
	f.Add([]byte{10, 1, 2, 3, 4})
	f.Fuzz(func(t *testing.T, file []byte) {
		set := tinySet()
		err := tiny().readRecords(bytes.NewReader(file), set, 2)
		if valid := len(file) == 5 && file[0] < 10; valid != (err == nil) {
			t.Errorf("%d bytes: error %v", len(file), err)
		}
		if err == nil && (set.Labels[2] != file[0] || !bytes.Equal(set.Images[2*4:3*4], file[1:])) {
			t.Error("the record is another")
		}
	})
}

func FuzzCIFARArchive(f *testing.F) {
	var entries []entry
	for i, name := range cifar10Format.files {
		entries = append(entries, entry{"x/" + name, []byte{byte(i), 1, 2, 3, 4}})
	}
	f.Add(tarball(entries))
	f.Add(tarball(entries[:2]))
	f.Fuzz(func(t *testing.T, file []byte) {
		set := tinySet()
		if err := tiny().readArchive(bytes.NewReader(file), set); err != nil {
			return
		}
		archive, seen := tar.NewReader(bytes.NewReader(file)), 0
		for {
			h, err := archive.Next()
			if err != nil {
				break
			}
			if i := slices.Index(cifar10Format.files, path.Base(h.Name)); i >= 0 {
				data, _ := io.ReadAll(archive)
				if seen++; len(data) != 5 || data[0] != set.Labels[i] || !bytes.Equal(data[1:], set.Images[i*4:(i+1)*4]) {
					t.Errorf("%s was read as something else", h.Name)
				}
			}
		}
		if seen != 6 {
			t.Errorf("an archive with %d of the files has no error", seen)
		}
	})
}
