package setup

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"glorot/experiments/dataset"
	"glorot/experiments/run"
	"glorot/experiments/search"
	"glorot/experiments/svm"
	"glorot/experiments/train"
)

// A Scale says how much of the paper is run.
type Scale struct {
	Name    string
	Drawn   bool // nothing is trained: the kept trainings are drawn, each at its own length
	Width   int  // mean units of the hidden layers; the paper's is 1000
	Seeds   int  // networks initialised for the figures and claims about initialisation
	Updates int  // of each network that learns Shapeset
	Stored  int  // of each network that learns a stored data set, unless Passes says so
	Passes  int  // over each stored data set; 0 means Stored updates
	Short   int  // passes over each stored data set of the search's second rung; 0 means a fifth of the updates
	Trained int  // seeds of each trained network
	Search  bool // the rate and the input scale are searched for; if not, they are those of the kept search
	Side    bool // networks that only the text compares are trained as well
	Observe int  // updates between two snapshots of a network that learns Shapeset
	Test    int  // updates between two tests of it; 0 means that there is only one, at the end
	SVM     int  // images that the text's support vector machine is trained on; 0 means there is none
	Images  int  // of the validation and the test set that tests take; 0 means all
}

// Length returns how long a network learns a data set of that many training images; 0 images are endless.
func (s Scale) Length(images int) int {
	switch {
	case images == 0:
		return s.Updates
	case s.Passes > 0:
		return max(1, s.Passes*images/Batch)
	}
	return s.Stored
}

// SearchLength returns how long the search of a kept result trained each candidate on a data set of that many training images.
func (s Scale) SearchLength(images int) int {
	switch {
	case images > 0 && s.Short > 0:
		return max(1, s.Short*images/Batch)
	case s.Drawn:
		return KeptSearchUpdates
	}
	return fifth(s.Length(images))
}

// fifth is the length of the trainings of a kept search: a fifth of the whole.
func fifth(updates int) int { return max(1, updates/5) }

// Rungs returns the rungs of the search on a data set of that many training images. All candidates have about a twentieth of the training, the best
// two rates of each input scale a fifth, and the best of each the whole training, where the last choice falls. No input scale is dropped earlier:
// tanh in [-1, 1] is near chance for long and may be the best in the end. The lengths are times at which long trainings are tested.
func (s Scale) Rungs(images int) []search.Rung {
	updates := s.Length(images)
	var rungs []search.Rung
	for _, r := range []search.Rung{
		{Updates: chained(float64(s.SearchLength(images)) / 4)}, {Updates: chained(float64(s.SearchLength(images))), Keep: 2}, {Updates: updates, Keep: 1},
	} {
		if r.Updates = min(r.Updates, updates); len(rungs) > 0 && r.Updates == rungs[len(rungs)-1].Updates {
			rungs = rungs[:len(rungs)-1] // the training is too short for both
		}
		rungs = append(rungs, r)
	}
	return rungs
}

// Whole returns what is recorded of a training, given the length of a whole one. It is the same for the trainings of a search, so that whole
// trainings extend them. Jacobians are decomposed only for the first seed.
func (s Scale) Whole(sub Subject, updates int, first bool) run.Observe {
	every := func(n int) int { // as often as on Shapeset
		if n == 0 || s.Updates == 0 {
			return 0
		}
		return chained(float64(n) * float64(updates) / float64(s.Updates))
	}
	o := run.Observe{
		Examples: Examples, Images: s.Images, Layers: &run.Schedule{Every: every(s.Observe)}, Histograms: &run.Schedule{At: []int{0}},
		Errors: tests(every(s.Test)), Wrong: true,
	}
	if sub.Data == dataset.ShapesetName {
		o.Gradients = true
		if first {
			o.Jacobians = run.Schedule{At: jacobianTimes(updates)}
		}
	}
	return o
}

// tests returns a schedule of tests that many updates apart; 0 means only at the end.
func tests(every int) *run.Schedule {
	if every == 0 {
		return &run.Schedule{}
	}
	return &run.Schedule{Every: every, From: 1}
}

// chained returns the divisor or the multiple of an epoch that is nearest to x, so that trainings of all lengths share what is recorded.
func chained(x float64) int {
	if x >= train.Epoch {
		return int(math.Round(x/train.Epoch)) * train.Epoch
	}
	nearest := 1
	for d := 1; d <= train.Epoch; d++ {
		if train.Epoch%d == 0 && math.Abs(math.Log(float64(d)/x)) < math.Abs(math.Log(float64(nearest)/x)) {
			nearest = d
		}
	}
	return nearest
}

