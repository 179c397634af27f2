package paper

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"glorot/experiments/cache"
	"glorot/experiments/dataset"
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

// What was trained on stored images is drawn again where they are not; without KeptOnly they are missing there, as they must be.
func TestKeptWithoutImages(t *testing.T) {
	kept := cache.Open(t.TempDir())
	measured := func(data string, keptOnly bool) string {
		t.Helper()
		r, err := newStudy(t, Options{Scale: tiny, Seed: 1, Only: []string{"C37"}, Data: data, Cache: kept, KeptOnly: keptOnly}).Run(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%s: %s", r.Claims[0].Verdict, r.Claims[0].Measured)
	}
	there, nowhere := measured(smallPictures(t), false), t.TempDir()
	if again := measured(nowhere, true); again != there || strings.HasPrefix(there, string(report.NotRun)) {
		t.Errorf("kept results give %s, with the images they were %s", again, there)
	}
	if missing := measured(nowhere, false); !strings.HasPrefix(missing, string(report.NotRun)) {
		t.Errorf("without images and without KeptOnly: %s", missing)
	}
}
