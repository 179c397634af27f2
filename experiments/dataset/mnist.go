package dataset

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
)

// The files of MNIST, and of every data set in its format.
const (
	trainImages = "train-images-idx3-ubyte"
	trainLabels = "train-labels-idx1-ubyte"
	testImages  = "t10k-images-idx3-ubyte"
	testLabels  = "t10k-labels-idx1-ubyte"
)

// A mnistFormat is how a data set of 28x28 greys lies in files like those of MNIST.
type mnistFormat struct {
	train, valid, test int      // images of the files; the last valid ones of train are for validation
	folders            []string // what other packages call its folder
	prefix             string   // of the names of its files; then those with the test images are called test
	archives           []string // zip files that have its files
	npz                string   // what Keras calls it
	anywhere           bool     // its files may be in the data folder itself
	transposed         bool     // images are stored column by column
}

// kind completes a kind of this format.
func (f mnistFormat) kind(k Kind) Kind {
	k.Height, k.Width, k.Channels = 28, 28, 1
	known := k
	k.open = func(_ context.Context, dir string) (*Data, error) { return f.open(known, dir) }
	return k
}

// files are the names of the four files.
func (f mnistFormat) files() []string {
	if f.prefix == "" {
		return []string{trainImages, trainLabels, testImages, testLabels}
	}
	return []string{f.prefix + trainImages, f.prefix + trainLabels, f.prefix + "test-images-idx3-ubyte", f.prefix + "test-labels-idx1-ubyte"}
}

// open reads the four files, an archive of them, or Keras' file.
func (f mnistFormat) open(k Kind, dir string) (*Data, error) {
	if dir == "" {
		return nil, &MissingError{Files: f.files()}
	}
	dirs, subs := f.places(k, dir)
	paths, missing := find(dirs, subs, f.files())
	d := &Data{Kind: k, Files: paths}
	read := func(i int, use func(io.Reader) error) error { return readFile(paths[i], use) }
	if missing != nil {
		for _, at := range dirs {
			for _, name := range f.archives {
				if archive := filepath.Join(at, name); exists(archive) {
					return f.openArchive(d, archive)
				}
			}
			if file := filepath.Join(at, f.npz); f.npz != "" && exists(file) {
				return f.openNPZ(d, file)
			}
		}
		if len(f.archives) > 0 {
			missing.Instead = f.archives[0]
		}
		return nil, missing
	}
	return d, f.read(d, read)
}

// places are the folders that may have the files: of its name, what other packages call it, and the data folder itself if its files
// cannot be those of another set.
func (f mnistFormat) places(k Kind, dir string) (dirs, subs []string) {
	names := append([]string{k.Name}, f.folders...)
	for i, name := range names {
		if i == 0 || there(filepath.Join(dir, name)) {
			dirs = append(dirs, filepath.Join(dir, name))
		}
	}
	own := f.anywhere && !exists(filepath.Join(dir, classesFile)) // otherwise it is another set in MNIST's format
	if own || f.prefix != "" || slices.Contains(names, filepath.Base(dir)) {
		dirs = append(dirs, dir)
	}
	subs = []string{"raw", "gzip"}
	for _, name := range names { // torchvision puts them into MNIST/raw
		subs = append(subs, filepath.Join(name, "raw"))
	}
	return dirs, subs
}

// read reads the four files through a function that opens one of them.
func (f mnistFormat) read(d *Data, open func(i int, use func(io.Reader) error) error) error {
	var sets [2]*Set
	for i, n := range []int{f.train, f.test} {
		var err error
		images := func(use func(io.Reader) error) error { return open(2*i, use) }
		labels := func(use func(io.Reader) error) error { return open(2*i+1, use) }
		if sets[i], err = d.readPair(images, labels, n); err != nil {
			return err
		}
		if f.transposed {
			transpose(sets[i].Images, d.Width)
		}
	}
	d.hold(sets[0], sets[1], f.valid)
	return nil
}

// transpose turns images of size x size that are stored column by column.
func transpose(images []uint8, size int) {
	for ; len(images) > 0; images = images[size*size:] {
		for y := range size {
			for x := range y {
				images[y*size+x], images[x*size+y] = images[x*size+y], images[y*size+x]
			}
		}
	}
}

// openArchive reads the four files from a zip file.
func (f mnistFormat) openArchive(d *Data, archive string) (*Data, error) {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return nil, &BrokenError{archive, err}
	}
	defer z.Close()
	d.Files = []string{archive}
	err = f.read(d, func(i int, use func(io.Reader) error) error {
		want := f.files()[i]
		for _, file := range z.File {
			if base := path.Base(file.Name); base != want && base != want+".gz" {
				continue
			}
			r, err := file.Open()
			if err == nil {
				err = readUnpacked(r, use)
				r.Close()
			}
			if err != nil {
				return &BrokenError{archive, fmt.Errorf("%s: %w", file.Name, err)}
			}
			return nil
		}
		return &BrokenError{archive, fmt.Errorf("%s is not in the archive", want)}
	})
	return d, err
}

// openNPZ reads a file with x_train, y_train, x_test and y_test.
func (f mnistFormat) openNPZ(d *Data, file string) (*Data, error) {
	e := new(examples)
	if err := e.readNPZ(file); err != nil {
		return nil, err
	}
	classes := make(map[string]uint8)
	for i, name := range d.Classes {
		classes[name] = uint8(i)
	}
	d.Files = []string{file}
	var sets [2]*Set
	for i, n := range []int{f.train, f.test} {
		s := e.splits[[]int{train, test}[i]]
		if s.levels == nil || len(s.labels) != n || s.features() != d.Features() || len(e.splits[valid].labels) > 0 {
			return nil, &BrokenError{file, fmt.Errorf("it must have x_train, y_train, x_test and y_test with %d and %d images of bytes, and nothing else", f.train, f.test)}
		}
		sets[i] = &Set{Images: s.levels, Features: d.Features(), Classes: len(d.Classes)}
		for k, label := range s.labels {
			class, ok := classes[label]
			if !ok {
				return nil, &BrokenError{file, fmt.Errorf("label %d is %s, must be a class of %s", k, label, d.Title)}
			}
			sets[i].Labels = append(sets[i].Labels, class)
		}
	}
	d.hold(sets[0], sets[1], f.valid)
	return d, nil
}

// A reading calls its argument with the content of a file.
type reading func(use func(io.Reader) error) error

// readPair reads n images, or all if n is 0, and their labels.
func (d *Data) readPair(images, labels reading, n int) (*Set, error) {
	set := &Set{Features: d.Height * d.Width, Classes: len(d.Classes)}
	err := images(func(r io.Reader) error {
		a, err := ReadIDX(r, n, d.Height, d.Width)
		set.Images = a.Data
		return err
	})
	if err != nil {
		return nil, err
	}
	err = labels(func(r io.Reader) error {
		a, err := ReadIDX(r, len(set.Images)/set.Features)
		set.Labels = a.Data
		for i, label := range a.Data {
			if int(label) >= set.Classes {
				return fmt.Errorf("label %d is %d, must be below %d", i, label, set.Classes)
			}
		}
		return err
	})
	return set, err
}

// fileReading reads a file.
func fileReading(path string) reading {
	return func(use func(io.Reader) error) error { return readFile(path, use) }
}
