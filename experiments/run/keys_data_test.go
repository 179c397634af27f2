package run

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"glorot/experiments/dataset"
)

// A path is absolute, whatever the folder in which it was given, and data.name and data.path are two ways to choose data.
func TestDataPath(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ set, name, path string }{
		{"data.path=my data/a.npz", dataset.OwnName, filepath.Join(here, "my data/a.npz")},
		{"data.path=../x/./a.csv", dataset.OwnName, filepath.Join(filepath.Dir(here), "x/a.csv")},
		{`data.path="/a: [b]"`, dataset.OwnName, "/a: [b]"},
		{`data.path=""`, generated, ""},
		{"data.name=own data.path=/a", dataset.OwnName, "/a"},
	} {
		var args []string
		for arg := range strings.SplitSeq(c.set, " data.") {
			if !strings.HasPrefix(arg, "data.") {
				arg = "data." + arg
			}
			args = append(args, arg)
		}
		got, err := Load("", args, Allowed{})
		if err != nil || got.Data.Name != c.name || got.Data.Path != c.path {
			t.Errorf("%s: %+v, error %v", c.set, got.Data, err)
		}
	}
	c := Default()
	for _, step := range []struct{ set, name, path string }{
		{"data.path=/a", "own", "/a"}, {"data.name=mnist", "mnist", ""}, {"data.path=/b", "own", "/b"}, {`data.path=""`, "shapeset", ""},
	} {
		if err := c.Set(step.set, Allowed{}); err != nil || c.Data.Name != step.name || c.Data.Path != step.path {
			t.Errorf("after %s: %+v, error %v", step.set, c.Data, err)
		}
	}
}

// What cannot be together, or is not a value, is one line.
func TestDataKeysRefuse(t *testing.T) {
	for _, c := range []struct{ set, want string }{
		{"data.name=mnist data.path=/a", "--set data.path=/a: data.path: got /a, but data.name is mnist; allowed: one of the two"},
		{"data.name=own", "--set data.name=own: data.name: got own, which needs data.path, the path of your own data"},
		{"data.path=[a]", "allowed: the path of a file or folder"},
		{"data.split=[0.5,0.25,0.25]", "data.split: got [0.5, 0.25, 0.25], allowed: [0.8, 0.1, 0.1] unless there is a data.path; the images and splits of shapeset are fixed"},
		{"data.size=8", "data.size: got 8, allowed: auto unless there is a data.path"},
		{"data.path=/a data.split=[0.5,0.4,0.2]", "three shares above 0 that add up to 1"},
		{"data.path=/a data.split=[1,0,0]", "three shares above 0 that add up to 1"},
		{"data.path=/a data.split=[0.9,0.1]", "three shares above 0 that add up to 1"},
		{"data.path=/a data.channels=2", "data.channels: got 2, allowed: auto, 1 or 3"},
		{"data.path=/a data.size=0", "data.size: got 0, allowed: auto or an integer from 1 to 4096"},
		{"data.path=/a data.standardize=zscore", "data.standardize: got zscore, allowed: none, feature, range"},
		{"data.standardize=range", "data.standardize: got range, allowed: none, as the training images of shapeset are generated without end"},
		{"data.name=mnist data.seed=3", "data.seed: got 3, allowed: auto"},
	} {
		_, err := Load("", strings.Fields(c.set), Allowed{})
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %s", c.set, err, c.want)
		}
	}
}

// A choice has the options of a path only, with their defaults, and data of the same content have one name in a plan.
func TestDataChoice(t *testing.T) {
	def := dataset.OwnOptions{Split: [3]float64{.8, .1, .1}, Seed: 1}
	for _, c := range []struct {
		d       Data
		want    dataset.Choice
		content string
	}{
		{Data{Name: "mnist", Low: 0, High: 1}, dataset.Choice{Name: "mnist"}, "mnist"},
		{Data{Name: "own", Path: "/a"}, dataset.Choice{Name: "own", Path: "/a", Own: def}, "/a"},
		{Data{Name: "own", Path: "/a", Seed: 2, Size: 8, Standardize: "feature", High: 1},
			dataset.Choice{Name: "own", Path: "/a", Own: dataset.OwnOptions{Split: def.Split, Seed: 2, Size: 8}, Standard: dataset.Standard{Method: "feature"}}, "/a data.seed=2 data.size=8"},
		{Data{Name: "mnist", Standardize: "range", Low: -1, High: 1}, dataset.Choice{Name: "mnist", Standard: dataset.Standard{Method: "range", Low: -1, High: 1}}, "mnist"},
	} {
		if got := c.d.Choice(); got != c.want || c.d.Content() != c.content {
			t.Errorf("%+v: %+v and %q", c.d, got, c.d.Content())
		}
	}
}
