package dataset

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"glorot/experiments/run/atomicfile"
	"glorot/models/stream"
)

// ImageSetOptions say which pictures [MakeImageSet] takes.
type ImageSetOptions struct {
	Seed     uint64                // seed of the choice of pictures and of the split
	PerClass int                   // pictures of each class; 0 for as many as the smallest class has
	LeaveOut func(bad BadPicture)  // if not nil, what cannot be used is left out, and LeaveOut is called with each; if nil, it is an error
	Progress func(done, total int) // called from time to time with the number of pictures read, by one goroutine at a time; may be nil
}

// A BadPicture is a file that cannot be used as a picture, or a folder that cannot be used as a class.
type BadPicture struct {
	Path string // relative to the folder of classes, with slashes
	Err  error  // why
}

// BadPicturesError lists everything that cannot be used.
type BadPicturesError struct{ Bad []BadPicture }

// Error is one line.
func (e *BadPicturesError) Error() string {
	var list []string
	for _, b := range e.Bad {
		list = append(list, fmt.Sprintf("%s: %v", b.Path, b.Err))
	}
	return strings.Join(list, "; ")
}

// MinPerClass is the smallest number of pictures of a class: 9 for training, 1 for validation and 1 for testing, as the
// paper's 90,000, 10,000 and 10,000 images of Small-ImageNet.
const MinPerClass = 11

// MakeImageSet makes a data set that [Open] takes for smallimagenet, in the folder
// to, from the pictures in the folder from: each folder in there is a class, and
// the JPEG, PNG, GIF and BMP pictures in it, or in folders in it, are its examples.
// Their luma is cut to the central square, turned as EXIF says, and resized to
// 37x37, with antialiasing. Names that begin with a dot, and __MACOSX, are not
// classes.
//
// All classes get the same number of images, PerClass rounded down to a multiple of 11: 9 parts for
// training, 1 for validation and 1 for testing. The choice is random, and in each file the classes
// alternate. The same pictures and seed give the same files. Pictures that cannot be read, pictures
// of other formats and classes without pictures are left out if options.LeaveOut is not nil.
// Otherwise the error is a [*BadPicturesError] with all of them. classes.json, without which [Open]
// does not find the set, is written last.
func MakeImageSet(ctx context.Context, from, to string, options ImageSetOptions) error {
	err := makeImageSet(ctx, from, to, options)
	if err != nil {
		return fmt.Errorf("image set from %s: %w", from, err)
	}
	return nil
}

func makeImageSet(ctx context.Context, from, to string, options ImageSetOptions) error {
	classes, bad, err := findClasses(from)
	if err != nil {
		return err
	}
	if options.LeaveOut != nil {
		more, err := dropBad(ctx, from, classes)
		if err != nil {
			return err
		}
		for _, b := range append(bad, more...) {
			options.LeaveOut(b)
		}
		bad = nil
	}
	per, err := balance(classes, options.PerClass)
	if err != nil && len(bad) == 0 {
		return err
	}
	var sources []classSource
	learn, test := new(pictures), new(pictures)
	for _, c := range classes {
		sources = append(sources, classSource{c.name, c.folders})
		c.shuffle(options.Seed)
	}
	for i := range per {
		into := learn
		if i < per/MinPerClass {
			into = test
		}
		for label, c := range classes {
			into.paths = append(into.paths, c.pictures[i])
			into.labels = append(into.labels, uint8(label))
		}
	}
	unread, err := readPictures(ctx, from, options.Progress, learn, test)
	if err != nil {
		return err
	}
	if bad = append(bad, unread...); len(bad) > 0 {
		return &BadPicturesError{bad}
	}
	return writeImageSet(to, learn, test, sources)
}

// dropBad removes the pictures that cannot be read from their classes, and returns them.
func dropBad(ctx context.Context, from string, classes []*class) ([]BadPicture, error) {
	var bad []BadPicture
	for _, c := range classes {
		unread, err := readPictures(ctx, from, nil, &pictures{paths: c.pictures})
		if err != nil {
			return nil, err
		}
		isBad := make(map[string]bool)
		for _, b := range unread {
			isBad[b.Path] = true
		}
		c.pictures = slices.DeleteFunc(c.pictures, func(path string) bool { return isBad[path] })
		bad = append(bad, unread...)
	}
	return bad, nil
}

