package run

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"glorot/experiments/pretrain"
	"glorot/experiments/train"
)

// A Trace answers a request: it has the measurements of a trajectory up to an update, exactly on the requested schedules and at the end.
// It does not depend on what else was recorded, so that a minimum over its snapshots is the same whatever else a store holds.
type Trace struct {
	ID         string // of the trajectory
	Config     Config // the request
	Snapshots  []train.Layers
	Errors     []Errors
	Spectra    []Spectrum
	Digests    []DigestRecord
	Pretrained []pretrain.Layer
	Diverged   *Divergence // nil if it did not diverge up to the request's end
	Stopped    *Stop       // nil if train.patience did not end it before the request's end
}

// Best returns the errors where the validation error was lowest for the first time, as early stopping would report them, and whether there
// are any.
func (t *Trace) Best() (Errors, bool) { return Best(t.Errors) }

// Best returns the errors with the lowest validation error, the first of several, and whether there are any.
func Best(all []Errors) (best Errors, ok bool) {
	for i, e := range all {
		if i == 0 || e.Valid.Error < best.Valid.Error {
			best = e
		}
	}
	return best, len(all) > 0
}

// Last returns the errors at the end, and whether there are any: a training that diverged has none.
func (t *Trace) Last() (Errors, bool) {
	if len(t.Errors) == 0 || t.Diverged != nil {
		return Errors{}, false
	}
	return t.Errors[len(t.Errors)-1], true
}

// A GapError says which measurements of a request are missing.
type GapError struct {
	ID      string
	Reached int       // the last update with any record, -1 if there is no run
	Missing Recording // what is missing up to there, with the updates in At

	Last int       // of the request, or where the training diverged
	Rest Recording // what is missing after Reached, up to Last
}

// Beyond reports whether the request reaches beyond the last record.
func (e *GapError) Beyond() bool { return e.Last > e.Reached }

// After returns the updates after Reached at which something is missing, ascending.
func (e *GapError) After() []int {
	all := Schedule{}
	for _, s := range []Schedule{e.Rest.Layers, e.Rest.Errors, e.Rest.Jacobians} {
		for u := range s.Updates(e.Last) {
			if u > e.Reached {
				all = all.With(u)
			}
		}
	}
	return all.At
}

// At returns what is missing at an update, as a recording.
func (e *GapError) At(update int) Recording {
	if update > e.Reached {
		return e.Rest
	}
	return e.Missing
}

// Error counts what is missing.
func (e *GapError) Error() string {
	var words []string
	for _, m := range []struct {
		what string
		at   []int
	}{
		{"layer statistics", e.Missing.Layers.At}, {"errors", e.Missing.Errors.At}, {"Jacobians", e.Missing.Jacobians.At},
	} {
		if len(m.at) > 0 {
			words = append(words, fmt.Sprintf("%s at %d updates, first at %d", m.what, len(m.at), m.at[0]))
		}
	}
	if e.Beyond() {
		words = append(words, fmt.Sprintf("everything after that up to %d", e.Last))
	}
	return fmt.Sprintf("run %s, known up to update %d, lacks %s", e.ID, e.Reached, strings.Join(words, "; "))
}

// Updates returns the updates up to Reached at which something is missing, ascending.
func (e *GapError) Updates() []int {
	m := e.Missing
	return m.Layers.With(m.Errors.At...).With(m.Jacobians.At...).At
}

// Trace answers a request for the history's trajectory, or says in a [*GapError] what is missing. It does not check that the request
// is for this trajectory.
func (h *History) Trace(c Config) (*Trace, error) {
	t := &Trace{ID: h.Manifest.ID, Config: c, Pretrained: h.Pretrained}
	a := answer{h: h, t: t, want: c.Recording().Ending(c.Train.Updates), last: c.Train.Updates}
	if h.Diverged != nil && h.Diverged.Update <= c.Train.Updates {
		t.Diverged, a.last = h.Diverged, h.Diverged.Update
	}
	a.tests = h.tests(a.want.Images)
	if t.Stopped = a.stop(c.Train.Patience); t.Stopped != nil {
		a.last = t.Stopped.Update
	}
	a.known = min(a.last, h.Reached)
	a.layers()
	a.errors()
	a.spectra()
	a.digests()
	if a.gaps || a.last > h.Reached {
		a.lacks.Histograms, a.lacks.Examples, a.lacks.Images = a.want.Histograms, a.want.Examples, a.want.Images
		a.lacks.Gradients, a.lacks.Wrong = a.want.Gradients, a.want.Wrong
		a.lacks.Measures, a.lacks.Confusion = a.want.Measures, a.want.Confusion
		return nil, &GapError{ID: t.ID, Reached: h.Reached, Missing: a.lacks, Last: a.last, Rest: a.want}
	}
	return t, nil
}

// answer is a Trace being made.
type answer struct {
	h     *History
	t     *Trace
	want  Recording
	last  int            // after which nothing is known and nothing can be measured
	known int            // the last update up to it with any record
	tests map[int]Errors // the known ones on the requested images, by update
	lacks Recording
	gaps  bool
}

// stop returns where the requested tests end the training, or nil if they do not, or if a test before that is not known.
func (a *answer) stop(patience int) *Stop {
	s := Stopping{Patience: patience}
	for u := range a.want.Errors.Updates(min(a.last-1, a.h.Reached)) {
		e, ok := a.tests[u]
		if !ok {
			return nil
		}
		if s.Test(u, e.Valid.Error); s.Stop != nil {
			return s.Stop
		}
	}
	return nil
}

