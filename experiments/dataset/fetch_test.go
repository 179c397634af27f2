package dataset

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// content is the file that is to be fetched, of several pieces.
var content = bytes.Repeat([]byte("0123456789abcdef"), 16<<10)

func sumOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

var theFile = remote{"file.gz", int64(len(content)), sumOf(content)}

// asked is what a server was asked for: the beginnings of the ranges, 0 without.
type asked struct {
	mu   sync.Mutex
	list []int
}

func (a *asked) add(from int) (n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.list = append(a.list, from)
	return len(a.list) - 1
}

func (a *asked) from() []int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.list)
}

// server answers request k (0, 1, ...) with answer, which gets the place where the wanted
// range begins.
func server(t *testing.T, answer func(w http.ResponseWriter, k, from int)) (*httptest.Server, *asked) {
	a := new(asked)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/"+theFile.name {
			t.Errorf("asked for %s", r.URL.Path)
		}
		from := 0
		fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &from)
		answer(w, a.add(from), from)
	}))
	t.Cleanup(s.Close)
	return s, a
}

// ranges answers as a server with ranges does, and cuts the connection after some
// bytes unless that is 0.
func ranges(w http.ResponseWriter, data []byte, from, cut int) {
	w.Header().Set("Content-Length", fmt.Sprint(len(data)-from))
	if from > 0 {
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(data)-1, len(data)))
		w.WriteHeader(http.StatusPartialContent)
	}
	if cut == 0 {
		w.Write(data[from:])
		return
	}
	w.Write(data[from : from+cut])
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

// fetch gets theFile and tells whether it is there, or nothing by its name.
func fetch(t *testing.T, ctx context.Context, dir string, addresses ...string) error {
	t.Helper()
	last := Progress{}
	f := &fetcher{addresses: addresses, patience: 2 * time.Second, progress: func(p Progress) {
		if p.File != theFile.name || p.Total != theFile.bytes || p.Done < 1 || p.Done > p.Total {
			t.Errorf("progress %+v", p)
		}
		last = p
	}}
	err := f.fetch(ctx, dir, []remote{theFile})
	got, missing := os.ReadFile(filepath.Join(dir, theFile.name))
	if err == nil && (!bytes.Equal(got, content) || last.Done != theFile.bytes || exists(filepath.Join(dir, theFile.name+".part"))) {
		t.Errorf("%d bytes came, last progress %+v", len(got), last)
	}
	if err != nil && missing == nil && bytes.Equal(got, content) {
		t.Errorf("the file is there in spite of %v", err)
	}
	return err
}

// kept returns the size of what is kept of the file, or -1.
func kept(dir string) int64 {
	info, err := os.Stat(filepath.Join(dir, theFile.name+".part"))
	if err != nil {
		return -1
	}
	return info.Size()
}

