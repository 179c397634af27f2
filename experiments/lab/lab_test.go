package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"glorot/experiments/dataset"
	"glorot/experiments/run"
	"glorot/experiments/runner"
)

// library is that of all tests: its images are made once.
var library = dataset.NewLibrary("")

// small is a run of a few milliseconds with five snapshots.
func small(t testing.TB, set ...string) run.Config {
	t.Helper()
	c, err := run.Load("", append([]string{"model.hidden=[6, 5]", "train.updates=40", "train.batch=2", "observe.every=10", "observe.examples=20", "observe.images=50",
		"checkpoint.every=10", "threads=1"}, set...), runner.Allowed())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func made(t testing.TB, dir string, c run.Config) {
	t.Helper()
	if _, err := (&runner.Runner{Data: library}).Do(context.Background(), dir, c, nil); err != nil {
		t.Fatal(err)
	}
}

// open opens a laboratory with the runs of the given names.
func open(t testing.TB, names ...string) *Lab {
	t.Helper()
	l, err := New(Options{Dir: t.TempDir(), Program: []string{"false"}})
	if err != nil {
		t.Fatal(err)
	}
	l.runner.Data = library
	for _, name := range names {
		made(t, filepath.Join(l.dir, name), small(t))
	}
	return l
}

// serve serves a laboratory as Serve does.
func serve(t testing.TB, l *Lab) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(newGuard(l.routes(), netip.MustParseAddr("127.0.0.1")))
	t.Cleanup(s.Close)
	return s
}

