package dataset

import (
	"archive/tar"
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// A cifarFormat is how a data set of 32x32 colours lies in files of records like those of the binary version of CIFAR-10: a label and the
// reds, greens and blues, row by row.
type cifarFormat struct {
	archive  string   // a gzipped tar archive of the files
	unpacked string   // the folder in the archive
	python   []string // names of the version for Python, which is not read
	files    []string // in the order of their images; the last has the test images
	records  []int    // of each file
	labels   int      // bytes before the pixels; the last one is the label
	valid    int      // of the training images, the last ones, for validation
}

// cifar10Format is that of CIFAR-10. The paper trains on 40,000 images and validates on 10,000, which here are those of data_batch_5.
var cifar10Format = cifarFormat{
	archive: "cifar-10-binary.tar.gz", unpacked: "cifar-10-batches-bin", python: []string{"cifar-10-batches-py", "cifar-10-python.tar.gz"},
	files:   []string{"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin"},
	records: []int{10000, 10000, 10000, 10000, 10000, 10000}, labels: 1, valid: 10000,
}

// kind completes a kind of this format.
func (f cifarFormat) kind(k Kind) Kind {
	k.Height, k.Width, k.Channels = 32, 32, 3
	known := k
	k.open = func(_ context.Context, dir string) (*Data, error) { return f.open(known, dir) }
	return k
}

// open reads the files, or the archive.
func (f cifarFormat) open(k Kind, dir string) (*Data, error) {
	paths, err := f.find(k, dir)
	if err != nil {
		return nil, err
	}
	n := 0
	for _, r := range f.records {
		n += r
	}
	set := &Set{Images: make([]uint8, n*k.Features()), Labels: make([]uint8, n), Features: k.Features(), Classes: len(k.Classes)}
	if len(paths) == 1 {
		err = readFile(paths[0], func(r io.Reader) error { return f.readArchive(r, set) })
	} else {
		err = f.readFiles(paths, set)
	}
	if err != nil {
		return nil, err
	}
	d := &Data{Kind: k, Files: paths}
	learn := n - f.records[len(f.records)-1]
	d.hold(set.part("", 0, learn), set.part("", learn, n), f.valid)
	return d, nil
}

// find returns the paths of the files, or that of the archive.
func (f cifarFormat) find(k Kind, dir string) ([]string, error) {
	if dir == "" {
		return nil, &MissingError{Files: f.files, Instead: f.archive}
	}
	dirs := []string{filepath.Join(dir, k.Name), dir}
	paths, missing := find(dirs, []string{f.unpacked}, f.files)
	if missing == nil {
		return paths, nil
	}
	for _, d := range dirs {
		if archive := filepath.Join(d, f.archive); exists(archive) {
			return []string{archive}, nil
		}
	}
	missing.Instead = f.archive
	for _, d := range dirs {
		for _, python := range f.python {
			if path := filepath.Join(d, python); missing.Note == "" && there(path) {
				missing.Note = path + " is the version for Python, which is not read"
			}
		}
	}
	return nil, missing
}

// there reports whether a file or folder exists.
func there(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// readFiles fills the set from the files.
func (f cifarFormat) readFiles(paths []string, set *Set) error {
	for i, p := range paths {
		err := readFile(p, func(r io.Reader) error { return f.readRecords(r, set, i) })
		if err != nil {
			return err
		}
	}
	return nil
}

// readArchive fills the set from a tar archive with the files, in whatever order, and any others.
func (f cifarFormat) readArchive(r io.Reader, set *Set) error {
	seen := make([]bool, len(f.files))
	archive := tar.NewReader(r)
	for {
		h, err := archive.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return fmt.Errorf("archive: %w", err)
		}
		i := slices.Index(f.files, path.Base(h.Name))
		if i < 0 {
			continue
		}
		if seen[i] {
			return fmt.Errorf("%s is in the archive twice", f.files[i])
		}
		seen[i] = true
		if err := f.readRecords(archive, set, i); err != nil {
			return fmt.Errorf("%s: %w", f.files[i], err)
		}
	}
	if i := slices.Index(seen, false); i >= 0 {
		return fmt.Errorf("%s is not in the archive", f.files[i])
	}
	_, err := io.Copy(io.Discard, r) // up to the checksum
	return err
}

// readRecords reads the records of the file of that index, which must end with them, into their place in the set.
func (f cifarFormat) readRecords(r io.Reader, set *Set, index int) error {
	first := 0
	for _, n := range f.records[:index] {
		first += n
	}
	record := make([]uint8, f.labels+set.Features)
	for k := range f.records[index] {
		n, err := io.ReadFull(r, record)
		if err != nil {
			return ended(err, "data", k*len(record)+n, f.records[index]*len(record))
		}
		label := record[f.labels-1]
		if int(label) >= set.Classes {
			return fmt.Errorf("record %d has label %d, must be below %d", k, label, set.Classes)
		}
		i := first + k
		set.Labels[i] = label
		copy(set.Images[i*set.Features:], record[f.labels:])
	}
	return atEnd(r)
}