func TestFetch(t *testing.T) {
	s, asked := server(t, func(w http.ResponseWriter, _, from int) { ranges(w, content, from, 0) })
	dir := filepath.Join(t.TempDir(), "new", "folder")
	for range 2 { // the second time it is there
		if err := fetch(t, t.Context(), dir, s.URL+"/"); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(asked.from(), []int{0}) {
		t.Errorf("asked for %v", asked.from())
	}
}

// A connection that is cut is taken up where it was.
func TestFetchCut(t *testing.T) {
	s, asked := server(t, func(w http.ResponseWriter, k, from int) {
		cut := 100000
		if k == 2 {
			cut = 0
		}
		ranges(w, content, from, cut)
	})
	if err := fetch(t, t.Context(), t.TempDir(), s.URL); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(asked.from(), []int{0, 100000, 200000}) {
		t.Errorf("asked for %v", asked.from())
	}
}

// What one call has left is taken up by the next, also from another address.
func TestFetchResume(t *testing.T) {
	cut, asked := server(t, func(w http.ResponseWriter, k, from int) {
		if k > 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		ranges(w, content, from, 100000)
	})
	dir := t.TempDir()
	err := fetch(t, t.Context(), dir, cut.URL)
	refused(t, err, cut.URL+"/file.gz: the answer is 503 Service Unavailable")
	if kept(dir) != 100000 || !slices.Equal(asked.from(), []int{0, 100000}) {
		t.Errorf("%d bytes kept, asked for %v", kept(dir), asked.from())
	}
	whole, later := server(t, func(w http.ResponseWriter, _, from int) { ranges(w, content, from, 0) })
	if err := fetch(t, t.Context(), dir, cut.URL, whole.URL); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(later.from(), []int{100000}) {
		t.Errorf("asked for %v", later.from())
	}
}

// All bytes may be there and only the name be missing.
func TestFetchWholePart(t *testing.T) {
	dir := t.TempDir()
	write(t, content, dir, theFile.name+".part")
	f := &fetcher{addresses: []string{"http://127.0.0.1:1"}}
	if err := f.fetch(t.Context(), dir, []remote{theFile}); err != nil || !exists(filepath.Join(dir, theFile.name)) {
		t.Error(err)
	}
}

// A server without ranges sends everything again; what is cut there is lost, and it
// is not asked for ever.
func TestFetchWithoutRanges(t *testing.T) {
	var cut atomic.Int64
	s, asked := server(t, func(w http.ResponseWriter, _, _ int) { ranges(w, content, 0, int(cut.Load())) })
	dir := t.TempDir()
	cut.Store(100000)
	refused(t, fetch(t, t.Context(), dir, s.URL), "after 100000 of 262144 bytes: the connection broke")
	if n := len(asked.from()); n != 2 {
		t.Errorf("asked %d times", n)
	}
	cut.Store(0)
	if err := fetch(t, t.Context(), dir, s.URL); err != nil {
		t.Fatal(err)
	}
}

// A part of another file is found out by the sum, and the file fetched anew, once.
func TestFetchBadPart(t *testing.T) {
	bad := bytes.ToUpper(content)
	for name, c := range map[string]struct {
		part []byte
		want []int
	}{
		"shorter":   {bad[:1000], []int{1000, 0}},
		"as long":   {bad, []int{0}},
		"too long":  {append(bad, bad...), []int{0}},
		"good part": {content[:1000], []int{1000}},
	} {
		s, asked := server(t, func(w http.ResponseWriter, _, from int) { ranges(w, content, from, 0) })
		dir := t.TempDir()
		write(t, c.part, dir, theFile.name+".part")
		if err := fetch(t, t.Context(), dir, s.URL); err != nil || !slices.Equal(asked.from(), c.want) {
			t.Errorf("%s: asked for %v, error %v", name, asked.from(), err)
		}
	}
}

// A server that has another file is left for the next, and named if it is the last.
func TestFetchOtherFile(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(w http.ResponseWriter, k, from int)
		want   string
		asked  int
	}{
		"sum":     {func(w http.ResponseWriter, _, from int) { ranges(w, bytes.ToUpper(content), from, 0) }, "not the published file: SHA-256 is " + sumOf(bytes.ToUpper(content)) + ", published " + theFile.sha256, 1},
		"page":    {func(w http.ResponseWriter, _, _ int) { w.Write([]byte("<html>")) }, "the file has 6 bytes, the published one 262144", 1},
		"longer":  {func(w http.ResponseWriter, _, _ int) { ranges(w, append(content, content...), 0, 0) }, "the file has 524288 bytes", 1},
		"missing": {func(w http.ResponseWriter, _, _ int) { http.NotFound(w, nil) }, "the answer is 404 Not Found", 1},
		"range": {func(w http.ResponseWriter, _, _ int) {
			w.Header().Set("Content-Range", "bytes 5-10/11")
			w.WriteHeader(http.StatusPartialContent)
		}, `the answer has range "bytes 5-10/11", must have "bytes 0-262143/262144"`, 1},
		"cut at once": {func(http.ResponseWriter, int, int) { panic(http.ErrAbortHandler) }, "the connection broke", 1},
	} {
		bad, asked := server(t, c.answer)
		good, _ := server(t, func(w http.ResponseWriter, _, from int) { ranges(w, content, from, 0) })
		dir := t.TempDir()
		refused(t, fetch(t, t.Context(), dir, bad.URL), bad.URL+"/file.gz: ", c.want)
		if len(asked.from()) != c.asked || kept(dir) != -1 {
			t.Errorf("%s: asked for %v, kept %d", name, asked.from(), kept(dir))
		}
		if err := fetch(t, t.Context(), dir, bad.URL, good.URL); err != nil {
			t.Errorf("%s, but a good server is there: %v", name, err)
		}
	}
}

