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

// The binary version of CIFAR-10 (Krizhevsky, "Learning multiple layers of
// features from tiny images", 2009): files of 10,000 records, each a label and
// the 32x32 reds, greens and blues, row by row.
const (
	cifarArchive  = "cifar-10-binary.tar.gz"
	cifarFeatures = 3 * 32 * 32
	cifarRecords  = 10000 // of each file
)

// cifarFiles in the order of their images; the last has the test images.
var cifarFiles = []string{"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
	"data_batch_4.bin", "data_batch_5.bin", "test_batch.bin"}

// cifar10 is CIFAR-10.
func cifar10() Kind {
	return Kind{
		Name: "cifar10", Title: "CIFAR-10", Height: 32, Width: 32, Channels: 3, open: openCIFAR10,
		Classes: []string{"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"},
		published: &publication{
			[]string{"https://www.cs.toronto.edu/~kriz"},
			[]remote{{cifarArchive, 170052171, "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"}},
		},
	}
}

// openCIFAR10 reads the 50,000 + 10,000 images. The paper trains on 40,000 and
// validates on 10,000, but does not say which. Here the last 10,000 of the
// training files, those of data_batch_5, are for validation.
func openCIFAR10(_ context.Context, dir string) (*Data, error) { return openCIFAR(dir, cifarRecords) }

// openCIFAR expects the given number of records in each file.
func openCIFAR(dir string, records int) (*Data, error) {
	paths, err := findCIFAR(dir)
	if err != nil {
		return nil, err
	}
	set := &Set{
		Images:   make([]uint8, len(cifarFiles)*records*cifarFeatures),
		Labels:   make([]uint8, len(cifarFiles)*records),
		Features: cifarFeatures,
		Classes:  10,
	}
	if len(paths) == 1 {
		err = readFile(paths[0], func(r io.Reader) error { return readCIFARArchive(r, set) })
	} else {
		err = readCIFARFiles(paths, set)
	}
	if err != nil {
		return nil, err
	}
	s := &Data{Kind: cifar10(), Files: paths}
	train := (len(cifarFiles) - 1) * records
	s.hold(set.part("", 0, train), set.part("", train, set.Len()), records)
	return s, nil
}

// findCIFAR returns the paths of the six files, or that of the archive.
func findCIFAR(dir string) ([]string, error) {
	if dir == "" {
		return nil, &MissingError{Files: cifarFiles, Instead: cifarArchive}
	}
	const unpacked = "cifar-10-batches-bin" // the folder in the archive
	dirs := []string{filepath.Join(dir, "cifar10"), dir}
	paths, missing := find(dirs, []string{unpacked}, cifarFiles)
	if missing == nil {
		return paths, nil
	}
	for _, d := range dirs {
		if archive := filepath.Join(d, cifarArchive); exists(archive) {
			return []string{archive}, nil
		}
	}
	missing.Instead = cifarArchive
	for _, d := range dirs {
		for _, python := range []string{"cifar-10-batches-py", "cifar-10-python.tar.gz"} {
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

// readCIFARFiles fills the set from the six files.
func readCIFARFiles(paths []string, set *Set) error {
	for i, p := range paths {
		err := readFile(p, func(r io.Reader) error { return readCIFARFile(r, set, i) })
		if err != nil {
			return err
		}
	}
	return nil
}

// readCIFARArchive fills the set from a tar archive with the six files, in
// whatever order, and any others.
func readCIFARArchive(r io.Reader, set *Set) error {
	var seen [6]bool
	archive := tar.NewReader(r)
	for {
		h, err := archive.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return fmt.Errorf("archive: %w", err)
		}
		i := slices.Index(cifarFiles, path.Base(h.Name))
		if i < 0 {
			continue
		}
		if seen[i] {
			return fmt.Errorf("%s is in the archive twice", cifarFiles[i])
		}
		seen[i] = true
		if err := readCIFARFile(archive, set, i); err != nil {
			return fmt.Errorf("%s: %w", cifarFiles[i], err)
		}
	}
	if i := slices.Index(seen[:], false); i >= 0 {
		return fmt.Errorf("%s is not in the archive", cifarFiles[i])
	}
	_, err := io.Copy(io.Discard, r) // up to the checksum
	return err
}

// readCIFARFile reads the records of the file of that index, which must end with
// them, into their place in the set.
func readCIFARFile(r io.Reader, set *Set, index int) error {
	records := set.Len() / len(cifarFiles)
	record := make([]uint8, 1+set.Features)
	for k := range records {
		n, err := io.ReadFull(r, record)
		if err != nil {
			return ended(err, "data", k*len(record)+n, records*len(record))
		}
		if int(record[0]) >= set.Classes {
			return fmt.Errorf("record %d has label %d, must be below %d", k, record[0], set.Classes)
		}
		i := index*records + k
		set.Labels[i] = record[0]
		copy(set.Images[i*set.Features:], record[1:])
	}
	return atEnd(r)
}
