package paper

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"glorot/experiments/dataset"
	"glorot/experiments/paper/plan"
	"glorot/experiments/paper/results"
	"glorot/experiments/report"
)

// smallPictures makes a data folder with a smallimagenet of two classes, dark and bright.
func smallPictures(t *testing.T) string {
	t.Helper()
	from, data := t.TempDir(), t.TempDir()
	for _, class := range []string{"bright", "dark"} {
		if err := os.Mkdir(filepath.Join(from, class), 0o777); err != nil {
			t.Fatal(err)
		}
		for i := range 22 {
			img := image.NewGray(image.Rect(0, 0, 40, 40))
			for p := range img.Pix {
				img.Pix[p] = uint8(i + p%7)
				if class == "bright" {
					img.Pix[p] += 200
				}
			}
			img.Set(0, 0, color.Gray{Y: 1})
			f, err := os.Create(filepath.Join(from, class, fmt.Sprintf("%d.png", i)))
			if err != nil {
				t.Fatal(err)
			}
			if err := png.Encode(f, img); err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := dataset.MakeImageSet(t.Context(), from, filepath.Join(data, "smallimagenet"), dataset.ImageSetOptions{Seed: 1}); err != nil {
		t.Fatal(err)
	}
	return data
}

// What was trained on or seen of stored images is drawn again where they are not; without KeptOnly they are missing there, as they must be.
func TestKeptWithoutImages(t *testing.T) {
	kept := results.NewStore(t.TempDir())
	measured := func(data string, keptOnly bool) string {
		t.Helper()
		r, err := newStudy(t, plan.Options{Scale: tiny, Seed: 1, Only: []string{"C37", "C44"}, Data: data, Store: kept, KeptOnly: keptOnly}).Run(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		text := ""
		for _, c := range r.Claims {
			if c.ID == "C37" || strings.Contains(c.Variant, "Small-ImageNet, before") {
				text += fmt.Sprintf("%s %s: %s\n", c.ID, c.Verdict, c.Measured)
			}
		}
		return text
	}
	there, nowhere := measured(smallPictures(t), false), t.TempDir()
	if again := measured(nowhere, true); again != there || strings.Contains(there, string(report.NotRun)) || strings.Count(there, "\n") != 5 {
		t.Errorf("kept results give %s, with the images they were %s", again, there)
	}
	if missing := measured(nowhere, false); strings.Count(missing, string(report.NotRun)) != 4 {
		t.Errorf("without images and without KeptOnly: %s", missing)
	}
}

// The images looked at before training are a sample of all, without regard to their order, and always the same.
func TestSampled(t *testing.T) {
	set := &dataset.Set{Name: "sorted", Features: 2, Classes: 10}
	for i := range 1000 {
		set.Images, set.Labels = append(set.Images, uint8(i), uint8(i/256)), append(set.Labels, uint8(i/100))
	}
	got := sampled(set, 300)
	if got.Len() != 300 || got.Features != 2 || got.Classes != 10 || len(got.Images) != 600 {
		t.Fatalf("%d images of %d features, %d bytes", got.Len(), got.Features, len(got.Images))
	}
	counts, seen := make([]int, 10), make(map[[2]uint8]bool)
	for i, l := range got.Labels {
		image := [2]uint8{got.Images[2*i], got.Images[2*i+1]}
		if counts[l]++; seen[image] || (int(image[0])+256*int(image[1]))/100 != int(l) {
			t.Errorf("image %v of class %d is there twice, or another's", image, l)
		}
		seen[image] = true
	}
	for l, n := range counts { // 30 ± 4.3 by chance
		if n < 12 || n > 48 {
			t.Errorf("%d images of class %d", n, l)
		}
	}
	if again := sampled(set, 300); string(again.Images) != string(got.Images) {
		t.Error("another sample the next time")
	}
	if all := sampled(set, 5000); all.Len() != 1000 {
		t.Errorf("%d of 1000 images", all.Len())
	}
}

// Figure 1 has a column of test images for each class of the stand-in, where there is one.
func TestFigure1Pictures(t *testing.T) {
	draw := func(data string) report.Figure {
		t.Helper()
		r, err := newStudy(t, plan.Options{Scale: tiny, Only: []string{"fig1"}, Data: data}).Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return r.Figures[0]
	}
	fig := draw(smallPictures(t)) // whose test set has two images of each class
	if err := fig.Validate(); err != nil || len(fig.Panels) != 2 {
		t.Fatalf("%d panels, %v", len(fig.Panels), err)
	}
	sheet := fig.Panels[1].Images
	if len(sheet.Pixels) != 4 || sheet.Width != 37 || sheet.Height != 37 || !slices.Equal(sheet.ColumnLabels, []string{"bright", "dark"}) {
		t.Fatalf("%d pictures of %dx%d in columns %v", len(sheet.Pixels), sheet.Width, sheet.Height, sheet.ColumnLabels)
	}
	for i, picture := range sheet.Pixels {
		if middle := picture[len(picture)/2]; (middle > 128) != (i%2 == 0) {
			t.Errorf("picture %d has grey %d in its middle", i, middle)
		}
	}
	if !strings.Contains(fig.Caption, "a column for each class") || !strings.Contains(fig.Alt, "bright, dark") {
		t.Errorf("caption %q, alt %q", fig.Caption, fig.Alt)
	}
	if fig = draw(""); len(fig.Panels) != 1 || !strings.Contains(fig.Caption, "there is no stand-in") {
		t.Errorf("%d panels without pictures: %s", len(fig.Panels), fig.Caption)
	}
}