// A range beyond the end of the server's file: what was kept is of no use there.
func TestFetchUnsatisfiable(t *testing.T) {
	s, asked := server(t, func(w http.ResponseWriter, _, from int) {
		if from > 0 {
			w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
			return
		}
		ranges(w, content, 0, 0)
	})
	dir := t.TempDir()
	write(t, content[:1000], dir, theFile.name+".part")
	if err := fetch(t, t.Context(), dir, s.URL); err != nil || !slices.Equal(asked.from(), []int{1000, 0}) {
		t.Errorf("asked for %v, error %v", asked.from(), err)
	}
}

func TestFetchCutForever(t *testing.T) {
	s, asked := server(t, func(w http.ResponseWriter, _, from int) { ranges(w, content, from, 10) })
	dir := t.TempDir()
	refused(t, fetch(t, t.Context(), dir, s.URL), "the connection broke 50 times", "the connection broke")
	if len(asked.from()) != maxAttempts || kept(dir) != 10*maxAttempts {
		t.Errorf("asked %d times, kept %d", len(asked.from()), kept(dir))
	}
}

// A server that falls silent is not waited for.
func TestFetchSilence(t *testing.T) {
	release := make(chan struct{})
	s, _ := server(t, func(w http.ResponseWriter, k, from int) {
		if k == 0 {
			w.Header().Set("Content-Length", fmt.Sprint(len(content)))
			w.Write(content[:1000])
			w.(http.Flusher).Flush()
		}
		<-release
	})
	defer close(release)
	dir := t.TempDir()
	f := &fetcher{addresses: []string{s.URL}, patience: time.Second, progress: func(Progress) {}}
	refused(t, f.fetch(t.Context(), dir, []remote{theFile}), "no data for 1s")
	if kept(dir) != 1000 {
		t.Errorf("kept %d", kept(dir))
	}
}

func TestFetchCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s, asked := server(t, func(w http.ResponseWriter, _, from int) {
		w.Header().Set("Content-Length", fmt.Sprint(len(content)))
		w.Write(content[:100000])
		w.(http.Flusher).Flush()
		<-ctx.Done()
	})
	dir := t.TempDir()
	f := &fetcher{addresses: []string{s.URL, s.URL}, patience: time.Minute, progress: func(Progress) { cancel() }}
	err := f.fetch(ctx, dir, []remote{theFile})
	refused(t, err, "file.gz: stopped after ", " of 262144 bytes, which are kept: context canceled")
	if !errors.Is(err, context.Canceled) || len(asked.from()) != 1 || kept(dir) < 1 {
		t.Errorf("error %v, asked for %v, kept %d", err, asked.from(), kept(dir))
	}
}

// Without a network there is one line that says so.
func TestFetchWithoutNetwork(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + listener.Addr().String()
	listener.Close() // nobody is there
	dir := t.TempDir()
	_, err = Fetch(t.Context(), "mnist", dir, []string{address, address}, nil)
	refused(t, err, "fetch mnist: no server can be reached; is there a network connection? ", address+"/train-images-idx3-ubyte.gz: dial tcp")
	if left, _ := os.ReadDir(filepath.Join(dir, "mnist")); len(left) > 0 {
		t.Errorf("%d files are left", len(left))
	}
}

