package dataset

import (
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

// openMNIST reads the 60,000 + 10,000 digits. The paper learns from 50,000 and
// validates on 10,000; which ones is not said, so these are the last 10,000 of the
// training files, as is usual.
func openMNIST(dir string) (*Splits, error) {
	return openDigits(dir, 60000, 10000, 10000)
}

func openDigits(dir string, train, valid, test int) (*Splits, error) {
	files := []string{trainImages, trainLabels, testImages, testLabels}
	if dir == "" {
		return nil, &MissingError{Files: files}
	}
	dirs := []string{filepath.Join(dir, "mnist")}
	if !exists(filepath.Join(dir, classesFile)) { // that would be another set in MNIST's format
		dirs = append(dirs, dir)
	}
	paths, missing := find(dirs, files)
	if missing != nil {
		return nil, missing
	}
	s := &Splits{Name: "mnist", Height: 28, Width: 28, Channels: 1, Files: paths}
	for digit := range 10 {
		s.Classes = append(s.Classes, strconv.Itoa(digit))
	}
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
func (s *Splits) readPair(images, labels string, n int) (*Set, error) {
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
