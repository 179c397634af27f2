package dataset

import (
	"math"
	"os"
	"slices"
	"testing"
)

// dataDir returns the folder of real data sets, or skips the test.
func dataDir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("GLOROT_DATA")
	if dir == "" {
		t.Skip("GLOROT_DATA is not set: no real data")
	}
	return dir
}

func inspect(t *testing.T, name string) *Info {
	t.Helper()
	info, err := Inspect(t.Context(), name, dataDir(t))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"train", "valid", "test"} {
		if info.Splits[i].Name != want {
			t.Errorf("split %d is %s, want %s", i, info.Splits[i].Name, want)
		}
	}
	return info
}

func TestRealMNIST(t *testing.T) {
	info := inspect(t, "mnist")
	// Counts of the first 50,000, the last 10,000 and the test labels, by numpy's
	// bincount over the published files.
	want := [][]int{
		{4932, 5678, 4968, 5101, 4859, 4506, 4951, 5175, 4842, 4988},
		{991, 1064, 990, 1030, 983, 915, 967, 1090, 1009, 961},
		{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009},
	}
	for i, s := range info.Splits {
		if !slices.Equal(s.Counts, want[i]) {
			t.Errorf("%s has %v, want %v", s.Name, s.Counts, want[i])
		}
	}
	// The mean and the standard deviation of the 60,000 training images that are in
	// wide use (torchvision).
	near(t, "mean", (5*info.Splits[0].Mean+info.Splits[1].Mean)/6, 0.1307, 0.00005)
	near(t, "standard deviation", math.Sqrt((5*info.Splits[0].Variance+info.Splits[1].Variance)/6), 0.3081, 0.0001)
	for _, f := range info.Files {
		if !f.Published {
			t.Errorf("%s is not the published file", f.Path)
		}
	}
}

func TestRealCIFAR10(t *testing.T) {
	info := inspect(t, "cifar10")
	for i, n := range []int{4000, 1000, 1000} {
		s := info.Splits[i]
		if s.Images != 10*n {
			t.Errorf("%s has %d images, want %d", s.Name, s.Images, 10*n)
		}
	}
	all := make([]int, 10)
	for c := range all {
		all[c] = info.Splits[0].Counts[c] + info.Splits[1].Counts[c]
	}
	// 5,000 + 1,000 images of each class (Krizhevsky 2009).
	if !slices.Equal(all, slices.Repeat([]int{5000}, 10)) || !slices.Equal(info.Splits[2].Counts, slices.Repeat([]int{1000}, 10)) {
		t.Errorf("classes have %v images to train or validate, %v to test", all, info.Splits[2].Counts)
	}
	// The means of the three colours of the 50,000 in wide use are .4914, .4822
	// and .4465 (torchvision).
	near(t, "mean", (4*info.Splits[0].Mean+info.Splits[1].Mean)/5, (.4914+.4822+.4465)/3, 0.0001)
}

func TestRealSmallImageNet(t *testing.T) {
	info := inspect(t, "smallimagenet")
	n := info.Splits[0].Images + info.Splits[1].Images
	if info.Splits[1].Images != n/10 {
		t.Errorf("%d of %d images are held out", info.Splits[1].Images, n)
	}
	// All classes of each file have the same number of images, as in the paper.
	for c := range info.Classes {
		learn := info.Splits[0].Counts[c] + info.Splits[1].Counts[c]
		if test := info.Splits[2].Counts[c]; learn*len(info.Classes) != n || test*len(info.Classes) != info.Splits[2].Images {
			t.Errorf("%s has %d and %d images", info.Classes[c], learn, test)
		}
	}
}