func TestFetchErrors(t *testing.T) {
	fails := func(name, dir, address string, want ...string) {
		t.Helper()
		n, err := Fetch(t.Context(), name, dir, []string{address}, nil)
		refused(t, err, want...)
		if n != 0 {
			t.Errorf("%d files downloaded", n)
		}
	}
	fails("smallimagenet", t.TempDir(), "", "fetch smallimagenet: it has no public source")
	dir := t.TempDir()
	path := write(t, []byte("mine"), dir, "cifar10", cifar10Format.archive)
	fails("cifar10", dir, "http://127.0.0.1:1", path+" is not the published file: SHA-256 is "+sumOf([]byte("mine")), "move it away")
	if data, _ := os.ReadFile(path); string(data) != "mine" {
		t.Error("the user's file is gone")
	}
	fails("mnist", path, "http://127.0.0.1:1", "fetch mnist: ", "not a directory")
	fails("mnist", t.TempDir(), "ftp://nowhere", "unsupported protocol scheme")
	fails("mnist", t.TempDir(), ":", "missing protocol scheme")
}

// The real files of MNIST from a local server become the real data set.
func TestFetchRealMNIST(t *testing.T) {
	real := filepath.Join(dataDir(t), "mnist")
	s := httptest.NewServer(http.FileServer(http.Dir(real)))
	defer s.Close()
	dir := t.TempDir()
	var done []string
	n, err := Fetch(t.Context(), "mnist", dir, []string{s.URL}, func(p Progress) {
		if p.Done == p.Total {
			done = append(done, p.File)
		}
	})
	if n != 4 || err != nil {
		t.Fatalf("%d files downloaded, error %v", n, err)
	}
	if len(done) != 4 || !strings.HasPrefix(done[0], "train-images") {
		t.Errorf("fetched %q", done)
	}
	if _, err := Open(t.Context(), "mnist", dir); err != nil {
		t.Error(err)
	}
}

// A set that is there needs no server, in whichever files; but a file called like a
// published one must be that, as other sets have files of the same names and shapes.
func TestFetchThere(t *testing.T) {
	dir := t.TempDir()
	files := digits(60000, 10000, 28, 10)
	for name, data := range files {
		write(t, data, dir, "kmnist", name)
	}
	nowhere := []string{"http://127.0.0.1:1"}
	if n, err := Fetch(t.Context(), "kmnist", dir, nowhere, nil); n != 0 || err != nil {
		t.Errorf("%d files downloaded, error %v", n, err)
	}
	if err := os.Remove(filepath.Join(dir, "kmnist", testLabels)); err != nil {
		t.Fatal(err)
	}
	other := write(t, zipped(files[testLabels]), dir, "kmnist", testLabels+".gz")
	_, err := Fetch(t.Context(), "kmnist", dir, nowhere, nil)
	refused(t, err, "fetch kmnist: "+other+" is not the published file: SHA-256 is ", "move it away")
}

// compare looks at the files that are called like published ones.
func TestFetchCompare(t *testing.T) {
	dir := t.TempDir()
	f := &fetcher{progress: func(Progress) {}}
	path := write(t, []byte("other"), dir, theFile.name)
	refused(t, f.compare([]string{path}, []remote{theFile}), path+" is not the published file")
	same := write(t, content, dir, "new", theFile.name)
	if err := f.compare([]string{same, path + "x"}, []remote{theFile}); err != nil {
		t.Error(err)
	}
	refused(t, f.compare([]string{filepath.Join(dir, "none", theFile.name)}, []remote{theFile}), "no such file")
}

// What came, and where it lies.
func TestFetched(t *testing.T) {
	files := []FileInfo{{Path: "data/mnist/a.gz", Published: true}, {Path: "data/mnist/b.gz", Published: true}}
	other := []FileInfo{files[0], {Path: "data/mnist/b"}}
	for want, f := range map[string]Fetched{
		"mnist: 1 file downloaded, now 2 files in data/mnist, with the published SHA-256":  {1, &Info{Name: "mnist", Files: files}},
		"mnist exists already: 2 files in data/mnist, with the published SHA-256":          {0, &Info{Name: "mnist", Files: files}},
		"mnist exists already: 2 files in data/mnist, files other than the published ones": {0, &Info{Name: "mnist", Files: other}},
	} {
		if got := f.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
