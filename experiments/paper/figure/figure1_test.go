package figure

import (
	"context"
	"testing"

	"glorot/experiments/dataset"
	"glorot/experiments/paper/observed"
)

// Figure 1 shows the first 50 images of the test set's generator at 64x64, upright: the generator stores them column by column.
func TestFigure1(t *testing.T) {
	fig, err := figure1(&observed.Observations{})
	if err != nil {
		t.Fatal(err)
	}
	images := fig.Panels[0].Images
	shapeset := dataset.DefaultShapeset()
	shapeset.Size = 64
	set, err := shapeset.Set(context.Background(), 0, 50)
	if err != nil {
		t.Fatal(err)
	}
	if images.Columns != 10 || len(images.Pixels) != 50 || images.Width != 64 || images.Height != 64 {
		t.Fatalf("%d images of %dx%d in %d columns", len(images.Pixels), images.Width, images.Height, images.Columns)
	}
	turned := 0
	for i, picture := range images.Pixels {
		for y := range 64 {
			for x := range 64 {
				stored := set.Images[i*4096+x*64+y]
				if picture[y*64+x] != stored {
					t.Fatalf("image %d, pixel %d, %d is %d, want %d", i, x, y, picture[y*64+x], stored)
				}
				if stored != set.Images[i*4096+y*64+x] {
					turned++
				}
			}
		}
	}
	if turned == 0 {
		t.Error("all images are their own transposes: the test tells nothing")
	}
}
