package cache

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

type key struct {
	Name string
	Rate float64
}

type value struct{ Errors []float64 }

func TestPutGet(t *testing.T) {
	c := Open(filepath.Join(t.TempDir(), "new"))
	k, want := key{"tanh", .03}, value{[]float64{.833, 1. / 3}}
	var got value
	if ok, err := c.Get("run", k, &got); ok || err != nil {
		t.Fatalf("an empty cache has a result: %v, %v", ok, err)
	}
	if err := c.Put("run", k, want); err != nil {
		t.Fatal(err)
	}
	if ok, err := c.Get("run", k, &got); !ok || err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v %v %v, want %v", got, ok, err, want)
	}
	if ok, _ := c.Get("run", key{"tanh", .01}, &got); ok {
		t.Error("another rate has the same result")
	}
	if err := c.Put("run", k, value{}); err != nil {
		t.Fatal(err)
	}
	got = value{}
	if ok, err := c.Get("run", k, &got); !ok || err != nil || got.Errors != nil {
		t.Errorf("the second result did not take the place of the first: %v %v %v", got, ok, err)
	}
}

func TestNoFolderKeepsNothing(t *testing.T) {
	var c Cache
	if err := c.Put("run", 1, 2); err != nil {
		t.Fatal(err)
	}
	var got int
	if ok, err := c.Get("run", 1, &got); ok || err != nil {
		t.Errorf("got %v, %v", ok, err)
	}
}

// A file that is cut off, or is of another key, is an error that names it and no result; the next Put mends it.
func TestDamage(t *testing.T) {
	dir := t.TempDir()
	c := Open(dir)
	if err := c.Put("run", 1, value{[]float64{1, 2, 3}}); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "run-*.json"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files %v, %v", files, err)
	}
	whole, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, c2 := range []struct{ content, want string }{
		{string(whole[:len(whole)-5]), "is no kept result"},
		{strings.Replace(string(whole), `"key":1`, `"key":2`, 1), "it holds the result of 2, want that of 1"},
		{strings.Replace(string(whole), "[1,2,3]", `"x"`, 1), "value: "},
	} {
		if err := os.WriteFile(files[0], []byte(c2.content), 0o666); err != nil {
			t.Fatal(err)
		}
		var got value
		ok, err := c.Get("run", 1, &got)
		if ok || err == nil || !strings.Contains(err.Error(), c2.want) || !strings.Contains(err.Error(), files[0]) {
			t.Errorf("%q: got %v, %v", c2.want, ok, err)
		}
	}
	if err := c.Put("run", 1, value{}); err != nil {
		t.Fatal(err)
	}
	var got value
	if ok, err := c.Get("run", 1, &got); !ok || err != nil {
		t.Errorf("after another Put: %v, %v", ok, err)
	}
}