// class is a folder of pictures. Paths are relative to the folder of classes, with
// slashes.
type class struct {
	name     string
	folders  []string // that have pictures
	pictures []string
}

// findClasses returns the classes in the folder dir, sorted by name, and what cannot be used in them.
func findClasses(dir string) (classes []*class, bad []BadPicture, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, err
	}
	var names []string
	for _, e := range entries {
		if noClass(e.Name()) {
			continue
		}
		if info, err := os.Stat(filepath.Join(dir, e.Name())); err != nil {
			return nil, nil, err
		} else if info.IsDir() {
			names = append(names, e.Name())
		}
	}
	if areSplits(names) {
		return nil, nil, fmt.Errorf("it is split into %s, which are not classes; use one of these folders, or put the pictures of each class together",
			strings.Join(names, ", "))
	}
	for _, name := range names {
		c := &class{name: name}
		others, err := c.collect(dir, name, 0)
		if err != nil {
			return nil, nil, err
		}
		bad = append(bad, others...)
		if len(c.pictures) == 0 {
			bad = append(bad, BadPicture{name, errors.New("a class without pictures (.jpg, .jpeg, .png, .gif or .bmp)")})
			continue
		}
		classes = append(classes, c)
	}
	if n := len(classes); n < 2 || n > maxClasses {
		if n < 2 && len(bad) > 0 {
			return nil, nil, &BadPicturesError{bad}
		}
		return nil, nil, fmt.Errorf("%d folders of pictures, one for each class; must be 2 to %d", n, maxClasses)
	}
	return classes, bad, nil
}

// areSplits reports whether there are names and all of them are those of splits.
func areSplits(names []string) bool {
	return len(names) > 0 && !slices.ContainsFunc(names, func(name string) bool {
		_, ok := splitNames[strings.ToLower(name)]
		return !ok
	})
}

// noClass reports whether the name is one that programs make, not people.
func noClass(name string) bool { return name[0] == '.' || name == "__MACOSX" }

// maxDepth limits how deep the folders of a class may be nested. Links are
// followed, so there must be a limit.
const maxDepth = 4

// collect adds the pictures of a folder and its subfolders, in the order of their
// names, and returns the pictures of other formats.
func (c *class) collect(dir, folder string, depth int) (bad []BadPicture, err error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("%s: more than %d nested folders", folder, maxDepth)
	}
	entries, err := os.ReadDir(filepath.Join(dir, filepath.FromSlash(folder)))
	if err != nil {
		return nil, err
	}
	own := false
	for _, e := range entries {
		if noClass(e.Name()) {
			continue
		}
		name := path.Join(folder, e.Name())
		info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			return nil, err
		}
		if info.IsDir() {
			others, err := c.collect(dir, name, depth+1)
			if err != nil {
				return nil, err
			}
			bad = append(bad, others...)
			continue
		}
		switch strings.ToLower(path.Ext(name)) {
		case ".jpg", ".jpeg", ".png", ".gif", ".bmp":
			c.pictures = append(c.pictures, name)
			own = true
		case ".webp", ".tif", ".tiff", ".heic", ".avif":
			bad = append(bad, BadPicture{name, errors.New("pictures of this format are not read")})
		}
	}
	if own {
		c.folders = append(c.folders, folder)
	}
	return bad, nil
}

// balance returns the number of pictures to take from each class.
func balance(classes []*class, wanted int) (int, error) {
	smallest := slices.MinFunc(classes, func(a, b *class) int { return len(a.pictures) - len(b.pictures) })
	most := len(smallest.pictures)
	if wanted == 0 {
		wanted = most
	}
	switch {
	case most < MinPerClass:
		return 0, fmt.Errorf("class %s has %d pictures, must have %d or more", smallest.name, most, MinPerClass)
	case wanted < MinPerClass:
		return 0, fmt.Errorf("%d pictures of each class, must be %d or more", wanted, MinPerClass)
	case wanted > most:
		return 0, fmt.Errorf("%d pictures of each class, but %s has %d", wanted, smallest.name, most)
	}
	return wanted - wanted%MinPerClass, nil
}

