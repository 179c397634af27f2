package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"glorot/experiments/run"
)

// spectra asks for the Jacobians after an update of a run.
func spectra(t *testing.T, s *httptest.Server, ctx context.Context, order string) (status int, m Measured, problem string) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL+"/api/jacobians", strings.NewReader(order))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := s.Client().Do(r)
	if err != nil {
		return 0, m, err.Error()
	}
	defer answer.Body.Close()
	var got struct {
		Measured
		Error string
	}
	if err := json.NewDecoder(answer.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, got.Measured, got.Error
}

// The Jacobians of a run are those that a run with observe.jacobians logs. They are kept beside the run once, and not while another process trains
// it; an open page gets them as events.
func TestSpectrum(t *testing.T) {
	l := open(t, "a")
	s := serve(t, l)
	made(t, filepath.Join(l.dir, "b"), small(t, "observe.jacobians=[25, 30]"))
	want, err := run.Open(filepath.Join(l.dir, "b"))
	if err != nil {
		t.Fatal(err)
	}
	h, err := want.History()
	if err != nil {
		t.Fatal(err)
	}
	page := listen(t, s.URL+"/api/events?run=a", "")
	page.updates() // those in the log
	path := filepath.Join(l.dir, "a")
	log := contents(t, path, run.LogFile)
	for range 2 {
		status, got, problem := spectra(t, s, t.Context(), `{"run":"a","at":25}`)
		if status != http.StatusOK || !got.Kept || !reflect.DeepEqual(got.Record, h.Spectra[0]) {
			t.Errorf("%d %s %+v, want %+v", status, problem, got, h.Spectra[0])
		}
	}
	if !l.keep(path, h.Spectra[0]) { // as of a page that has asked at the same time
		t.Error("not kept")
	}
	if got := page.updates(); !reflect.DeepEqual(got, []int{25}) {
		t.Errorf("an open page gets %v", got)
	}
	if extra := contents(t, path, run.ExtraFile); bytes.Count(extra, []byte(run.JacobianEvent)) != 1 || !bytes.Equal(log, contents(t, path, run.LogFile)) {
		t.Errorf("extra.jsonl is %s", extra)
	}
	if i, err := l.info(path); err != nil || i.Status != run.Done {
		t.Errorf("the run is %s, %v", i.Status, err)
	}
	busy, _, err := run.Resume(path) // as a process that trains it
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	if status, got, problem := spectra(t, s, t.Context(), `{"run":"a","at":30}`); status != http.StatusOK || got.Kept || !reflect.DeepEqual(got.Record, h.Spectra[1]) {
		t.Errorf("of a run that is being trained: %d %s %+v", status, problem, got)
	}
	if extra := contents(t, path, run.ExtraFile); bytes.Count(extra, []byte(run.JacobianEvent)) != 1 {
		t.Errorf("extra.jsonl is %s", extra)
	}
}

// What has no Jacobians says why in one line. A request that is cancelled ends the computation.
func TestSpectrumRefuses(t *testing.T) {
	l := open(t, "a")
	s := serve(t, l)
	made(t, filepath.Join(l.dir, "one"), small(t, "model.hidden=[6]"))
	made(t, filepath.Join(l.dir, "norm"), small(t, "model.norm=batch"))
	r := run.Recorded{Format: 1, Program: "mine 1.0", Start: time.Now()}
	if err := r.Create(filepath.Join(l.dir, "mine")); err != nil {
		t.Fatal(err)
	}
	for order, want := range map[string]string{
		`{"run":"one","at":20}`: "one hidden layer", `{"run":"norm","at":20}`: "eq. 17", `{"run":"mine","at":20}`: "was trained by mine 1.0",
		`{"run":"a","at":41}`: "has reached 40", `{"run":"a","at":-1}`: "at which update", `{"run":"a"}`: "at which update", `{"run":"../a","at":1}`: "not a name", `{"at":`: "cannot be read",
	} {
		if status, _, problem := spectra(t, s, t.Context(), order); status < 400 || !strings.Contains(problem, want) || strings.Contains(problem, "\n") {
			t.Errorf("%s: %d %q, want %s", order, status, problem, want)
		}
	}
	l.jacobians <- struct{}{} // another one is being measured
	ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	if status, _, problem := spectra(t, s, ctx, `{"run":"a","at":20}`); status != 0 || !strings.Contains(problem, "deadline") {
		t.Errorf("a cancelled request: %d %s", status, problem)
	}
	<-l.jacobians
	if status, _, problem := spectra(t, s, t.Context(), `{"run":"a","at":20}`); status != http.StatusOK {
		t.Errorf("after it: %d %s", status, problem)
	}
}

func contents(t *testing.T, path ...string) []byte {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return src
}