// jacobianTimes returns the times before, early in, and at the end of a training.
func jacobianTimes(updates int) []int {
	var times []int
	for _, u := range []int{0, chained(float64(updates) / 16), chained(float64(updates) / 4), updates} {
		if u <= updates && (len(times) == 0 || u > times[len(times)-1]) {
			times = append(times, u)
		}
	}
	return times
}

// AtEnd returns what is read of a training of the search: the errors at its end.
func (s Scale) AtEnd() run.Observe {
	return run.Observe{Examples: Examples, Images: s.Images, Layers: &run.Schedule{}, Histograms: &run.Schedule{}, Errors: &run.Schedule{}}
}

// Compared returns what is recorded of a training that only the text compares; for pre-trained networks that includes the activations. A test takes
// as long as 500 updates.
func (s Scale) Compared(sub Subject, updates int) run.Observe {
	every := func(parts int) int { return chained(float64(max(updates/parts, min(updates, 500)))) }
	o := s.AtEnd()
	o.Errors, o.Wrong = tests(every(25)), true
	if sub.Method == PreTrained {
		o.Errors, o.Layers, o.Histograms = tests(every(125)), &run.Schedule{Every: chained(max(1, float64(updates)/125))}, &run.Schedule{At: []int{0}}
	}
	return o
}

// Validate reports the first number out of its limits.
func (s Scale) Validate() error {
	for _, n := range []struct {
		name         string
		value, least int
	}{
		{"width", s.Width, 1}, {"seeds", s.Seeds, 1}, {"seeds of trained networks", s.Trained, 1}, {"updates", s.Updates, 0},
		{"updates on stored data", s.Stored, 0}, {"passes", s.Passes, 0}, {"passes of the search", s.Short, 0},
		{"updates between two snapshots", s.Observe, 1}, {"updates between two tests", s.Test, 0}, {"images of tests", s.Images, 0},
	} {
		if n.value < n.least {
			return fmt.Errorf("scale %q: %s is %d; want at least %d", s.Name, n.name, n.value, n.least)
		}
	}
	return nil
}

// The size of the mini-batches, and the number of fixed test examples whose layer statistics are measured. Both are the paper's (sections 2.1 and 3).
const (
	Batch    = 10
	Examples = 300
)

// PaperUpdates is the length of the curves of Figure 11: 2.5e7 examples.
const PaperUpdates = 125 * train.Epoch

// Scales returns the named scales: kept, the default, draws the trainings that the program carries; smoke takes seconds and runs every code path;
// quick takes minutes; paper is as long as the paper's Figures 11 and 12 (2.5e7 examples), which takes hours for each network.
func Scales() []Scale {
	return []Scale{
		{Name: "kept", Drawn: true, Width: KeptWidth, Seeds: 5, Updates: PaperUpdates, Stored: PaperUpdates, Passes: 20, Short: 1, Trained: 1, Search: true, Side: true, Observe: train.Epoch, Test: train.Epoch},
		{Name: "smoke", Width: 1000, Seeds: 1, Updates: 50, Stored: 50, Trained: 1, Search: true, Side: true, Observe: 25, SVM: 300, Images: 200},
		{Name: "quick", Width: 1000, Seeds: 5, Updates: 8_000, Stored: 2_000, Trained: 1, Observe: 160, Test: 4_000},
		{Name: "paper", Width: 1000, Seeds: 5, Updates: PaperUpdates, Stored: PaperUpdates, Trained: 3, Search: true, Side: true, Observe: train.Epoch, Test: train.Epoch, SVM: svm.PaperImages},
	}
}

// ScaleByName returns the scale called name, or the scale with that number of updates if name is a number; otherwise an error that lists the
// names. A number of updates includes the search and the networks of the text, like paper.
func ScaleByName(name string) (Scale, error) {
	var names []string
	for _, s := range Scales() {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	if n, err := strconv.Atoi(name); err == nil && n > 0 {
		return Scale{
			Name: name, Width: 1000, Seeds: 5, Updates: n, Stored: n, Trained: 1, Search: true, Side: true,
			Observe: max(1, n/75), Test: max(1, n/30), SVM: min(svm.PaperImages, n/25),
		}, nil
	}
	return Scale{}, fmt.Errorf("unknown scale %q; want %s or a number of updates", name, strings.Join(names, ", "))
}

// KeptSearchUpdates is the length of the trainings of the kept search on Shapeset-3x2.
const KeptSearchUpdates = 3 * train.Epoch

// ExtendedUpdates is the length to which the candidates of the kept search that could still win were extended.
const ExtendedUpdates = 25 * train.Epoch

// KeptWidth is the width of the networks of the kept search, which is the paper's.
const KeptWidth = 1000
