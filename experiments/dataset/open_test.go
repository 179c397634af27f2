package dataset

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Files are found under the names of Kaggle and in the folders of torchvision, packed twice, or as plain files that are called
// as if they were packed.
func TestFindsMNIST(t *testing.T) {
	dotted := strings.NewReplacer("-idx", ".idx")
	plain := func(data []byte) []byte { return data }
	twice := func(data []byte) []byte { return zipped(zipped(data)) }
	for name, c := range map[string]struct {
		folder string
		name   func(file string) string
		pack   func(data []byte) []byte
	}{
		"Kaggle":          {"mnist", dotted.Replace, plain},
		"Kaggle, gzipped": {".", func(file string) string { return dotted.Replace(file) + ".gz" }, zipped},
		"torchvision":     {"MNIST/raw", strings.Clone, plain},
		"its own":         {"mnist/MNIST/raw", strings.Clone, plain},
		"raw":             {"raw", strings.Clone, plain},
		"twice":           {"mnist", func(file string) string { return file + ".gz" }, twice},
		"unpacked":        {"mnist", func(file string) string { return file + ".gz" }, plain},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			files := digits(6, 2, 28, 10)
			for file, data := range files {
				write(t, c.pack(data), dir, c.folder, c.name(file))
			}
			s, err := openDigits(dir, 6, 2, 2)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(s.Test.Images, files[testImages][16:]) || filepath.Dir(s.Files[0]) != filepath.Join(dir, c.folder) {
				t.Errorf("read from %q", s.Files)
			}
		})
	}
}

// A folder that has all files is taken before one that has some, wherever they are.
func TestFindsWhole(t *testing.T) {
	dir := t.TempDir()
	write(t, nil, dir, "mnist", trainImages)
	for file, data := range digits(6, 2, 28, 10) {
		write(t, data, dir, file)
	}
	s, err := openDigits(dir, 6, 2, 2)
	if err != nil || filepath.Dir(s.Files[0]) != dir {
		t.Errorf("error %v", err)
	}
}

// A set that is absent, one that is incomplete and one that is broken are three things.
func TestThreeStates(t *testing.T) {
	dir := t.TempDir()
	open := func() error {
		_, err := openDigits(dir, 6, 2, 2)
		return err
	}
	missing, broken := new(MissingError), new(BrokenError)
	if err := open(); !errors.As(err, &missing) || missing.Incomplete() || errors.As(err, &broken) {
		t.Errorf("an absent set: %v", err)
	}
	for file, data := range digits(6, 2, 28, 10) {
		write(t, data, dir, "MNIST", "raw", file)
	}
	folder := filepath.Join(dir, "MNIST", "raw")
	if err := os.Remove(filepath.Join(folder, testLabels)); err != nil {
		t.Fatal(err)
	}
	err := open()
	if !errors.As(err, &missing) || !missing.Incomplete() || !slices.Equal(missing.Files, []string{testLabels}) || len(missing.Found) != 3 || errors.As(err, &broken) {
		t.Errorf("an incomplete set: %v", err)
	}
	refused(t, err, "no "+testLabels+" in "+folder+", which has only "+trainImages+", "+trainLabels+", "+testImages)
	path := write(t, []byte("\n<!DOCTYPE html><title>Not found</title>"), folder, testLabels+".gz")
	if err := open(); errors.As(err, &missing) || !errors.As(err, &broken) || broken.File != path {
		t.Errorf("a broken set: %v", err)
	}
}

// What a server says instead of a file is not taken for a file.
func TestWebPage(t *testing.T) {
	page := []byte("\xef\xbb\xbf <html><body>Sign in</body></html>")
	for name, data := range map[string][]byte{"plain": page, "gzipped": zipped(page), "XML": []byte(`<?xml version="1.0"?><Error>AccessDenied</Error>`)} {
		dir := t.TempDir()
		for file, data := range digits(6, 2, 28, 10) {
			write(t, data, dir, file)
		}
		path := write(t, data, dir, trainImages)
		_, err := openDigits(dir, 6, 2, 2)
		refused(t, err, path+": it is a web page")
		if t.Failed() {
			t.Fatal(name)
		}
	}
}

// CIFAR-10's version for Python is named, with what is needed.
func TestPythonCIFAR(t *testing.T) {
	dir := t.TempDir()
	write(t, nil, dir, "cifar-10-batches-py", "data_batch_1")
	_, err := openCIFAR(dir, 1)
	refused(t, err, "no cifar-10-binary.tar.gz or data_batch_1.bin", filepath.Join(dir, "cifar-10-batches-py")+" is the version for Python, which is not read")
}
