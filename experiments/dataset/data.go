package dataset

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"slices"
	"sync"
)

// Data is an open data set, split as in the paper (Glorot & Bengio 2010, section 2.2): networks are trained on Train, chosen
// on Valid and reported on Test. Its Classes are never nil. It must not be changed.
type Data struct {
	Kind
	Train       *Set // nil if the training images are generated without end; see [Data.Source]
	Valid, Test *Set
	Files       []string // from which it was read; none if it is generated
	Origin      string   // where the splits of one's own files come from; "" for a known set

	mu       sync.Mutex // of checksum
	checksum string     // "" until it is asked for
}

// Open reads the data set of that name from the folder dir, or from a folder of its own in there, or makes it if it is
// generated:
//
//   - shapeset: Shapeset-3x2 without end.
//   - shapeset100k: the first 100,000 training images of the authors' seed, with an end.
//   - mnist, fashionmnist, kmnist: the four IDX files in DIR/NAME, gzipped or not; those of mnist also in DIR, or Keras' mnist.npz.
//   - emnist: the four IDX files of the balanced set, or gzip.zip, which has them, in DIR/emnist or DIR. Images are turned the right way.
//   - cifar10, cifar100: the files of the binary version, gzipped or not, or the archive cifar-10-binary.tar.gz or
//     cifar-100-binary.tar.gz, in DIR/NAME or DIR. The labels of cifar100 are the fine ones.
//   - smallimagenet: four IDX files of 37x37 and classes.json, which [MakeImageSet] makes, in DIR/smallimagenet,
//     DIR/smallimagenet37 or DIR.
//
// The four IDX files may have Kaggle's names (train-images.idx3-ubyte), and may lie in folders with the names that torchvision and Keras give
// them, such as MNIST/raw or fashion-mnist. Files may be gzipped twice. Images that are known to be those of another set are refused.
//
// If files are missing the error is a [*MissingError], which distinguishes an absent set from an incomplete one. If a file is wrong the
// error is a [*BrokenError], which says what is wrong in which file. Open ends early with ctx's error.
func Open(ctx context.Context, name, dir string) (*Data, error) {
	k, err := KindByName(name)
	if err != nil {
		return nil, err
	}
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	d, err := k.open(ctx, dir)
	if err == nil {
		err = k.verify(d)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return d, nil
}

// hold takes the last images of the training files for validation.
func (d *Data) hold(files, test *Set, valid int) {
	n := files.Len()
	d.Train, d.Valid = files.part(d.Name+" train", 0, n-valid), files.part(d.Name+" valid", n-valid, n)
	d.Test = test.part(d.Name+" test", 0, test.Len())
}

// sets returns the three splits; endless training images are an empty one.
func (d *Data) sets() [3]*Set {
	train := d.Train
	if train == nil {
		train = &Set{}
	}
	return [3]*Set{train, d.Valid, d.Test}
}

// Checksum returns the SHA-256 of all labels and features of the three splits, in hexadecimal, before they are scaled or standardised. It does
// not depend on how the files are packed. It does not include endless training images, which come from the same generator as the others.
func (d *Data) Checksum() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.checksum != "" {
		return d.checksum
	}
	h := sha256.New()
	for _, set := range d.sets() {
		if set.Values == nil {
			fmt.Fprintf(h, "%d images of %d in %d classes\n", set.Len(), set.Features, set.Classes)
		} else {
			fmt.Fprintf(h, "%d examples of %d real features in %d classes\n", set.Len(), set.Features, set.Classes)
		}
		h.Write(set.Labels)
		h.Write(set.Images)
		var chunk []byte
		for part := range slices.Chunk(set.Values, 1<<12) {
			chunk, _ = binary.Append(chunk[:0], binary.LittleEndian, part) // numbers have no errors
			h.Write(chunk)
		}
	}
	d.checksum = hex.EncodeToString(h.Sum(nil))
	return d.checksum
}

// Image shows image i of one of the splits the right way up. A set holds the pixels of an image row by row, or for shapeset
// column by column; a colour image has first all reds, then all greens, then all blues.
func (d *Data) Image(set *Set, i int) image.Image {
	pixels := d.Height * d.Width
	img := set.Images[i*set.Features : (i+1)*set.Features]
	bounds := image.Rect(0, 0, d.Width, d.Height)
	if d.columns {
		picture := image.NewGray(bounds)
		for k, grey := range img {
			picture.SetGray(k/d.Height, k%d.Height, color.Gray{Y: grey})
		}
		return picture
	}
	if d.Channels == 1 {
		return &image.Gray{Pix: img, Stride: d.Width, Rect: bounds}
	}
	picture := image.NewRGBA(bounds)
	for k := range pixels {
		picture.SetRGBA(k%d.Width, k/d.Width, color.RGBA{R: img[k], G: img[pixels+k], B: img[2*pixels+k], A: 255})
	}
	return picture
}
