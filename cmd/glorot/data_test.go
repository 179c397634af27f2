package main

import (
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"glorot/experiments/dataset"

	"github.com/rogpeppe/go-internal/testscript"
)

// commands that the sessions of testdata have besides testscript's own.
var commands = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	// pictures DIR N CLASS... writes N pictures of each class.
	"pictures": func(ts *testscript.TestScript, _ bool, args []string) {
		n, err := strconv.Atoi(args[1])
		ts.Check(err)
		ts.Check(writePictures(ts.MkAbs(args[0]), n, args[2:]...))
	},
	// trains RUN waits until a run trains.
	"trains": func(ts *testscript.TestScript, _ bool, args []string) {
		ts.Check(trains(ts.MkAbs(args[0])))
	},
	// serve DIR serves the files of a folder at $SERVER.
	"serve": func(ts *testscript.TestScript, _ bool, args []string) {
		s := httptest.NewServer(http.FileServer(http.Dir(ts.MkAbs(args[0]))))
		ts.Defer(s.Close)
		ts.Setenv("SERVER", s.URL)
	},
}

// writePictures writes n pictures of each class: noise, in which another square is bright in each class.
func writePictures(dir string, n int, classes ...string) error {
	const size, square = 40, 12
	for k, class := range classes {
		folder := filepath.Join(dir, class)
		if err := os.MkdirAll(folder, 0o777); err != nil {
			return err
		}
		noise := rand.New(rand.NewPCG(1, uint64(k)))
		for i := range n {
			img := image.NewGray(image.Rect(0, 0, size, size))
			for p := range img.Pix {
				img.Pix[p] = uint8(noise.IntN(156))
				if x := p%size - k*square; p/size < square && 0 <= x && x < square {
					img.Pix[p] += 100
				}
			}
			f, err := os.Create(filepath.Join(folder, fmt.Sprintf("%02d.png", i)))
			if err != nil {
				return err
			}
			if err := png.Encode(f, img); err != nil {
				return err
			}
			if err := f.Close(); err != nil {
				return err
			}
		}
	}
	return nil
}

// storedSet makes a smallimagenet of three classes in DIR/data, of 54 images for training, 6 to validate and 6 to test.
func storedSet(t *testing.T, dir string) *dataset.Data {
	t.Helper()
	if err := writePictures(filepath.Join(dir, "pictures"), 22, "a", "b", "c"); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(dir, "data", "smallimagenet")
	if err := dataset.MakeImageSet(t.Context(), filepath.Join(dir, "pictures"), to, dataset.ImageSetOptions{Seed: 1}); err != nil {
		t.Fatal(err)
	}
	s, err := dataset.Open(t.Context(), "smallimagenet", filepath.Join(dir, "data"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// An interrupt ends a download with what has come, and the same command asks for the rest only.
func TestFetchInterrupted(t *testing.T) {
	const size, sent = 9912422, 100000 // of the first file of MNIST
	ctx, cancel := context.WithCancel(t.Context())
	var ranges []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ranges = append(ranges, r.Header.Get("Range")); len(ranges) > 1 {
			http.Error(w, "", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Length", fmt.Sprint(size))
		w.Write(make([]byte, sent))
		w.(http.Flusher).Flush()
		time.AfterFunc(time.Second, cancel) // when some of it has been read
		<-r.Context().Done()
	}))
	defer s.Close()
	dir := t.TempDir()
	fetch := []string{"data", "fetch", "mnist", "--data", "DIR", "--from", s.URL}
	status, stdout, stderr := glorotAt(t, ctx, dir, fetch...)
	if status != exitInterrupted || stdout != "" || stderr != "glorot: interrupted: the downloaded part is kept, and the same command continues from there\n" {
		t.Errorf("status %d, stdout %q, stderr %q; want 130 and that what has come is kept", status, stdout, stderr)
	}
	status, _, stderr = glorotAt(t, t.Context(), dir, fetch...)
	if status != exitFailure || !strings.Contains(stderr, "503") || strings.Count(stderr, "\n") != 1 {
		t.Errorf("status %d, stderr %q; want 1 and the server's answer", status, stderr)
	}
	from := 0
	if len(ranges) > 1 {
		fmt.Sscanf(ranges[1], "bytes=%d-", &from)
	}
	if from < 1 || from > sent {
		t.Errorf("asked for the ranges %q, want that the second one begins where the %d bytes ended", ranges, sent)
	}
}

// The published files come from a server, and are left when they are there.
func TestFetchMNIST(t *testing.T) {
	s := httptest.NewServer(http.FileServer(http.Dir(filepath.Join(realData(t), "mnist"))))
	defer s.Close()
	dir := t.TempDir()
	for _, want := range []string{
		"mnist: 4 files downloaded, now 4 files in DIR/mnist, with the published SHA-256\n",
		"mnist exists already: 4 files in DIR/mnist, with the published SHA-256\n",
	} {
		status, stdout, stderr := glorotAt(t, t.Context(), dir, "data", "fetch", "mnist", "--data", "DIR", "--from", s.URL)
		if want = strings.ReplaceAll(want, "DIR", dir); status != 0 || stdout != want || stderr != "" {
			t.Errorf("status %d, stdout %q, stderr %q; want %q", status, stdout, stderr, want)
		}
	}
	var info struct {
		Downloaded int
		Checksum   string
		Splits     []struct{ Images int }
	}
	_, stdout, _ := glorotAt(t, t.Context(), dir, "data", "fetch", "mnist", "--data", "DIR", "--json")
	if err := json.Unmarshal([]byte(stdout), &info); err != nil || info.Downloaded != 0 || len(info.Checksum) != 64 || info.Splits[0].Images != 50000 {
		t.Errorf("%s, error %v; want the set that was there", stdout, err)
	}
}

// An interrupt before pictures are read makes nothing.
func TestSmallImageNetInterrupted(t *testing.T) {
	dir := t.TempDir()
	if err := writePictures(filepath.Join(dir, "pictures"), 11, "a", "b"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	status, stdout, stderr := glorotAt(t, ctx, dir, "data", "smallimagenet", "--from", "DIR/pictures", "--to", "DIR/set")
	if status != exitInterrupted || stdout != "" || stderr != "glorot: interrupted: nothing was made\n" {
		t.Errorf("status %d, stdout %q, stderr %q; want 130 and that nothing was made", status, stdout, stderr)
	}
	if _, err := os.Stat(filepath.Join(dir, "set")); err == nil {
		t.Error("there is a set")
	}
}

// realData is the folder of the real data sets.
func realData(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("GLOROT_DATA")
	if dir == "" {
		t.Skip("GLOROT_DATA is not set: no real data")
	}
	return dir
}
