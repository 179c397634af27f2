package lab

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// The list is sent again only if a run has changed, or what is noted about one: also if another process has done it.
func TestListVersion(t *testing.T) {
	l := open(t, "a", "b")
	s := serve(t, l)
	version := ""
	poll := func(want int, why string) {
		t.Helper()
		l.listing.expire()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/api/runs", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("If-None-Match", version)
		answer, err := s.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("%s: %d, want %d", why, answer.StatusCode, want)
		}
		if answer.StatusCode == http.StatusOK {
			version = answer.Header.Get("ETag")
		}
	}
	poll(http.StatusOK, "at first")
	poll(http.StatusNotModified, "the same")
	if err := noteStopped(filepath.Join(l.dir, "a"), true); err != nil {
		t.Fatal(err)
	}
	poll(http.StatusOK, "stopped")
	if status, _ := order(t, s, "tag", Order{Run: "b", Tags: []string{"x"}}); status != http.StatusOK {
		t.Fatal(status)
	}
	poll(http.StatusOK, "tagged")
	poll(http.StatusNotModified, "the same again")
	made(t, filepath.Join(l.dir, "c"), small(t))
	poll(http.StatusOK, "a new run")
	if err := os.RemoveAll(filepath.Join(l.dir, "c")); err != nil {
		t.Fatal(err)
	}
	poll(http.StatusOK, "a run less")
	old := version
	version = ""
	poll(http.StatusOK, "a page that knows nothing")
	if version != old {
		t.Errorf("the version %s became %s", old, version)
	}
}
