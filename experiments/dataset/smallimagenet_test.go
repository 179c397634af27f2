package dataset

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Of any number of images the last tenth is held out, and the classes are the keys
// in their order.
func TestOpenSmallImageNet(t *testing.T) {
	for _, sub := range []string{"smallimagenet", "smallimagenet37", "."} {
		dir := t.TempDir()
		files := digits(29, 4, 37, 3)
		for name, data := range files {
			write(t, zipped(data), dir, sub, name+".gz")
		}
		write(t, []byte(`{"fish": ["n1", "n2"], "birds": [], "tools": ["n3"]}`), dir, sub, classesFile)
		s, err := Open(t.Context(), "smallimagenet", dir)
		if err != nil {
			t.Fatal(err)
		}
		if s.Train.Len() != 27 || s.Valid.Len() != 2 || s.Test.Len() != 4 || s.Train.Features != 1369 {
			t.Errorf("%d, %d, %d images of %d", s.Train.Len(), s.Valid.Len(), s.Test.Len(), s.Train.Features)
		}
		if !slices.Equal(s.Classes, []string{"fish", "birds", "tools"}) || s.Test.Classes != 3 {
			t.Errorf("classes %v", s.Classes)
		}
		if !bytes.Equal(s.Valid.Images, files[trainImages][16+27*1369:]) {
			t.Error("the held out images are not the last")
		}
	}
}

func TestSmallImageNetErrors(t *testing.T) {
	for name, c := range map[string]struct {
		file string
		data []byte
		want string
	}{
		"size":       {trainImages, idx(8, []int{20, 36, 37}, make([]byte, 20*36*37)), "dimension 1 is 36, must be 37"},
		"mislabeled": {testLabels, idx(8, []int{4}, []byte{0, 1, 2, 3}), "label 3 is 3, must be below 3"},
		"labels":     {trainLabels, idx(8, []int{21}, make([]byte, 21)), "dimension 0 is 21, must be 20"},
		"classes":    {classesFile, []byte(`["fish"]`), "must be a JSON object"},
	} {
		dir := filepath.Join(t.TempDir(), "smallimagenet")
		for file, data := range digits(20, 4, 37, 3) {
			write(t, data, dir, file)
		}
		write(t, []byte(`{"fish": [], "birds": [], "tools": []}`), dir, classesFile)
		path := write(t, c.data, dir, c.file)
		_, err := Open(t.Context(), "smallimagenet", filepath.Dir(dir))
		refused(t, err, path+": ", c.want)
		if t.Failed() {
			t.Fatal(name)
		}
	}
	dir := t.TempDir()
	for file, data := range digits(9, 4, 37, 3) {
		write(t, data, dir, file)
	}
	write(t, []byte(`{"fish": [], "birds": [], "tools": []}`), dir, classesFile)
	_, err := Open(t.Context(), "smallimagenet", dir)
	refused(t, err, "9 images, must be 10 or more")
}

func TestClassList(t *testing.T) {
	classes := []classSource{{"birds", []string{"birds"}}, {"a \"b\"", []string{"x/y", "x/z"}}, {"fish", nil}}
	var b bytes.Buffer
	if err := writeClasses(&b, classes); err != nil {
		t.Fatal(err)
	}
	names, err := readClasses(&b)
	if err != nil || !slices.Equal(names, []string{"birds", `a "b"`, "fish"}) {
		t.Errorf("%q, %v", names, err)
	}
	many := "{"
	for i := range 257 {
		many += `"` + strings.Repeat("x", i+1) + `": [],`
	}
	for text, want := range map[string]string{
		"":                                  "must be a JSON object",
		"3":                                 "must be a JSON object",
		`{"a": []`:                          "the JSON ends too soon",
		`{"a": [], "b": [`:                  "the JSON ends too soon",
		`{"a": [], 3: []}`:                  "invalid character",
		`{"a": [], "b": 3}`:                 `class "b": json: cannot unmarshal number`,
		`{"a": []}`:                         "1 classes, must be 2 to 256",
		`{"a": [], "a": []}`:                `class 1 is called "a"`,
		`{"a": [], "": []}`:                 `class 1 is called ""`,
		`{"a": [], "b": []} {}`:             "continues",
		strings.TrimSuffix(many, ",") + "}": "257 classes, must be 2 to 256",
		strings.Repeat(" ", 1<<20+1):        "more than 1048576 bytes",
	} {
		_, err := readClasses(strings.NewReader(text))
		refused(t, err, want)
	}
}

func FuzzReadClasses(f *testing.F) {
	f.Add(`{"a": [], "b": ["c", "d"]}`)
	f.Add(`{"a": [], "b": [`)
	f.Add(`{"a": {}, "b": 3}`)
	f.Fuzz(func(t *testing.T, text string) {
		names, err := readClasses(strings.NewReader(text))
		if err != nil {
			return
		}
		var classes []classSource
		for _, n := range names {
			classes = append(classes, classSource{n, nil})
		}
		var b bytes.Buffer
		if err := writeClasses(&b, classes); err != nil {
			t.Fatal(err)
		}
		if again, err := readClasses(&b); err != nil || !slices.Equal(again, names) {
			t.Errorf("%q became %q, error %v", names, again, err)
		}
	})
}
