package paper

import (
	"fmt"
	"strconv"
	"strings"

	"glorot/experiments/svm"
	"glorot/experiments/train"
	"glorot/experiments/trial"
)

// A Scale says how much of the paper is run.
type Scale struct {
	Name    string
	Width   int  // mean units of the hidden layers; the paper's is 1000
	Seeds   int  // networks initialised for the figures and claims about initialisation
	Updates int  // of each network that learns Shapeset
	Stored  int  // of each network that learns a stored data set, unless Passes says so
	Passes  int  // over each stored data set; 0 means Stored updates
	Short   int  // passes over each stored data set of each training of the search; 0 means a fifth of the updates
	Trained int  // seeds of each trained network
	Search  bool // the rate and the input scale are searched for, at a fifth of the updates; if not, they are those of found
	Side    bool // networks that only the text compares are trained as well
	Observe int  // updates between two looks at a network that learns Shapeset
	Test    int  // updates between two tests of it; 0 means only at the end
	SVM     int  // images that the text's support vector machine is trained on; 0 means there is none
	Images  int  // of the validation and the test set that tests take; 0 means all
}

// Epochs, passes: what a training of one subject does.

// updates returns how long a network learns a data set of that many training images; 0 images are endless.
func (s Scale) updates(images int) int {
	switch {
	case images == 0:
		return s.Updates
	case s.Passes > 0:
		return max(1, s.Passes*images/Batch)
	}
	return s.Stored
}

// searched returns how long each training of the search learns a data set of that many training images.
func (s Scale) searched(images int) int {
	if images > 0 && s.Short > 0 {
		return max(1, s.Short*images/Batch)
	}
	return fifth(s.updates(images))
}

// fifth is the length of the search's trainings.
func fifth(updates int) int { return max(1, updates/5) }

// watch says what is looked at in a whole training; the Jacobians only in the first seed's.
func (s Scale) watch(sub Subject, updates int, first bool) trial.Watch {
	every := func(n int) int { // as often as on Shapeset
		if n == 0 || s.Updates == 0 {
			return 0
		}
		return max(1, int(float64(n)*float64(updates)/float64(s.Updates)))
	}
	w := trial.Watch{Every: every(s.Observe), Examples: Examples, Test: every(s.Test), Images: s.Images}
	if sub.Data == trial.Shapeset {
		w.Gradients = true
		if first {
			w.Jacobians = jacobianTimes(updates)
		}
	}
	return w
}

// jacobianTimes are before, early in, and after a training.
func jacobianTimes(updates int) []int {
	var times []int
	for _, u := range []int{0, updates / 16, updates / 4, updates} {
		if len(times) == 0 || u > times[len(times)-1] {
			times = append(times, u)
		}
	}
	return times
}

// search says what is looked at in a training of the search. A test takes as long as 500 updates: short trainings are tested at
// their ends alone.
func (s Scale) search(updates int) trial.Watch {
	return trial.Watch{Test: max(updates/6, min(updates, 5_000)), Images: s.Images}
}

// compare says what is looked at in a training that only the text compares: of pre-trained networks also the activations.
func (s Scale) compare(sub Subject, updates int) trial.Watch {
	every := func(parts int) int { return max(updates/parts, min(updates, 500)) } // a test takes as long as 500 updates
	w := trial.Watch{Test: every(25), Images: s.Images}
	if sub.Method == PreTrained {
		w.Test, w.Every, w.Examples = every(125), max(1, updates/125), Examples
	}
	return w
}

// validate reports the first number out of its limits.
func (s Scale) validate() error {
	for _, n := range []struct {
		name         string
		value, least int
	}{
		{"width", s.Width, 1}, {"seeds", s.Seeds, 1}, {"seeds of trained networks", s.Trained, 1}, {"updates", s.Updates, 0},
		{"updates on stored data", s.Stored, 0}, {"passes", s.Passes, 0}, {"passes of the search", s.Short, 0},
		{"updates between two looks", s.Observe, 1}, {"updates between two tests", s.Test, 0}, {"images of tests", s.Images, 0},
	} {
		if n.value < n.least {
			return fmt.Errorf("scale %q: %s is %d; want at least %d", s.Name, n.name, n.value, n.least)
		}
	}
	return nil
}

// The batch with which networks are trained, and the examples that are looked at: mini-batches of 10 and 300 fixed test
// examples are the paper's (sections 2.1 and 3).
const (
	Batch    = 10
	Examples = 300
)

// paperUpdates is the length of the curves of Figure 11: 2.5e7 examples.
const paperUpdates = 125 * train.Epoch

// Scales returns the named scales: smoke takes seconds and touches everything; quick, the default, takes minutes; paper is as long
// as the paper's Figures 11 and 12 (2.5e7 examples), hours for each network.
func Scales() []Scale {
	return []Scale{
		{Name: "smoke", Width: 1000, Seeds: 1, Updates: 50, Stored: 50, Trained: 1, Search: true, Side: true, Observe: 25, SVM: 300, Images: 200},
		{Name: "quick", Width: 1000, Seeds: 5, Updates: 8_000, Stored: 2_000, Trained: 1, Observe: 160, Test: 4_000},
		{Name: "paper", Width: 1000, Seeds: 5, Updates: paperUpdates, Stored: paperUpdates, Trained: 3, Search: true, Side: true, Observe: train.Epoch, Test: 5_000, SVM: svm.PaperImages},
	}
}

// ScaleByName returns the scale called name, or if that is a number the scale of so many updates; or an error that lists the names
// there are. A number of updates has the search and the networks of the text, as paper has.
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