// shuffle puts the pictures into the random order of the seed and the class.
func (c *class) shuffle(seed uint64) { permute(stream.New(seed, "pictures/"+c.name), c.pictures) }

// pictures will become a pair of IDX files.
type pictures struct {
	paths  []string // relative to the folder of classes, with slashes
	labels []uint8
	greys  []uint8 // [len(paths), 37*37]
}

const imageSetFeatures = imageSetSize * imageSetSize

// readPictures fills the greys, on all processors, and returns the pictures that cannot be read, in their order.
func readPictures(ctx context.Context, from string, progress func(done, total int), sets ...*pictures) ([]BadPicture, error) {
	type job struct {
		path string
		into []uint8
		err  error
	}
	var jobs []*job
	for _, p := range sets {
		p.greys = make([]uint8, len(p.paths)*imageSetFeatures)
		for i, path := range p.paths {
			jobs = append(jobs, &job{path: path, into: p.greys[i*imageSetFeatures : (i+1)*imageSetFeatures]})
		}
	}
	err := inParallel(ctx, len(jobs), progress, func(i int) {
		jobs[i].err = pictureFile(filepath.Join(from, filepath.FromSlash(jobs[i].path)), func(f io.Reader) error {
			return readPicture(f, imageSetSize, jobs[i].into)
		})
	})
	var bad []BadPicture
	for _, j := range jobs {
		if j.err != nil {
			bad = append(bad, BadPicture{j.path, j.err})
		}
	}
	return bad, err
}

// inParallel calls do with 0 to n-1 on all processors, and progress after every 100 calls and at the end. It ends early with ctx's error.
func inParallel(ctx context.Context, n int, progress func(done, total int), do func(i int)) error {
	var next atomic.Int64
	var mu sync.Mutex // of done and progress
	done := 0
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				do(i)
				mu.Lock()
				if done++; progress != nil && (done%100 == 0 || done == n) {
					progress(done, n)
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return context.Cause(ctx)
}

// pictureFile calls read with a file, which the error does not name.
func pictureFile(path string, read func(io.Reader) error) error {
	f, err := openFile(path)
	if p := new(fs.PathError); errors.As(err, &p) {
		return p.Err
	}
	if err != nil {
		return err
	}
	defer f.Close()
	return read(f)
}

// writeImageSet writes the five files. Meanwhile there is no classes.json, so
// that old and new files are never taken for one set.
func writeImageSet(to string, learn, test *pictures, classes []classSource) error {
	if err := os.MkdirAll(to, 0o777); err != nil {
		return err
	}
	list := filepath.Join(to, classesFile)
	if err := os.Remove(list); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, f := range []struct {
		name string
		IDX
	}{
		{trainImages, learn.images()},
		{trainLabels, IDX{[]int{len(learn.labels)}, learn.labels}},
		{testImages, test.images()},
		{testLabels, IDX{[]int{len(test.labels)}, test.labels}},
	} {
		plain := filepath.Join(to, f.name)
		if err := os.Remove(plain); err != nil && !errors.Is(err, fs.ErrNotExist) { // it would be read instead of the new file
			return err
		}
		err := atomicfile.Write(plain+".gz", func(w io.Writer) error {
			z := gzip.NewWriter(w)
			if err := WriteIDX(z, f.IDX); err != nil {
				return err
			}
			return z.Close()
		})
		if err != nil {
			return err
		}
	}
	return atomicfile.Write(list, func(w io.Writer) error { return writeClasses(w, classes) })
}

func (p *pictures) images() IDX {
	return IDX{[]int{len(p.paths), imageSetSize, imageSetSize}, p.greys}
}
