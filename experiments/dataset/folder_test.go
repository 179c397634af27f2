package dataset

import (
	"context"
	"fmt"
	"image/color"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// pictureFolder makes classes with that many pictures; picture i of class c is of
// the uniform grey 80c + i.
func pictureFolder(t testing.TB, counts ...int) string {
	t.Helper()
	dir := t.TempDir()
	for c, n := range counts {
		for i := range n {
			img := painted(40, 39, func(int, int) color.Color { return color.Gray{Y: uint8(80*c + i)} })
			write(t, encodePNG(t, img), dir, fmt.Sprintf("class%d", c), []string{"", "sub"}[i%2], fmt.Sprintf("%d.PNG", i))
		}
	}
	write(t, nil, dir, "README")
	write(t, nil, dir, ".cache", "x.png")
	write(t, nil, dir, "class0", "notes.txt")
	write(t, nil, dir, "class0", ".hidden.png")
	return dir
}

// Classes are balanced 9:1:1 and take turns, no picture is in two splits, and the
// seed decides.
func TestMakeImageSet(t *testing.T) {
	from := pictureFolder(t, 35, 24, 30)
	var sums []string
	for _, seed := range []uint64{1, 1, 2} {
		to := filepath.Join(t.TempDir(), "smallimagenet")
		write(t, []byte("an old file"), to, trainImages)
		total := 0
		err := MakeImageSet(t.Context(), from, to, ImageSetOptions{Seed: seed, Progress: func(done, of int) {
			if done != of {
				t.Errorf("progress at %d of %d", done, of)
			}
			total = of
		}})
		if err != nil {
			t.Fatal(err)
		}
		s, err := Open(t.Context(), "smallimagenet", filepath.Dir(to))
		if err != nil {
			t.Fatal(err)
		}
		sums = append(sums, s.Checksum())
		if !slices.Equal(s.Classes, []string{"class0", "class1", "class2"}) || total != 66 {
			t.Errorf("classes %v, %d pictures", s.Classes, total)
		}
		seen := map[uint8]bool{}
		for i, set := range s.sets() {
			if want := []int{54, 6, 6}[i]; set.Len() != want {
				t.Errorf("%s has %d images, want %d", set.Name, set.Len(), want)
			}
			for k, label := range set.Labels {
				grey := set.Images[k*1369]
				if int(label) != k%3 || grey/80 != label || seen[grey] || slices.Max(set.Images[k*1369:(k+1)*1369]) != grey {
					t.Errorf("image %d of %s has label %d and grey %d, seen before: %v", k, set.Name, label, grey, seen[grey])
				}
				seen[grey] = true
			}
		}
		list, err := os.ReadFile(filepath.Join(to, classesFile))
		if err != nil || !strings.Contains(string(list), `"class1/sub"`) {
			t.Errorf("classes.json is %s, error %v", list, err)
		}
	}
	if sums[0] != sums[1] || sums[0] == sums[2] {
		t.Errorf("checksums of seeds 1, 1, 2: %q", sums)
	}
}

func TestMakeImageSetPerClass(t *testing.T) {
	from, to := pictureFolder(t, 25, 25), t.TempDir()
	if err := MakeImageSet(t.Context(), from, to, ImageSetOptions{PerClass: 21}); err != nil {
		t.Fatal(err)
	}
	info, err := Inspect(t.Context(), "smallimagenet", to)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range info.Splits {
		if n := []int{9, 1, 1}[i]; !slices.Equal(s.Counts, []int{n, n}) {
			t.Errorf("%s has %v", s.Name, s.Counts)
		}
	}
}

func TestMakeImageSetErrors(t *testing.T) {
	good := pictureFolder(t, 11, 12)
	broken := pictureFolder(t, 11, 12)
	write(t, []byte("no picture"), broken, "class0", "0.PNG") // one of the 11 that are needed
	empty := pictureFolder(t, 11, 12)
	write(t, nil, empty, "class2", "x.txt")
	deep := pictureFolder(t, 11, 12)
	write(t, nil, deep, "class1", "a", "b", "c", "d", "e", "x.png")
	dangling := pictureFolder(t, 11, 12)
	if err := os.Symlink("nowhere", filepath.Join(dangling, "class2")); err != nil {
		t.Skip(err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		from    string
		ctx     context.Context
		options ImageSetOptions
		want    string
	}{
		"no folder":   {from: filepath.Join(good, "none"), want: "no such file"},
		"one class":   {from: pictureFolder(t, 11), want: "1 folders of pictures, one for each class; must be 2 to 256"},
		"few":         {from: pictureFolder(t, 11, 10), want: "class class1 has 10 pictures, must have 11 or more"},
		"too many":    {from: good, options: ImageSetOptions{PerClass: 12}, want: "12 pictures of each class, but class0 has 11"},
		"too few":     {from: good, options: ImageSetOptions{PerClass: 10}, want: "10 pictures of each class, must be 11 or more"},
		"empty class": {from: empty, want: "class2: a class without pictures"},
		"deep":        {from: deep, want: "class1/a/b/c/d/e: more than 4 nested folders"},
		"dangling":    {from: dangling, want: "no such file"},
		"broken":      {from: broken, want: "class0/0.PNG: not a JPEG, PNG, GIF or BMP picture"},
		"cancelled":   {from: good, ctx: cancelled, want: "context canceled"},
	} {
		ctx := c.ctx
		if ctx == nil {
			ctx = t.Context()
		}
		to := t.TempDir()
		refused(t, MakeImageSet(ctx, c.from, to, c.options), "image set from "+c.from+": ", c.want)
		if left, _ := os.ReadDir(to); len(left) > 0 {
			t.Errorf("%d files are left", len(left))
		}
		if t.Failed() {
			t.Fatal(name)
		}
	}
}

// Until all of it is written there is no set, not even a mixture with the one that
// was there.
func TestMakeImageSetInterrupted(t *testing.T) {
	from, to := pictureFolder(t, 11, 11), t.TempDir()
	if err := MakeImageSet(t.Context(), from, to, ImageSetOptions{Seed: 1}); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(to, testLabels+".gz")); err != nil {
		t.Fatal(err)
	}
	write(t, nil, to, testLabels+".gz", "in the way")
	err := MakeImageSet(t.Context(), from, to, ImageSetOptions{Seed: 2})
	refused(t, err, "cannot write "+filepath.Join(to, testLabels+".gz"))
	if exists(filepath.Join(to, classesFile)) {
		t.Error("half a set has its list of classes")
	}
}
