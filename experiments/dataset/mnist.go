package dataset

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
)

// The files of MNIST, and of every data set in its format.
const (
	trainImages = "train-images-idx3-ubyte"
	trainLabels = "train-labels-idx1-ubyte"
	testImages  = "t10k-images-idx3-ubyte"
	testLabels  = "t10k-labels-idx1-ubyte"
)

// mnist is MNIST (LeCun, Bottou, Bengio & Haffner, "Gradient-based learning applied to document recognition", 1998).
func mnist() Kind {
	k := Kind{
		Name: "mnist", Title: "MNIST", Height: 28, Width: 28, Channels: 1, open: openMNIST,
		published: &publication{
			[]string{
				"https://ossci-datasets.s3.amazonaws.com/mnist",
				"https://storage.googleapis.com/cvdf-datasets/mnist",
			},
			[]remote{
				{trainImages + ".gz", 9912422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"},
				{trainLabels + ".gz", 28881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"},
				{testImages + ".gz", 1648877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"},
				{testLabels + ".gz", 4542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"},
			},
		},
	}
	for digit := range 10 {
		k.Classes = append(k.Classes, strconv.Itoa(digit))
	}
	return k
}

// openMNIST reads the 60,000 + 10,000 digits. The paper trains on 50,000 and
// validates on 10,000, but does not say which. Here the last 10,000 of the
// training files are for validation, as is usual.
func openMNIST(_ context.Context, dir string) (*Data, error) {
	return openDigits(dir, 60000, 10000, 10000)
}

func openDigits(dir string, train, valid, test int) (*Data, error) {
	files := []string{trainImages, trainLabels, testImages, testLabels}
	if dir == "" {
		return nil, &MissingError{Files: files}
	}
	dirs := []string{filepath.Join(dir, "mnist")}
	if !exists(filepath.Join(dir, classesFile)) { // otherwise it is another set in MNIST's format
		dirs = append(dirs, dir)
	}
	// torchvision puts them into MNIST/raw.
	paths, missing := find(dirs, []string{"raw", filepath.Join("MNIST", "raw")}, files)
	if missing != nil {
		return nil, missing
	}
	s := &Data{Kind: mnist(), Files: paths}
	learn, err := s.readPair(paths[0], paths[1], train)
	if err != nil {
		return nil, err
	}
	tests, err := s.readPair(paths[2], paths[3], test)
	if err != nil {
		return nil, err
	}
	s.hold(learn, tests, valid)
	return s, nil
}

// readPair reads n images, or all if n is 0, and their labels.
func (s *Data) readPair(images, labels string, n int) (*Set, error) {
	set := &Set{Features: s.Height * s.Width, Classes: len(s.Classes)}
	err := readFile(images, func(r io.Reader) error {
		a, err := ReadIDX(r, n, s.Height, s.Width)
		set.Images = a.Data
		return err
	})
	if err != nil {
		return nil, err
	}
	err = readFile(labels, func(r io.Reader) error {
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
