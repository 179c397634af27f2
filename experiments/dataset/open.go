package dataset

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Splits is a stored data set, cut as the paper cuts it (Glorot & Bengio 2010,
// section 2.2): the networks learn from Train, Valid chooses among them, and Test
// is for the numbers.
type Splits struct {
	Name                    string
	Train, Valid, Test      *Set
	Height, Width, Channels int      // Features is their product
	Classes                 []string // name of each label
	Files                   []string // that it was read from
}

// stored are the data sets that are read from files.
var stored = []struct {
	name string
	open func(dir string) (*Splits, error)
}{
	{"mnist", openMNIST},
	{"cifar10", openCIFAR10},
	{"smallimagenet", openSmallImageNet},
}

// Names returns the names of the data sets that [Open] knows.
func Names() []string {
	var names []string
	for _, s := range stored {
		names = append(names, s.name)
	}
	return names
}

// Open reads the data set of that name from the folder dir, or from a folder of
// its own in there:
//
//   - mnist: the four IDX files in DIR/mnist or DIR, gzipped or not.
//   - cifar10: the six files of the binary version, gzipped or not, or the archive
//     cifar-10-binary.tar.gz, in DIR/cifar10 or DIR.
//   - smallimagenet: four IDX files of 37x37 and classes.json, which
//     [MakeImageSet] makes, in DIR/smallimagenet, DIR/smallimagenet37 or DIR.
//
// If files are not there the error is a [*MissingError]. If one is there and not
// as it should be, the error names it and what is wrong in it.
func Open(name, dir string) (*Splits, error) {
	for _, s := range stored {
		if s.name != name {
			continue
		}
		splits, err := s.open(dir)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return splits, nil
	}
	return nil, fmt.Errorf("data set %q, must be one of %s", name, strings.Join(Names(), ", "))
}

// MissingError says which files of a data set are wanted, and where. It is an
// [fs.ErrNotExist].
type MissingError struct {
	Files   []string // wanted and not there
	Instead string   // a file that would do in place of all of them, or ""
	Dirs    []string // where they may be; none if no folder was given
}

// Error is one line.
func (e *MissingError) Error() string {
	files := strings.Join(e.Files, ", ")
	if e.Instead != "" {
		files = e.Instead + " or " + files
	}
	if len(e.Dirs) == 0 {
		return "no folder of data is given; wanted: " + files
	}
	return fmt.Sprintf("no %s in %s", files, strings.Join(e.Dirs, " or "))
}

// Is tells that files do not exist.
func (e *MissingError) Is(target error) bool { return target == fs.ErrNotExist }

// find returns the paths of all files, gzipped or not, from the first of the
// folders that has any.
func find(dirs, files []string) ([]string, *MissingError) {
	for _, dir := range dirs {
		var paths, missing []string
		for _, file := range files {
			path := filepath.Join(dir, file)
			switch {
			case exists(path):
				paths = append(paths, path)
			case exists(path + ".gz"):
				paths = append(paths, path+".gz")
			default:
				missing = append(missing, file)
			}
		}
		if len(missing) == 0 {
			return paths, nil
		}
		if len(paths) > 0 {
			return nil, &MissingError{Files: missing, Dirs: []string{dir}}
		}
	}
	return nil, &MissingError{Files: files, Dirs: dirs}
}

func exists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

// readFile has read read the file, which it may find gzipped: that is told by the
// first bytes, as browsers unpack what they load and keep the name. The error
// names the file.
func readFile(path string, read func(io.Reader) error) (err error) {
	defer func() {
		if err != nil {
			var p *fs.PathError
			if errors.As(err, &p) && p.Path == path {
				err = p.Err
			}
			err = fmt.Errorf("%s: %w", path, err)
		}
	}()
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, 1<<16)
	if head, _ := r.Peek(2); string(head) == "\x1f\x8b" {
		z, err := gzip.NewReader(r)
		if err != nil {
			return err
		}
		r = bufio.NewReaderSize(z, 1<<16)
	}
	return read(r)
}

// part returns images from to to-1 of a set, sharing its memory.
func (s *Set) part(name string, from, to int) *Set {
	return &Set{
		Name:     name,
		Images:   s.Images[from*s.Features : to*s.Features : to*s.Features],
		Labels:   s.Labels[from:to:to],
		Features: s.Features,
		Classes:  s.Classes,
	}
}

// hold cuts the last valid images off the training files for validation.
func (s *Splits) hold(files, test *Set, valid int) {
	n := files.Len()
	s.Train, s.Valid = files.part(s.Name+" train", 0, n-valid), files.part(s.Name+" valid", n-valid, n)
	s.Test = test.part(s.Name+" test", 0, test.Len())
}

// Image shows image i of one of the splits: pixels are stored row by row, for
// colours all reds, all greens and all blues.
func (s *Splits) Image(set *Set, i int) image.Image {
	pixels := s.Height * s.Width
	img := set.Images[i*set.Features : (i+1)*set.Features]
	bounds := image.Rect(0, 0, s.Width, s.Height)
	if s.Channels == 1 {
		return &image.Gray{Pix: img, Stride: s.Width, Rect: bounds}
	}
	picture := image.NewRGBA(bounds)
	for k := range pixels {
		picture.SetRGBA(k%s.Width, k/s.Width, color.RGBA{R: img[k], G: img[pixels+k], B: img[2*pixels+k], A: 255})
	}
	return picture
}
