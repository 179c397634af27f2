package paper

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"glorot/experiments/dataset"
	"glorot/experiments/paper/claim"
	"glorot/experiments/paper/figure"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/plan"
	"glorot/experiments/paper/results"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/train"
	"glorot/graph/kernel"
)

// tiny has all that the scales have, in a second.
var tiny = setup.Scale{Name: "tiny", Width: 30, Seeds: 2, Updates: 23, Stored: 10, Trained: 2, Search: true, Side: true, Observe: 5, Test: 20, Images: 100}

func newStudy(t *testing.T, o plan.Options) *Study {
	t.Helper()
	if o.Store == nil {
		o.Store = results.NewStore(t.TempDir())
	}
	s, err := NewStudy(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// tinyRun is one whole run of the tiny scale, shared by the tests that only read it.
var tinyRun = sync.OnceValues(func() (*Study, error) {
	dir, err := os.MkdirTemp("", "glorot-tiny-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	s, err := NewStudy(plan.Options{Scale: tiny, Seed: 1, Threads: 2, Store: results.NewStore(dir)})
	if err != nil {
		return nil, err
	}
	_, err = s.Run(context.Background())
	return s, err
})

// fingerprint is all that the results say: the drawings and the claims.
func fingerprint(t *testing.T, r *Results) string {
	t.Helper()
	var b bytes.Buffer
	for _, f := range r.Figures {
		if err := f.WriteSVG(&b); err != nil {
			t.Fatal(err)
		}
		b.WriteString(f.Caption)
	}
	for _, rest := range []any{r.Claims, r.Tables, r.NotRun} {
		if err := json.NewEncoder(&b).Encode(rest); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// Results depend neither on the number of threads nor on an earlier run; another seed makes other networks.
func TestStudyIsReproducible(t *testing.T) {
	one := newStudy(t, plan.Options{Scale: tiny, Seed: 1, Threads: 1})
	first, err := one.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(first.Seeds, []uint64{1, 2}) {
		t.Errorf("seeds %v, want 1 and 2", first.Seeds)
	}
	if len(first.Figures)+len(first.NotRun) != len(figure.All()) || len(first.NotRun) != 1 || first.NotRun[0].ID != "fig12" || len(first.Tables) != 7 || len(first.Claims) < len(claim.All()) {
		t.Errorf("%d figures, %d tables, %d rows of claims; not run: %v", len(first.Figures), len(first.Tables), len(first.Claims), first.NotRun)
	}
	want := fingerprint(t, first)
	again, err := one.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if fingerprint(t, again) != want {
		t.Error("a second run of a study differs from the first")
	}
	two, err := tinyRun()
	if err != nil {
		t.Fatal(err)
	}
	onTwo, err := newStudy(t, two.o).Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if fingerprint(t, onTwo) != want {
		t.Error("results on two threads differ from those on one")
	}
	if slices.ContainsFunc(first.Claims, func(c report.Claim) bool { return c.Figure == "" || c.ID == "" }) {
		t.Error("a claim without its id or figure")
	}

	forward := newStudy(t, plan.Options{Scale: tiny, Seed: 2, Only: []string{"C12"}})
	if _, err := forward.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	shared, other := forward.obs.Initial[setup.Sigmoid4], one.obs.Initial[setup.Sigmoid4]
	if shared[0].StdZ(1) != other[1].StdZ(1) || shared[0].Weights[0] != other[1].Weights[0] {
		t.Error("seed 2 as the first seed differs from seed 2 as the second")
	}
	if shared[0].StdZ(1) == other[0].StdZ(1) || shared[0].StdZ(1) == shared[1].StdZ(1) {
		t.Error("two seeds made the same network")
	}
}

// What was asked for is chosen once, in the paper's order, whatever the order of the asking.
func TestStudyChooses(t *testing.T) {
	var numbers []string
	for k := 1; k <= 46; k++ {
		numbers = append(numbers, fmt.Sprintf("C%d", k))
	}
	everyClaim := strings.Join(numbers, " ")
	for _, c := range []struct{ only, figures, claims string }{
		{"fig7 fig6 fig7", "fig6 fig7", ""},
		{"C4", "", "C4"},
		{"C46 C2 fig5 C2", "fig5", "C2 C46"},
		{"claims C4 fig1", "fig1", everyClaim},
		{"", "fig1 fig2 fig3 fig4 fig5 fig6 fig7 fig8 fig9 fig10 jacobians fig11 fig12 search", everyClaim},
	} {
		s := newStudy(t, plan.Options{Scale: tiny, Only: strings.Fields(c.only)})
		var f, k []string
		for _, figure := range s.figures {
			f = append(f, figure.ID)
		}
		for _, claim := range s.claims {
			k = append(k, claim.ID)
		}
		k = slices.Compact(k) // some have several entries
		if strings.Join(f, " ") != c.figures || strings.Join(k, " ") != c.claims {
			t.Errorf("%q: figures %v, claims %v", c.only, f, k)
		}
	}
}

func TestStudyRefuses(t *testing.T) {
	for want, o := range map[string]plan.Options{
		`unknown figure or claim "fig13"; want fig1, fig2, `:  {Scale: tiny, Only: []string{"fig1", "fig13"}},
		`unknown figure or claim ""; want `:                   {Scale: tiny, Only: []string{""}},
		`unknown figure or claim "C47"; want `:                {Scale: tiny, Only: []string{"C47"}},
		`-1 threads; want 1 or more`:                          {Scale: tiny, Threads: -1},
		`scale "": width is 0; want at least 1`:               {},
		`scale "x": seeds is 0; want at least 1`:              {Scale: setup.Scale{Name: "x", Width: 1}},
		`scale "x": updates is -1; want at least 0`:           {Scale: setup.Scale{Name: "x", Width: 1, Seeds: 1, Trained: 1, Updates: -1, Observe: 1}},
		`updates between two snapshots is 0; want at least 1`: {Scale: setup.Scale{Name: "x", Width: 1, Seeds: 1, Trained: 1}},
		`updates between two tests is -5; want at least 0`:    {Scale: setup.Scale{Name: "x", Width: 1, Seeds: 1, Trained: 1, Observe: 1, Test: -5}},
	} {
		if _, err := NewStudy(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	names := strings.Split(Names(), ", ")
	for _, name := range names {
		newStudy(t, plan.Options{Scale: tiny, Only: []string{name}})
	}
	if slices.Sort(names); len(slices.Compact(slices.Clone(names))) < len(names) {
		t.Errorf("a name twice in %v", names)
	}
}

// Trainings are whole, with a snapshot and a test where the scale says, one for each seed, at what the search chose.
func TestStudyTrains(t *testing.T) {
	s, err := tinyRun()
	if err != nil {
		t.Fatal(err)
	}
	for _, sub := range s.needs().Trained {
		tr := s.obs.Trained[sub]
		if tr.Missing != "" {
			if sub.Data == dataset.ShapesetName || tr.Absent == "" {
				t.Errorf("%v: %s", sub, tr.Missing)
			}
			continue
		}
		if len(tr.Runs) != 2 || reflect.DeepEqual(tr.Runs[0].Snapshots, tr.Runs[1].Snapshots) {
			t.Fatalf("%v: %d runs", sub, len(tr.Runs))
		}
		var snapshots, tests []int
		for _, l := range tr.Runs[0].Snapshots {
			snapshots = append(snapshots, l.Update)
			if len(l.Layers) != sub.Depth+1 || l.Layers[0].Z.N != setup.Examples*30 {
				t.Errorf("%v: %d layers, %d activations", sub, len(l.Layers), l.Layers[0].Z.N)
			}
		}
		for _, e := range tr.Runs[0].Errors {
			tests = append(tests, e.Update)
			if e.Test.Error <= 0 || e.Test.Error > 1 || e.Valid.Error <= 0 || e.Valid.Error > 1 {
				t.Errorf("%v: errors %+v", sub, e)
			}
		}
		if sub.Data == dataset.ShapesetName && (!slices.Equal(snapshots, []int{0, 5, 10, 15, 20, 23}) || !slices.Equal(tests, []int{20, 23})) {
			t.Errorf("%v: snapshots at %v, tests at %v", sub, snapshots, tests)
		}
		// The network in training begins as the one before training of the same seed.
		if i := s.obs.Initial[sub.Network]; len(i) > 0 && tr.Choice.Low == 0 && tr.Runs[0].Snapshots[0].Layers[0].Z.Std != i[0].StdZ(1) {
			t.Errorf("%v: std of layer 1 is %v at update 0, %v before training", sub, tr.Runs[0].Snapshots[0].Layers[0].Z.Std, i[0].StdZ(1))
		}
		if last := len(tr.Runs[0].Snapshots) - 1; tr.Runs[0].Snapshots[last].Layers[0].Z.Std == tr.Runs[0].Snapshots[0].Layers[0].Z.Std {
			t.Errorf("%v: layer 1 did not change", sub)
		}
		cells := s.obs.Trained[sub.Representative()].Cells
		if c, ok := observed.Best(cells, observed.AnyChoice); len(cells) != 8 || !ok || c.Choice != tr.Choice {
			t.Errorf("%v: trained at %+v, the best of the search is %+v", sub, tr.Choice, c)
		}
	}
}

// What is kept is not made again: a second study over the same cache does nothing, and comes to the same.
func TestStudyKeeps(t *testing.T) {
	o := plan.Options{Scale: tiny, Seed: 1, Threads: 2, Only: []string{"fig2", "fig6", "C9"}, Store: results.NewStore(t.TempDir())}
	first, err := newStudy(t, o).Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	jobs := 0
	o.Progress = func(float64, float64, string) { jobs++ }
	o.Warn = func(err error) { t.Error(err) }
	again := newStudy(t, o)
	if work, err := again.Work(context.Background()); work != 0 || err != nil {
		t.Errorf("%v of work is left, %v", work, err)
	}
	second, err := again.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if jobs != 0 || fingerprint(t, first) != fingerprint(t, second) {
		t.Errorf("%d jobs reported; results equal: %v", jobs, fingerprint(t, first) == fingerprint(t, second))
	}
	// Of another cache nothing is drawn, and nothing is trained.
	bare := o
	bare.Store, bare.KeptOnly = results.NewStore(t.TempDir()), true
	none, err := newStudy(t, bare).Run(context.Background())
	if err != nil || len(none.NotRun) != 1 || none.NotRun[0].ID != "fig2" || !strings.Contains(none.NotRun[0].Why, "has no training") {
		t.Errorf("not run: %+v, %v", none, err)
	}
	bare.Store = o.Store
	if all, err := newStudy(t, bare).Run(context.Background()); err != nil || fingerprint(t, all) != fingerprint(t, first) {
		t.Errorf("what is kept is not drawn: %v", err)
	}
	jobs = 0
	// A measurement that is damaged is made again, with a warning.
	files, err := filepath.Glob(filepath.Join(o.Store.Dir, "initial-*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d measurements kept; %v", len(files), err)
	}
	if err := os.Truncate(files[0], 100); err != nil {
		t.Fatal(err)
	}
	var warnings []error
	o.Warn = func(err error) { warnings = append(warnings, err) }
	third, err := newStudy(t, o).Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(warnings) == 0 || !strings.Contains(warnings[0].Error(), files[0]) || jobs == 0 || fingerprint(t, third) != fingerprint(t, first) {
		t.Errorf("warnings %v, %d jobs", warnings, jobs)
	}
}

// A seed that is kept while one before it is not waits for that one: networks are compared by their places among the seeds.
func TestFinishKeepsSeedsInPlace(t *testing.T) {
	s := newStudy(t, plan.Options{Scale: tiny, Only: []string{"C28"}})
	p, _, err := s.begin(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	one, three := &run.Trace{}, &run.Trace{}
	tr := s.obs.OnShapeset(setup.TanhStandard)
	tr.Runs, tr.Commons, tr.Short = []*run.Trace{one, nil, three}, []*run.Trace{nil, three}, []*run.Trace{one, three}
	p.Finish()
	if !slices.Equal(tr.Runs, []*run.Trace{one}) || len(tr.Commons) != 0 || !slices.Equal(tr.Short, []*run.Trace{one, three}) {
		t.Errorf("kept %v, %v and %v", tr.Runs, tr.Commons, tr.Short)
	}
}

// Progress rises from 0 to all of the work.
func TestStudyProgress(t *testing.T) {
	last, calls := 0.0, 0
	o := plan.Options{Scale: tiny, Seed: 1, Threads: 2, Only: []string{"fig2", "fig3", "C1", "C12", "C45"}}
	o.Progress = func(done, all float64, what string) {
		calls++
		if done < last || done > all*(1+1e-9) || what == "" {
			t.Errorf("%v of %v after %v, %q", done, all, last, what)
		}
		last = done
	}
	for range 2 { // in a store of its own each
		s := newStudy(t, o)
		work, err := s.Work(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		last, calls = 0, 0
		if _, err := s.Run(context.Background()); err != nil {
			t.Fatal(err)
		}
		if calls < 20 || math.Abs(last-work) > 0.01*work {
			t.Errorf("%d calls, the last with %v of %v", calls, last, work)
		}
	}
}

// A study ends when its context does, in the middle of a job too, and leaves no goroutine behind.
func TestStudyCancel(t *testing.T) {
	before := runtime.NumGoroutine()
	long := tiny
	long.Updates, long.Test = 1_000_000_000, 0
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	calls := 0
	o := plan.Options{Scale: long, Threads: 2, Only: []string{"fig2", "fig3"}, Progress: func(float64, float64, string) {
		if calls++; calls == 4 { // both workers have begun
			cancel()
		}
	}}
	s := newStudy(t, o)
	if _, err := s.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	for _, tr := range s.obs.Trained {
		for _, r := range tr.Runs {
			if r != nil {
				t.Error("a result of a training that did not end")
			}
		}
	}
	for i := 0; i < 5000 && runtime.NumGoroutine() > before+1; i++ { // they end, if not at once
		time.Sleep(time.Millisecond)
	}
	if after := runtime.NumGoroutine(); after > before+1 {
		t.Errorf("%d goroutines before, %d after", before, after)
	}
	done, stop := context.WithCancel(context.Background())
	stop()
	for _, only := range []string{"C1", "fig1", "fig5"} {
		if _, err := newStudy(t, plan.Options{Scale: tiny, Only: []string{only}}).Run(done); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v, want context.Canceled", only, err)
		}
	}
}

// The error of a job ends the others and names the job; it comes before the cancellations that it causes.
func TestStudyJobError(t *testing.T) {
	broken := errors.New("broken")
	waits := func(ctx context.Context, _ *kernel.Engine, _ func(float64)) error { <-ctx.Done(); return ctx.Err() }
	fails := func(context.Context, *kernel.Engine, func(float64)) error { return broken }
	for _, threads := range []int{2, 3} {
		s := newStudy(t, plan.Options{Scale: tiny, Threads: threads, Only: []string{"fig1"}})
		err := s.runAll(context.Background(), []plan.Job{{Name: "waiting", Cost: 1, Run: waits}, {Name: "failing", Cost: 1, Run: fails}, {Name: "never", Cost: 1, Run: waits}})
		if !errors.Is(err, broken) || err.Error() != "failing: broken" {
			t.Errorf("got %v, want the failing job's error", err)
		}
	}
	s := newStudy(t, plan.Options{Scale: tiny, Threads: 1, Only: []string{"C12"}}) // of two seeds that fail the first is reported
	s.claims[0].Needs.Forward = []setup.Network{{Activation: "cube", Init: "standard", Depth: 2}}
	if _, err := s.Run(context.Background()); err == nil || !strings.HasPrefix(err.Error(), `cube, standard, depth 2, seed 0, before training: unknown activation "cube"; want sigmoid, `) {
		t.Errorf("got %v", err)
	}
	s = newStudy(t, plan.Options{Scale: tiny, Threads: 1, Only: []string{"fig2"}})
	s.figures[0].Needs.Trained = setup.Shapeset(setup.Network{Activation: "tanh", Init: "zero", Depth: 5})
	if _, err := s.Run(context.Background()); err == nil || !strings.HasPrefix(err.Error(), `shapeset: tanh, zero, depth 5; search, inputs in [0, 1], place 1 after 1 updates: shapeset-tanh-zero-5x30-0.003-in-0-1-seed0: model.init: got zero, allowed: standard, `) {
		t.Errorf("got %v", err)
	}
}

// Each observation is made once, however many ask for it, and costs what it is.
func TestJobs(t *testing.T) {
	count := func(only string) (int, float64) {
		s := newStudy(t, plan.Options{Scale: tiny, Only: strings.Fields(only)})
		_, jobs, err := s.begin(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		names := make(map[string]bool)
		for i, j := range jobs {
			if names[j.Name] {
				t.Errorf("%q: %s twice", only, j.Name)
			}
			if names[j.Name] = true; j.Cost <= 0 || slices.ContainsFunc(j.Needs, func(n int) bool { return n >= i }) {
				t.Errorf("%q: %s costs %v", only, j.Name, j.Cost)
			}
		}
		return len(jobs), plan.Total(jobs)
	}
	for only, want := range map[string]int{
		"fig1": 0, "C11": 0, "fig5": 1, "C14 C15 fig5": 1, "C45 C46": 1,
		"fig6": 3 * 2, "fig6 fig7 fig8": 3 * 2, "C1": 2 * 2, "C1 fig6": 3 * 2, "C12": 2, "C9": 3 * 2, "fig2": 16, "fig2 fig3": 3 * 16, "fig10": 18,
		"claims": 8*2 + 2 + 548,
		// A search has 8, 4 and 2 trainings in its rungs, and each network two seeds.
	} {
		if got, _ := count(only); got != want {
			t.Errorf("%q: %d jobs, want %d", only, got, want)
		}
	}
	_, forward := count("C13")
	_, gradients := count("C10")
	_, jacobians := count("C9")
	if !(forward < gradients && gradients < jacobians) {
		t.Errorf("2 networks forward cost %v, 2 with gradients %v, 3 with Jacobians %v", forward, gradients, jacobians)
	}
}

// Networks are looked at as asked: gradients and Jacobians where somebody reads them, nowhere else.
func TestStudyObservesWhatIsNeeded(t *testing.T) {
	s := newStudy(t, plan.Options{Scale: tiny, Seed: 1, Only: []string{"C1", "C7", "C9"}})
	if _, err := s.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	for net, want := range map[setup.Network]struct{ gradients, jacobian bool }{
		setup.TanhStandard: {true, true}, setup.TanhNormalized: {false, true}, setup.TanhFigure: {false, true},
	} {
		for _, i := range s.obs.Initial[net] {
			if (i.Layers.Layers[0].DS != nil) != want.gradients || (len(i.Jacobian) == net.Depth-1) != want.jacobian || len(i.Weights) != net.Depth+1 {
				t.Errorf("%v: %+v", net, i)
			}
		}
		if i := s.obs.Initial[net]; want.jacobian && i[0].Jacobian[0] == i[1].Jacobian[0] {
			t.Errorf("%v: both seeds have the Jacobian %v", net, i[0].Jacobian)
		}
	}
	// The second seed's Jacobians are those of its network at the second image.
	model, err := setup.TanhFigure.Model(tiny.Width)
	if err != nil {
		t.Fatal(err)
	}
	params, err := model.Parameters(2)
	if err != nil {
		t.Fatal(err)
	}
	second, err := dataset.DefaultShapeset().Set(context.Background(), dataset.TestSeed, 2)
	if err != nil {
		t.Fatal(err)
	}
	want, err := train.Jacobians(context.Background(), model, params, example(second, 1), unit, kernel.Portable())
	if err != nil {
		t.Fatal(err)
	}
	if got := s.obs.Initial[setup.TanhFigure][1].Jacobian; !slices.Equal(got, want) {
		t.Errorf("Jacobians %v, want %v", got, want)
	}
	if l := s.obs.Initial[setup.TanhStandard][0].Layers; l.Update != 0 || l.Layers[4].DW.N != 30*30*30 {
		t.Errorf("update %d, %d weight gradients; want those of 30 mini-batches", l.Update, l.Layers[4].DW.N)
	}
}

// A figure of two data sets that are not there says what brings both.
func TestFigureLacksTwoDataSets(t *testing.T) {
	bring := func(data string) (command, flags string) { return "fetch " + data, "--data new" }
	r, err := newStudy(t, plan.Options{Scale: tiny, Only: []string{"fig12"}, Commands: observed.Commands{Bring: bring}}).Run(t.Context())
	if err != nil || len(r.NotRun) != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	for _, want := range []string{"fetch mnist brings it", "fetch cifar10 brings it", "; then glorot reproduce fig12 --scale tiny --data new runs it"} {
		if !strings.Contains(r.NotRun[0].Why, want) {
			t.Errorf("%q does not say %q", r.NotRun[0].Why, want)
		}
	}
}
