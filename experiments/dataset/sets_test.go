package dataset

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"glorot/experiments/dataset/npz"
)

func kind(t testing.TB, name string) Kind {
	t.Helper()
	k, err := KindByName(name)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// A published set has whole checksums, addresses of folders, and as many classes as its paper says.
func TestPublications(t *testing.T) {
	classes := map[string]int{"mnist": 10, "fashionmnist": 10, "kmnist": 10, "emnist": 47, "cifar10": 10, "cifar100": 100}
	for _, k := range Kinds() {
		if !k.Public() {
			continue
		}
		if len(k.Classes) != classes[k.Name] || len(slices.Compact(slices.Sorted(slices.Values(k.Classes)))) != len(k.Classes) {
			t.Errorf("%s has %d classes", k.Name, len(k.Classes))
		}
		for _, f := range k.published.files {
			if len(f.sha256) != 64 || f.bytes < 1 || f.name != filepath.Base(f.name) {
				t.Errorf("%s: %+v", k.Name, f)
			}
		}
		for _, folder := range k.published.folders {
			if u, err := url.Parse(folder); err != nil || u.Host == "" || strings.HasSuffix(folder, "/") {
				t.Errorf("%s: %s, %v", k.Name, folder, err)
			}
		}
	}
}

// The fetcher of every public set asks a server for its files by their names, and keeps what has the right checksum in the set's folder.
func TestFetchEverySet(t *testing.T) {
	for _, k := range Kinds() {
		if !k.Public() {
			continue
		}
		var mu sync.Mutex
		var asked, want []string
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			asked = append(asked, r.URL.Path)
			io.WriteString(w, "content of "+r.URL.Path)
		}))
		// The real checksum refuses other content.
		_, err := Fetch(t.Context(), k.Name, t.TempDir(), []string{s.URL}, nil)
		refused(t, err, "fetch "+k.Name+": ", k.published.files[0].name, "the published one")
		asked = nil
		var files []remote
		for _, f := range k.published.files {
			text := []byte("content of /" + f.name)
			files, want = append(files, remote{f.name, int64(len(text)), sumOf(text)}), append(want, "/"+f.name)
		}
		dir := filepath.Join(t.TempDir(), k.Name)
		f := &fetcher{addresses: []string{s.URL}, progress: func(Progress) {}, patience: 1e10}
		if err := f.fetch(t.Context(), dir, files); err != nil || !slices.Equal(asked, want) {
			t.Errorf("%s: asked for %q, error %v", k.Name, asked, err)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != len(files) {
			t.Errorf("%s: %d files, error %v", k.Name, len(entries), err)
		}
		s.Close()
	}
}

// Sets of one format are distinguished by their content, and a file that was published for another set is recognised under any name.
func TestVerify(t *testing.T) {
	path := write(t, []byte("content"), t.TempDir(), trainImages+".gz")
	mnist, kmnist, cifar := kind(t, "mnist"), kind(t, "kmnist"), kind(t, "cifar10")
	is := func(sum string) *Data { return &Data{checksum: sum, Files: []string{path}} }
	if err := mnist.verify(is(mnist.content)); err != nil {
		t.Error(err)
	}
	if err := kmnist.verify(is("any")); err != nil {
		t.Error(err)
	}
	refused(t, kmnist.verify(is(mnist.content)), path+": these are the images of MNIST, not of Kuzushiji-MNIST; data.name mnist reads them")
	refused(t, mnist.verify(is(strings.Repeat("a", 64))), path+": the images or labels are not those of MNIST as published", "data.path reads images of your own")
	refused(t, mnist.verify(is(cifar.content)), "these are the images of CIFAR-10")
	k := Kind{published: &publication{files: []remote{{"other.gz", 7, sumOf([]byte("content"))}}}}
	if !k.isPublished(path) || k.isPublished(path+"x") || kmnist.isPublished(path) {
		t.Error("a published file is not recognised by its content")
	}
	if err := smallImageNet().verify(is("any")); err != nil {
		t.Error(err)
	}
}

// The real MNIST is read under its own name only, from IDX files and from a file like Keras'.
func TestVerifyRealMNIST(t *testing.T) {
	real := filepath.Join(dataDir(t), "mnist")
	dir := t.TempDir()
	if err := os.Symlink(real, filepath.Join(dir, "FashionMNIST")); err != nil {
		t.Skip(err)
	}
	_, err := Open(t.Context(), "fashionmnist", dir)
	refused(t, err, "fashionmnist: ", ": these are the images of MNIST, not of Fashion-MNIST; data.name mnist reads them")
	d, err := Open(t.Context(), "mnist", real)
	if err != nil {
		t.Fatal(err)
	}
	learn := &Set{Images: slices.Concat(d.Train.Images, d.Valid.Images), Labels: slices.Concat(d.Train.Labels, d.Valid.Labels)}
	var b bytes.Buffer
	err = npz.Write(&b, npz.Array{Name: "x_test", Shape: []int{10000, 28, 28}, Data: d.Test.Images}, npz.Array{Name: "x_train", Shape: []int{60000, 28, 28}, Data: learn.Images},
		npz.Array{Name: "y_test", Shape: []int{10000}, Data: d.Test.Labels}, npz.Array{Name: "y_train", Shape: []int{60000}, Data: learn.Labels})
	if err != nil {
		t.Fatal(err)
	}
	keras := t.TempDir()
	write(t, b.Bytes(), keras, "mnist.npz")
	if k, err := Open(t.Context(), "mnist", keras); err != nil || k.Checksum() != d.Checksum() {
		t.Errorf("Keras' file is not MNIST: %v", err)
	}
}