func ask(t testing.TB, s *httptest.Server, path string, into any) int {
	t.Helper()
	r, err := s.Client().Get(s.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	src, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if into != nil && r.StatusCode == http.StatusOK {
		if err := json.Unmarshal(src, into); err != nil {
			t.Fatalf("%s: %v: %.300s", path, err, src)
		}
	}
	return r.StatusCode
}

func order(t testing.TB, s *httptest.Server, path string, o Order) (status int, answer map[string]string) {
	t.Helper()
	src, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Client().Post(s.URL+"/api/"+path, "application/json", bytes.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if err := json.NewDecoder(r.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, answer
}

// The history of a run has each of its snapshots and tests once, and continues where the log ends. A run and its archive have the same.
func TestHistory(t *testing.T) {
	l := open(t, "a", "deep/b")
	s := serve(t, l)
	var h struct {
		Run       Info
		Offset    int64
		Snapshots int
		Records   []struct {
			Event  string
			Update int
		}
	}
	if status := ask(t, s, "/api/history?run=a", &h); status != http.StatusOK {
		t.Fatal(status)
	}
	var updates []int
	for _, r := range h.Records {
		if r.Event == run.LayersEvent {
			updates = append(updates, r.Update)
		}
	}
	log, err := os.ReadFile(filepath.Join(l.dir, "a", run.LogFile))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(updates, []int{0, 10, 20, 30, 40}) || h.Snapshots != 5 || h.Offset != int64(len(log)) || h.Run.Name != "a" || h.Run.Status != run.Done || len(h.Run.Checkpoints) != 3 {
		t.Errorf("updates %v, %+v", updates, h)
	}
	var list Listing
	ask(t, s, "/api/runs", &list)
	if len(list.Runs) != 2 || list.Runs[0].Name != "deep/b" || *list.Runs[1].TestError == 0 {
		t.Errorf("got %+v", list)
	}
	for where, want := range map[string]int{"status=done": 2, "status=running": 0, "model.hidden=[6,5]": 2, "model.hidden=[6,+5]&where=status=done": 2, "seed=2": 0,
		"status=training": 0} {
		ask(t, s, "/api/runs?where="+where, &list)
		if len(list.Runs) != want || list.Total != 2 {
			t.Errorf("%s: %d of %d runs, want %d of 2", where, len(list.Runs), list.Total, want)
		}
	}
	if status := ask(t, s, "/api/runs?where=colour=red", nil); status != http.StatusBadRequest {
		t.Errorf("an unknown key: %d", status)
	}
}

// Of a long log the page gets some hundred snapshots, evenly, with the first and the last; the offset is that of the whole log.
func TestThinning(t *testing.T) {
	var lines [][]byte
	for u := range 8640 {
		lines = append(lines, fmt.Appendf(nil, `{"event":"look","update":%d}`+"\n", u), fmt.Appendf(nil, `{"event":"valid","update":%d}`+"\n", u), fmt.Appendf(nil, `{"event":"test","update":%d}`+"\n", u))
	}
	var h History
	kept := h.thin(lines)
	count := map[string]int{}
	for _, line := range kept {
		count[string(line[10:14])]++
	}
	if h.Snapshots != 8640 || h.Every != 22 || count["look"] > mostSnapshots+1 || count["look"] < mostSnapshots/2 || count["test"] != count["vali"] || count["test"] > mostTests+1 || count["test"] < mostTests/8 {
		t.Errorf("%d snapshots, every %d, %v", h.Snapshots, h.Every, count)
	}
	if string(kept[0]) != string(lines[0]) || !slices.ContainsFunc(kept, func(l []byte) bool { return bytes.Equal(l, lines[len(lines)-3]) }) || string(kept[len(kept)-1]) != string(lines[len(lines)-1]) {
		t.Error("the first or the last record is missing")
	}
}

// The initial network of the bench has what its run records at update 0, and the paper's own network comes with the paper's numbers.
func TestBench(t *testing.T) {
	l := open(t, "a")
	s := serve(t, l)
	var h struct{ Records []json.RawMessage }
	ask(t, s, "/api/history?run=a", &h)
	var first, i struct {
		Record   json.RawMessage
		Paper    *Paper
		Spectrum *run.Spectrum
	}
	query := "set=model.hidden=[6,5]&set=observe.examples=20&set=train.batch=2"
	if status := ask(t, s, "/api/initial?"+query, &first); status != http.StatusOK || first.Paper != nil || first.Spectrum != nil {
		t.Fatal(status)
	}
	if !slices.ContainsFunc(h.Records, func(r json.RawMessage) bool { return bytes.Equal(r, first.Record) }) {
		t.Errorf("the run does not begin with %.300s", first.Record)
	}
	if ask(t, s, "/api/initial?jacobians=1&"+query, &i); len(i.Spectrum.Values) != 1 || len(i.Spectrum.Values[0]) != 5 {
		t.Errorf("the spectra are %+v", i.Spectrum)
	}
	standard, normalized := paperOf(run.Default()), small(t, "model.hidden=[1000, 1000, 1000, 1000, 1000]", "model.init=normalized", "observe.examples=300")
	if p := paperOf(normalized); standard.Z.Peak[4] != 13.6 || p.Z.Peak[4] != 1.29 || p.DS.Std[0] != .071 {
		t.Errorf("got %v, %v", standard, p)
	}
	for _, other := range []string{"model.gain=2", "model.norm=batch", "model.residual=2", "model.dropout=0.5", "model.bias=0.1", "model.zero_last=true", "model.cost=quadratic",
		"model.activation=relu", "model.init=he", "model.depth=4", "data.low=-1", "data.high=2", "data.name=mnist", "observe.examples=20", "train.label_smoothing=0.1"} {
		c, err := configuration([]string{other})
		if err != nil {
			t.Fatal(err)
		}
		if paperOf(c) != nil {
			t.Errorf("the network with %s is not the paper's", other)
		}
	}
	if c, err := configuration([]string{"seed=7", "data.seed=3", "train.rate=0.5", "model.init=figure"}); err != nil || paperOf(c) == nil {
		t.Errorf("the paper's network with another seed has none of its numbers: %v", err)
	}
	for _, wrong := range []string{"set=model.hidden=[]", "set=train.rate=-1", "set=colour=red", "set=observe.examples=9999", "set=model.hidden=[1000000,1000000]"} {
		if status := ask(t, s, "/api/initial?"+wrong, nil); status != http.StatusBadRequest {
			t.Errorf("%s: status %d", wrong, status)
		}
	}
}

// Runs are tagged, renamed, deleted and restored; nothing is lost, and the name of a run that exists is given to no other.
func TestManage(t *testing.T) {
	l := open(t, "a", "deep/b")
	s := serve(t, l)
	want := func(path string, o Order, status int, name string) map[string]string {
		t.Helper()
		got, answer := order(t, s, path, o)
		if got != status || name != "" && answer["run"] != name {
			t.Errorf("%s %+v: %d %v, want %d %s", path, o, got, answer, status, name)
		}
		return answer
	}
	want("tag", Order{Run: "a", Tags: []string{" good ", "good", "", "first"}}, 200, "a")
	if i, err := l.info(filepath.Join(l.dir, "a")); err != nil || !slices.Equal(i.Tags, []string{"good", "first"}) {
		t.Errorf("%v, %v", i.Tags, err)
	}
	want("rename", Order{Run: "a", Name: "c"}, 200, "c")
	want("rename", Order{Run: "c", Name: "deep/x"}, 400, "")
	want("rename", Order{Run: "c", Name: ".x"}, 400, "")
	want("rename", Order{Run: "a", Name: "d"}, 404, "")
	before, err := os.ReadFile(filepath.Join(l.dir, "deep", "b", run.LogFile))
	if err != nil {
		t.Fatal(err)
	}
	gone := want("delete", Order{Run: "deep/b"}, 200, "")["run"]
	if status := ask(t, s, "/api/history?run=deep/b", nil); status != http.StatusNotFound {
		t.Errorf("a deleted run: %d", status)
	}
	if status := ask(t, s, "/api/history?run=.trash/"+gone, nil); status != http.StatusNotFound {
		t.Errorf("a run in the trash: %d", status)
	}
	var list Listing
	if ask(t, s, "/api/runs", &list); len(list.Runs) != 1 || !slices.Equal(list.Runs[0].Tags, []string{"good", "first"}) {
		t.Errorf("got %+v", list.Runs)
	}
	want("restore", Order{Run: gone}, 200, "deep/b")
	want("restore", Order{Run: gone}, 404, "")
	after, err := os.ReadFile(filepath.Join(l.dir, "deep", "b", run.LogFile))
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the log of the restored run differs: %v", err)
	}
	want("rename", Order{Run: "deep/b", Name: "c"}, 200, "deep/c") // it stays in its folder
	want("rename", Order{Run: "c", Name: "deep"}, 200, "deep-2")
	want("extend", Order{Run: "deep-2", Updates: 80}, 409, "") // the program is false
	want("start", Order{Set: []string{"train.rate=fast"}}, 400, "")
}

// The exact counts of the histograms can be downloaded.
func TestCSV(t *testing.T) {
	l := open(t, "a")
	s := serve(t, l)
	r, err := s.Client().Get(s.URL + "/api/histograms.csv?run=a&what=z&update=20")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	src, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0
	for line := range strings.Lines(string(src)) {
		var update, layer, count int
		var low, high float64
		if n, _ := fmt.Sscanf(strings.ReplaceAll(line, ",", " "), "%d %d %g %g %d", &update, &layer, &low, &high, &count); n == 5 && update == 20 && layer == 2 {
			sum += count
		}
	}
	if sum != 20*5 {
		t.Errorf("the counts of layer 2 add up to %d, want 20 examples of 5 units", sum)
	}
	for _, wrong := range []string{"what=x&run=a", "what=z&run=b", "what=z&run=../a"} {
		if status := ask(t, s, "/api/histograms.csv?"+wrong, nil); status < 400 {
			t.Errorf("%s: %d", wrong, status)
		}
	}
}

// Listen takes the next port if one is in use.
func TestListen(t *testing.T) {
	a, err := Listen("")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	b, err := Listen("")
	if err != nil || a.Addr().String() == b.Addr().String() || !strings.HasPrefix(b.Addr().String(), "127.0.0.1:80") {
		t.Fatal(a.Addr(), err)
	}
	b.Close()
	l := open(t)
	ctx, stop := context.WithCancel(context.Background())
	urls := make(chan string, 1)
	ended := make(chan error)
	go func() { ended <- l.Serve(ctx, a, func(url string) { urls <- url }) }()
	url := <-urls
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if want := "http://" + a.Addr().String() + "/"; url != want || r.StatusCode != http.StatusOK {
		t.Errorf("%s answers %d", url, r.StatusCode)
	}
	stop()
	select {
	case err := <-ended:
		if err != nil && err != http.ErrServerClosed {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Error("the server does not end")
	}
}
