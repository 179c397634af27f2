package dataset

import (
	"context"
	"fmt"
	"image"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"glorot/experiments/memory"
)

// readPictureFolders reads a folder of folders of pictures: those of the classes, or of splits that have those of the classes.
func (e *examples) readPictureFolders(ctx context.Context, dir string, folders []string, o OwnOptions) error {
	p := &pictureReader{size: o.Size}
	e.files = []string{dir}
	places := map[int]string{train: dir}
	if areSplits(folders) {
		places = map[int]string{}
		for _, folder := range folders {
			split := splitNames[strings.ToLower(folder)]
			if places[split] != "" {
				return &BrokenError{dir, fmt.Errorf("the folders %s and %s are both for %s", filepath.Base(places[split]), folder, splitTitles[split])}
			}
			places[split] = filepath.Join(dir, folder)
		}
	}
	for i := range e.splits {
		if places[i] == "" {
			continue
		}
		if err := p.find(places[i], &e.splits[i]); err != nil {
			return err
		}
	}
	if err := p.read(ctx); err != nil {
		return err
	}
	if o.Channels == 1 || o.Channels == 0 && !slices.ContainsFunc(p.files, func(f pictureOf) bool { return f.coloured }) {
		p.channels = 1
	}
	for _, f := range p.files {
		if f.split.shape = []int{p.bounds.Dy(), p.bounds.Dx()}; p.channels == 3 {
			f.split.shape = []int{3, p.bounds.Dy(), p.bounds.Dx()}
		}
		f.split.levels = append(f.split.levels, f.pixels(p.channels)...)
	}
	return nil
}

// A pictureReader reads all pictures of a folder in one size.
type pictureReader struct {
	size     int // 0 for that of the pictures
	channels int
	bounds   image.Rectangle
	files    []pictureOf
}

// A pictureOf is a picture of a split.
type pictureOf struct {
	path     string
	split    *split
	picture  *image.RGBA
	coloured bool
	err      error
}

// find adds the pictures of a folder of classes. The classes alternate, so that the first pictures of a split are of all classes.
func (p *pictureReader) find(dir string, s *split) error {
	classes, bad, err := findClasses(dir)
	if err == nil && len(bad) > 0 {
		err = &BadPicturesError{bad}
	}
	if err != nil {
		return &BrokenError{dir, err}
	}
	for i, more := 0, true; more; i++ {
		more = false
		for _, c := range classes {
			if i < len(c.pictures) {
				more = true
				p.files = append(p.files, pictureOf{path: filepath.Join(dir, filepath.FromSlash(c.pictures[i])), split: s})
				s.labels = append(s.labels, c.name)
			}
		}
	}
	return nil
}

// read reads all pictures. It is an error if one cannot be read, or if they have different sizes and none is asked for.
func (p *pictureReader) read(ctx context.Context) error {
	p.channels = 3
	first := &p.files[0]
	if first.read(p.size); first.err == nil {
		p.bounds = first.picture.Rect
		const bytes = 4 + 3 // of a pixel, while it is read and in the set
		if err := memory.Check(int64(len(p.files)) * int64(p.bounds.Dx()) * int64(p.bounds.Dy()) * bytes); err != nil {
			return fmt.Errorf("%s: %d pictures of %s: this %w; give them a smaller data.size", first.path, len(p.files), sizeOf(p.bounds), err)
		}
	}
	if err := inParallel(ctx, len(p.files), nil, func(i int) { p.files[i].read(p.size) }); err != nil {
		return err
	}
	for _, f := range p.files {
		if f.err != nil {
			return &BrokenError{f.path, f.err}
		}
		if f.picture.Rect != p.bounds {
			return &BrokenError{f.path, fmt.Errorf("it has %s pixels, and %s has %s; set data.size, to which all pictures are cut and scaled",
				sizeOf(f.picture.Rect), first.path, sizeOf(p.bounds))}
		}
	}
	return nil
}

func sizeOf(r image.Rectangle) string { return fmt.Sprintf("%d x %d", r.Dx(), r.Dy()) }

// read reads one picture.
func (f *pictureOf) read(size int) {
	f.err = pictureFile(f.path, func(r io.Reader) (err error) {
		f.picture, err = readColours(r, size)
		return err
	})
	if f.err != nil {
		return
	}
	for p := f.picture.Pix; len(p) > 0 && !f.coloured; p = p[4:] {
		f.coloured = p[0] != p[1] || p[1] != p[2]
	}
}

// pixels returns the greys, or all reds, greens and blues.
func (f *pictureOf) pixels(channels int) []uint8 {
	n := len(f.picture.Pix) / 4
	pixels := make([]uint8, channels*n)
	for i := range n {
		rgba := f.picture.Pix[4*i : 4*i+4]
		if channels == 1 {
			pixels[i] = luma(rgba[0], rgba[1], rgba[2])
			continue
		}
		pixels[i], pixels[n+i], pixels[2*n+i] = rgba[0], rgba[1], rgba[2]
	}
	return pixels
}

// luma is the grey of a colour as in ITU-R BT.601, like that of image/color.
func luma(r, g, b uint8) uint8 {
	return uint8((19595*uint32(r)*257 + 38470*uint32(g)*257 + 7471*uint32(b)*257 + 1<<15) >> 24)
}