// The files of other sets in MNIST's format are found where torchvision and Keras put them, and EMNIST's images are turned, also in its archive.
func TestOpenMNISTLikes(t *testing.T) {
	plain := digits(6, 2, 28, 10)
	upright := mnistFormat{train: 6, valid: 2, test: 2, folders: []string{"fashion-mnist", "FashionMNIST"}}
	turned := mnistFormat{train: 6, valid: 2, test: 2, folders: []string{"EMNIST"}, prefix: "emnist-balanced-", archives: []string{"gzip.zip"}, transposed: true}
	name := map[string]string{trainImages: turned.files()[0], trainLabels: turned.files()[1], testImages: turned.files()[2], testLabels: turned.files()[3]}
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	for file, data := range plain {
		w, err := z.Create("gzip/" + name[file] + ".gz")
		if err != nil {
			t.Fatal(err)
		}
		w.Write(zipped(data))
	}
	z.Close()
	for _, c := range []struct {
		f      mnistFormat
		name   string
		folder string
	}{
		{upright, "fashionmnist", "fashionmnist"}, {upright, "fashionmnist", "fashion-mnist"}, {upright, "fashionmnist", "FashionMNIST/raw"},
		{upright, "fashionmnist", "fashionmnist/FashionMNIST/raw"}, {turned, "emnist", "emnist"}, {turned, "emnist", "EMNIST/raw"}, {turned, "emnist", "."},
		{turned, "emnist", "emnist/gzip"}, {turned, "emnist", "gzip.zip"}, {turned, "emnist", "emnist/gzip.zip"},
	} {
		dir := t.TempDir()
		for file, data := range plain {
			if c.f.prefix != "" {
				file = name[file]
			}
			if !strings.HasSuffix(c.folder, ".zip") {
				write(t, zipped(data), dir, c.folder, file+".gz")
			}
		}
		if strings.HasSuffix(c.folder, ".zip") {
			write(t, archive.Bytes(), dir, c.folder)
		}
		d, err := c.f.open(kind(t, c.name), dir)
		if err != nil {
			t.Errorf("%s: %v", c.folder, err)
			continue
		}
		x, y := 3, 20
		at := x*28 + y // of the file, column by column
		if !c.f.transposed {
			at = y*28 + x
		}
		if got, want := d.Train.Images[784+y*28+x], plain[trainImages][16+784+at]; got != want || d.Train.Len() != 4 || d.Test.Len() != 2 {
			t.Errorf("%s: pixel (%d, %d) of image 1 is %d, want %d", c.folder, x, y, got, want)
		}
	}
	// A folder that can have any of them has none without its name.
	dir := t.TempDir()
	for file, data := range plain {
		write(t, data, dir, file)
	}
	_, err := upright.open(kind(t, "fashionmnist"), dir)
	refused(t, err, "no "+trainImages, filepath.Join(dir, "fashionmnist"))
	write(t, archive.Bytes()[:200], dir, "gzip.zip")
	_, err = turned.open(kind(t, "emnist"), dir)
	refused(t, err, filepath.Join(dir, "gzip.zip")+": zip: not a valid zip file")
}

// The fine label of CIFAR-100 is the second byte of a record.
func TestOpenCIFAR100(t *testing.T) {
	f := cifarFormat{archive: "a.tar.gz", unpacked: "cifar-100-binary", files: []string{"train.bin", "test.bin"}, records: []int{4, 2}, labels: 2, valid: 1}
	dir := t.TempDir()
	for i, n := range f.records {
		var b []byte
		for r := range n {
			b = append(append(b, 7, byte(10*i+r)), bytes.Repeat([]byte{byte(100*i + r)}, 3072)...)
		}
		write(t, b, dir, f.unpacked, f.files[i])
	}
	d, err := f.open(kind(t, "cifar100"), dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(d.Train.Labels, d.Valid.Labels, d.Test.Labels, d.Test.Images[3072]); got != "[0 1 2] [3] [10 11] 101" {
		t.Error(got)
	}
	write(t, bytes.Repeat([]byte{1}, 3074*4)[:3074*4-1], dir, f.unpacked, "train.bin")
	_, err = f.open(kind(t, "cifar100"), dir)
	refused(t, err, "train.bin: data ends after 12295 of 12296 bytes")
}
