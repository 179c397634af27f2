package lab

import (
	"fmt"
	"net/http"
	"path/filepath"
	"reflect"
	"testing"

	"glorot/experiments/run"
)

// The matrices are those of the log, and the history says only how many classes they have.
func TestConfusions(t *testing.T) {
	l := open(t, "plain")
	s := serve(t, l)
	path := filepath.Join(l.dir, "a")
	made(t, path, small(t, "observe.measures=[confusion]", "observe.errors=20"))
	r, err := run.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	h, err := r.History()
	if err != nil {
		t.Fatal(err)
	}
	tests := h.Errors()
	for _, e := range tests {
		var got Confusions
		if status := ask(t, s, fmt.Sprint("/api/confusion?run=a&update=", e.Update), &got); status != http.StatusOK || !reflect.DeepEqual(got, Confusions{e.Update, e.Valid.Confusion, e.Test.Confusion}) {
			t.Errorf("after %d updates: %d %+v", e.Update, status, got)
		}
	}
	var page struct {
		Records []struct {
			Event     string
			Update    int
			Confusion int
		}
	}
	ask(t, s, "/api/history?run=a", &page)
	n := 0
	for _, r := range page.Records {
		if r.Event == run.TestEvent {
			if n++; r.Confusion != len(tests[0].Test.Confusion) {
				t.Errorf("after %d updates the matrix has %d classes", r.Update, r.Confusion)
			}
		}
	}
	if n != len(tests) || n != 3 {
		t.Errorf("%d tests on the page, %d in the log", n, len(tests))
	}
	for query, want := range map[string]int{"run=a&update=10": 404, "run=a&update=x": 400, "run=a": 400, "run=plain&update=20": 404, "run=none&update=1": 404} {
		if status := ask(t, s, "/api/confusion?"+query, nil); status != want {
			t.Errorf("%s: %d, want %d", query, status, want)
		}
	}
}
