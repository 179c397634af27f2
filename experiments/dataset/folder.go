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
	Seed     uint64                // of the choice and the split
	PerClass int                   // pictures of each class; 0 for as many as the smallest class has
	Progress func(done, total int) // called now and then with the pictures read, by one goroutine at a time; may be nil
}

// parts of a class: 9 to train, 1 to validate and 1 to test, as the paper's 90,000,
// 10,000 and 10,000 images of Small-ImageNet.
const parts = 11

// MakeImageSet makes a data set that [Open] takes for smallimagenet, in the folder
// to, from the pictures in the folder from: each folder in there is a class, and
// the JPEG and PNG pictures in it, or in folders in it, are its examples. Their
// luma is cut to the central square and resized to 37x37, with antialiasing.
//
// All classes get the same number of images, PerClass rounded down to a multiple of
// 11, of which 9 parts are to train, 1 to validate and 1 to test. Which ones is
// random, and in each file the classes take turns. The same pictures and seed give
// the same files. classes.json, without which [Open] finds no set, is written last.
func MakeImageSet(ctx context.Context, from, to string, options ImageSetOptions) error {
	err := makeImageSet(ctx, from, to, options)
	if err != nil {
		return fmt.Errorf("image set from %s: %w", from, err)
	}
	return nil
}

func makeImageSet(ctx context.Context, from, to string, options ImageSetOptions) error {
	classes, err := findClasses(from)
	if err != nil {
		return err
	}
	per, err := balance(classes, options.PerClass)
	if err != nil {
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
		if i < per/parts {
			into = test
		}
		for label, c := range classes {
			into.paths = append(into.paths, filepath.Join(from, filepath.FromSlash(c.pictures[i])))
			into.labels = append(into.labels, uint8(label))
		}
	}
	if err := readPictures(ctx, options.Progress, learn, test); err != nil {
		return err
	}
	return writeImageSet(to, learn, test, sources)
}

// class is a folder of pictures. Paths are relative to the folder of classes, with
// slashes.
type class struct {
	name     string
	folders  []string // that have pictures
	pictures []string
}

// findClasses returns the classes in the folder dir, by their names.
func findClasses(dir string) ([]*class, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var classes []*class
	for _, e := range entries {
		if e.Name()[0] == '.' { // a program's, not a class
			continue
		}
		if info, err := os.Stat(filepath.Join(dir, e.Name())); err != nil {
			return nil, err
		} else if !info.IsDir() {
			continue
		}
		c := &class{name: e.Name()}
		if err := c.collect(dir, e.Name(), 0); err != nil {
			return nil, err
		}
		if len(c.pictures) == 0 {
			return nil, fmt.Errorf("class %s has no pictures (.jpg, .jpeg or .png)", c.name)
		}
		classes = append(classes, c)
	}
	if len(classes) < 2 || len(classes) > maxClasses {
		return nil, fmt.Errorf("%d folders of pictures, one for each class; must be 2 to %d", len(classes), maxClasses)
	}
	return classes, nil
}

// maxDepth is how deep folders of a class may lie in each other. Links are
// followed, so there must be an end.
const maxDepth = 4

// collect adds the pictures of a folder and of those in it, in the order of their
// names.
func (c *class) collect(dir, folder string, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("%s: more than %d folders in each other", folder, maxDepth)
	}
	entries, err := os.ReadDir(filepath.Join(dir, filepath.FromSlash(folder)))
	if err != nil {
		return err
	}
	own := false
	for _, e := range entries {
		name := path.Join(folder, e.Name())
		info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name)))
		switch {
		case err != nil:
			return err
		case e.Name()[0] == '.':
		case info.IsDir():
			if err := c.collect(dir, name, depth+1); err != nil {
				return err
			}
		case slices.Contains([]string{".jpg", ".jpeg", ".png"}, strings.ToLower(path.Ext(name))):
			c.pictures = append(c.pictures, name)
			own = true
		}
	}
	if own {
		c.folders = append(c.folders, folder)
	}
	return nil
}

// balance returns how many pictures of each class to take.
func balance(classes []*class, wanted int) (int, error) {
	smallest := slices.MinFunc(classes, func(a, b *class) int { return len(a.pictures) - len(b.pictures) })
	most := len(smallest.pictures)
	if wanted == 0 {
		wanted = most
	}
	switch {
	case most < parts:
		return 0, fmt.Errorf("class %s has %d pictures, must have %d or more", smallest.name, most, parts)
	case wanted < parts:
		return 0, fmt.Errorf("%d pictures of each class, must be %d or more", wanted, parts)
	case wanted > most:
		return 0, fmt.Errorf("%d pictures of each class, but %s has %d", wanted, smallest.name, most)
	}
	return wanted - wanted%parts, nil
}

// shuffle puts the pictures into the random order of the seed and the class.
func (c *class) shuffle(seed uint64) {
	source := stream.New(seed, "pictures/"+c.name)
	for i := len(c.pictures) - 1; i > 0; i-- {
		j := below(source, uint64(i)+1)
		c.pictures[i], c.pictures[j] = c.pictures[j], c.pictures[i]
	}
}

// pictures become a pair of IDX files.
type pictures struct {
	paths  []string
	labels []uint8
	greys  []uint8 // [len(paths), 37*37]
}

const imageSetFeatures = imageSetSize * imageSetSize

// readPictures fills the greys, on all processors. Of several errors it returns the
// one of the first picture that it found.
func readPictures(ctx context.Context, progress func(done, total int), sets ...*pictures) error {
	type job struct {
		path string
		into []uint8
	}
	var jobs []job
	for _, p := range sets {
		p.greys = make([]uint8, len(p.paths)*imageSetFeatures)
		for i, path := range p.paths {
			jobs = append(jobs, job{path, p.greys[i*imageSetFeatures : (i+1)*imageSetFeatures]})
		}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var mu sync.Mutex // of done and progress
	done := 0
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(jobs) {
					return
				}
				if err := readFile(jobs[i].path, func(r io.Reader) error { return readPicture(r, imageSetSize, jobs[i].into) }); err != nil {
					cancel(err)
					return
				}
				mu.Lock()
				if done++; progress != nil && (done%100 == 0 || done == len(jobs)) {
					progress(done, len(jobs))
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return context.Cause(ctx)
}

// writeImageSet writes the five files. While it does there is no classes.json, so
// that an old and a new half never make a set.
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
		if err := os.Remove(plain); err != nil && !errors.Is(err, fs.ErrNotExist) { // it would be read instead
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