// tests returns the known errors on the first images of both sets, by update; 0 means all images.
func (h *History) tests(images int) map[int]Errors {
	var known []Score
	for _, s := range h.Scores {
		if s.Examples == tested(s.Event, h.Manifest.Data, images) {
			known = append(known, s)
		}
	}
	at := map[int]Errors{}
	for _, e := range PairErrors(known) {
		at[e.Update] = e
	}
	return at
}

// gap notes that something is missing at an update. Where a training diverges some of its records may never be made.
func (a *answer) gap(s *Schedule, u int) {
	if a.t.Diverged != nil && u >= a.t.Diverged.Update {
		return
	}
	if i, found := slices.BinarySearch(s.At, u); !found {
		s.At = slices.Insert(s.At, i, u) // at the end but for one
	}
	a.gaps = true
}

func (a *answer) layers() {
	known := map[int]LayersRecord{}
	for _, r := range a.h.Layers {
		if r.Examples == a.want.Examples {
			known[r.Update] = r
		}
	}
	for u := range a.want.Layers.Updates(a.known) {
		r, ok := known[u]
		histograms := a.want.Histograms.Due(u)
		if !ok || histograms && !hasHistograms(r) || a.want.Gradients && !r.HasGradients() || !r.hasMeasures(a.want.Measures) {
			a.gap(&a.lacks.Layers, u)
			continue
		}
		a.t.Snapshots = append(a.t.Snapshots, only(r.Layers, a.want.Gradients, histograms, a.want.Measures))
	}
}

func hasHistograms(r LayersRecord) bool {
	return len(r.Layers.Layers) == 0 || r.Layers.Layers[0].Z == nil || len(r.Layers.Layers[0].Z.Histogram.Counts) > 0
}

// HasGradients reports whether the snapshot has the gradients' statistics.
func (r LayersRecord) HasGradients() bool {
	return len(r.Layers.Layers) == 0 || r.Layers.Layers[0].DS != nil
}

// hasMeasures reports whether the snapshot has some measures. The first layer has all that a snapshot has.
func (r LayersRecord) hasMeasures(names []string) bool {
	return len(r.Layers.Layers) == 0 || !slices.ContainsFunc(names, func(name string) bool {
		_, ok := r.Layers.Layers[0].Measures[name]
		return !ok
	})
}

// Measures returns the names of the measures that the snapshot has.
func (r LayersRecord) Measures() []string {
	if len(r.Layers.Layers) == 0 {
		return nil
	}
	return slices.Sorted(maps.Keys(r.Layers.Layers[0].Measures))
}

// only returns a snapshot with what was asked for.
func only(l train.Layers, gradients, histograms bool, measures []string) train.Layers {
	l.Layers = slices.Clone(l.Layers)
	for i := range l.Layers {
		l.Layers[i] = l.Layers[i].Only(gradients, histograms, measures)
	}
	return l
}

func (a *answer) errors() {
	for u := range a.want.Errors.Updates(a.known) {
		if e, ok := a.tests[u]; ok && (!a.want.Confusion || e.Test.Confusion != nil && e.Valid.Confusion != nil) {
			a.t.Errors = append(a.t.Errors, e)
		} else {
			a.gap(&a.lacks.Errors, u)
		}
	}
	best, ok := Best(a.t.Errors)
	if ok && a.want.Wrong && best.Test.Wrong == nil {
		a.gap(&a.lacks.Errors, best.Update)
	}
	for i := range a.t.Errors {
		e := &a.t.Errors[i]
		if !a.want.Wrong || e.Update != best.Update {
			e.Test.Wrong = nil
		}
		if !a.want.Confusion {
			e.Valid.Confusion, e.Test.Confusion = nil, nil
		}
	}
}

// tested returns the number of images of a set that are tested if at most n are requested; 0 means all.
func tested(event string, data Images, first int) int {
	all := data.Test
	if event == ValidEvent {
		all = data.Valid
	}
	if first > 0 {
		return min(first, all)
	}
	return all
}

// PairErrors returns the errors of those updates at which both sets were tested, ascending. If a set was tested several times after the same updates,
// the first test that says which images are wrong counts, otherwise the first.
func PairErrors(scores []Score) []Errors {
	both := map[int]*Errors{}
	for _, s := range scores {
		e := both[s.Update]
		if e == nil {
			e = &Errors{Update: s.Update}
			both[s.Update] = e
		}
		of := &e.Test
		if s.Event == ValidEvent {
			of = &e.Valid
		}
		if of.Event == "" || of.Wrong == nil && s.Wrong != nil {
			*of = s
		}
	}
	var list []Errors
	for _, e := range both {
		if e.Valid.Event != "" && e.Test.Event != "" {
			list = append(list, *e)
		}
	}
	slices.SortFunc(list, func(a, b Errors) int { return a.Update - b.Update })
	return list
}

func (a *answer) spectra() {
	for u := range a.want.Jacobians.Updates(a.known) {
		i := slices.IndexFunc(a.h.Spectra, func(s Spectrum) bool { return s.Update == u })
		if i < 0 {
			a.gap(&a.lacks.Jacobians, u)
			continue
		}
		a.t.Spectra = append(a.t.Spectra, a.h.Spectra[i])
	}
}

// A trace has the digests that are known. Digests are checks, not results: none is reported as missing.
func (a *answer) digests() {
	for _, d := range a.h.Digests {
		if a.want.Digests.Due(d.Update) && d.Update <= a.last {
			a.t.Digests = append(a.t.Digests, d)
		}
	}
}
