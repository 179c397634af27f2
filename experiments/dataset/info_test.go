package dataset

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"testing"
)

// A small set of known greys.
func known(t *testing.T) (*Info, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "smallimagenet")
	images := func(n int, greys ...byte) []byte {
		var data []byte
		for i := range n {
			data = append(data, slices.Repeat([]byte{greys[i%len(greys)]}, 1369)...)
		}
		return idx(8, []int{n, 37, 37}, data)
	}
	write(t, images(20, 0, 255), dir, trainImages)
	write(t, idx(8, []int{20}, append(make([]byte, 15), 1, 1, 1, 1, 1)), dir, trainLabels)
	write(t, images(1, 51), dir, testImages)
	write(t, idx(8, []int{1}, []byte{1}), dir, testLabels)
	write(t, []byte(`{"a": [], "b": []}`), dir, classesFile)
	info, err := Inspect(t.Context(), "smallimagenet", filepath.Dir(dir))
	if err != nil {
		t.Fatal(err)
	}
	return info, dir
}

func TestInspect(t *testing.T) {
	info, dir := known(t)
	want := []SplitInfo{
		{"train", 18, []int{15, 3}, 0.5, 0.25, 0, 3}, {"valid", 2, []int{0, 2}, 0.5, 0.25, 2, 2}, {"test", 1, []int{0, 1}, 0.2, 0, 0, 0}}
	for i, s := range info.Splits {
		if s.Repeated != want[i].Repeated || s.Conflicts != want[i].Conflicts {
			t.Errorf("got %+v, want %+v", s, want[i])
		}
		if s.Name != want[i].Name || s.Images != want[i].Images || !slices.Equal(s.Counts, want[i].Counts) {
			t.Errorf("got %+v, want %+v", s, want[i])
		}
		near(t, s.Name+" mean", s.Mean, want[i].Mean, 1e-15)
		near(t, s.Name+" variance", s.Variance, want[i].Variance, 1e-15)
	}
	if info.Height != 37 || info.Width != 37 || info.Channels != 1 || !slices.Equal(info.Classes, []string{"a", "b"}) {
		t.Errorf("%+v", info)
	}
	list := info.Files[4]
	if list.Path != filepath.Join(dir, classesFile) || list.Bytes != 18 || list.SHA256 != sumOf([]byte(`{"a": [], "b": []}`)) || list.Published {
		t.Errorf("%+v", list)
	}
	text, err := json.Marshal(info)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(text, &fields); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"name", "height", "width", "channels", "classes", "splits", "files", "checksum"} {
		if _, ok := fields[name]; !ok {
			t.Errorf("JSON has no %s: %s", name, text)
		}
	}
	if _, err := Inspect(t.Context(), "mnist", dir); err == nil {
		t.Error("no error without MNIST")
	}
}

// A file of the published name is not the published one for that.
func TestPublished(t *testing.T) {
	path := write(t, []byte("other labels"), t.TempDir(), testLabels+".gz")
	mnistKind, _ := KindByName("mnist")
	if f, err := mnistKind.fileInfo(path); err != nil || f.Published || f.Bytes != 12 {
		t.Errorf("%+v, error %v", f, err)
	}
	if _, err := mnistKind.fileInfo(path + "x"); err == nil {
		t.Error("no error without a file")
	}
}

// The checksum tells apart what is not the same data.
func TestChecksum(t *testing.T) {
	base := func() *Data {
		set := func() *Set { return &Set{Images: []uint8{1, 2, 3, 4}, Labels: []uint8{0, 1}, Features: 2, Classes: 2} }
		return &Data{Train: set(), Valid: set(), Test: set()}
	}
	seen := map[string]int{}
	for i, change := range []func(s *Data){
		func(*Data) {},
		func(s *Data) { s.Train.Images[3]++ },
		func(s *Data) { s.Valid.Images[3]++ },
		func(s *Data) { s.Test.Labels[0]++ },
		func(s *Data) { s.Test.Classes++ },
		func(s *Data) { s.Train.Labels, s.Train.Features = []uint8{0}, 4 },
		func(s *Data) { s.Valid = &Set{} },
	} {
		s := base()
		change(s)
		sum := s.Checksum()
		if j, ok := seen[sum]; ok {
			t.Errorf("changes %d and %d have the same checksum", i, j)
		}
		seen[sum] = i
		if sum != base().Checksum() && i == 0 || len(sum) != 64 {
			t.Errorf("checksum %s", sum)
		}
	}
}
