// Package show says what a run is, how it went, and what is unusual about its layers.
package show

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"glorot/experiments/live"
	"glorot/experiments/run"
	"glorot/experiments/train"
	"glorot/experiments/wording"
)

// A Summary describes a run up to an update.
type Summary struct {
	Run      string `json:"run"`
	ID       string `json:"id"`
	Status   string `json:"status"`
	Reason   string `json:"reason,omitempty"`
	Network  string `json:"network"`
	Data     string `json:"data"`
	Training string `json:"training"`
	Update   int    `json:"update"`  // up to which it is described
	Reached  int    `json:"reached"` // the last update with records
	Updates  int    `json:"updates"`
	Resumes  *int   `json:"resumes,omitempty"` // the update from which a run that did not end continues

	Layers []string    `json:"layers,omitempty"` // their names, in a run of another program
	First  *run.Tested `json:"first"`            // errors at the first test, nil without a test
	Best   *run.Tested `json:"best"`             // and where the validation error was lowest
	Last   *run.Tested `json:"last"`
	Begin  *Snapshot   `json:"begin"` // the first snapshot of the layers, nil without any
	Now    *Snapshot   `json:"now"`
	Faults []Fault     `json:"unusual"`

	Confusion *Confusion `json:"confusion,omitempty"` // nil if no confusion matrix was recorded

	names  []string   // of the layers in tables
	curve  []float64  // errors, of what course says
	course string     // "validation", see live.Follower.Course
	train  live.Curve // of a run that another program recorded without tests
}

// A Snapshot has quantities of all layers after an update.
type Snapshot struct {
	Update int                   `json:"update"`
	Layers []map[string]*float64 `json:"layers"` // by the names of Quantities; null is not finite, or not recorded here
}

// A Confusion has the confusion matrix of the test images after an update.
type Confusion struct {
	Update int             `json:"update"`
	Matrix train.Confusion `json:"matrix"` // how often an image of each class (row) got each prediction (column)
}

// New describes a run, up to an update or, if at is negative, as far as it has come. There is an error if at is beyond that.
func New(f *live.Follower, at int) (*Summary, error) {
	h := f.Head
	if at > h.Update {
		return nil, &run.UsageError{Place: run.Place{File: h.Path}, Problem: fmt.Sprintf("--at %d: its records end after %d updates", at, h.Update)}
	}
	if at < 0 {
		at = h.Update
	}
	s := &Summary{
		Run: h.Path, ID: h.ID, Status: h.Status, Reason: h.Reason, Update: at, Reached: h.Update, Updates: h.Updates, Resumes: h.Resumes,
		Network: Network(f.Config), Data: Data(f.Config), Training: Training(f.Config),
	}
	s.names = LayerNames(&f.Layers)
	if f.Config.Recorded != nil {
		s.Layers = s.names
	}
	s.addErrors(f, at)
	if i := f.Layers.Before(at); i >= 0 {
		s.Begin, s.Now = snapshot(&f.Layers, 0), snapshot(&f.Layers, i)
	}
	s.Faults = Faults(f, at)
	m, update, err := f.Test.Confusion(at)
	if err != nil {
		return nil, err
	}
	if m != nil {
		s.Confusion = &Confusion{update, m}
	}
	return s, nil
}

// addErrors adds the errors of the updates at which both sets were tested.
func (s *Summary) addErrors(f *live.Follower, at int) {
	c, of := f.Course()
	n, found := slices.BinarySearch(c.Updates, at)
	if found {
		n++
	}
	s.course, s.curve = of, slices.DeleteFunc(slices.Clone(c.Error[:n]), math.IsNaN)
	if of == "training" {
		s.train = live.Curve{Updates: c.Updates[:n], Error: c.Error[:n], NLL: c.NLL[:n]}
	}
	test := map[int]float64{}
	for i, u := range f.Test.Updates {
		test[u] = f.Test.Error[i]
	}
	for i, u := range f.Valid.Updates {
		if u > at {
			break
		}
		t, ok := test[u]
		if !ok || math.IsNaN(t+f.Valid.Error[i]) { // another program may record the costs alone
			continue
		}
		e := &run.Tested{Update: u, ValidError: f.Valid.Error[i], TestError: t}
		if s.First == nil {
			s.First = e
		}
		if s.Best == nil || e.ValidError < s.Best.ValidError {
			s.Best = e
		}
		s.Last = e
	}
}

func snapshot(l *live.Layers, i int) *Snapshot {
	s := &Snapshot{Update: l.Updates[i], Layers: make([]map[string]*float64, l.Depth)}
	for layer := range s.Layers {
		s.Layers[layer] = map[string]*float64{}
		for _, q := range Of(l) {
			if l.Column(layer+1, q.Name) == nil {
				continue
			}
			s.Layers[layer][q.Name] = nil
			if v := l.Value(i, layer+1, q.Name); !math.IsNaN(v) && !math.IsInf(v, 0) {
				s.Layers[layer][q.Name] = &v
			}
		}
	}
	return s
}

// A Quantity is a number of each layer that people compare.
type Quantity struct {
	Name  string // as live.Layers has it
	Title string
	Label string // of an axis
	Share bool   // from 0 to 1
	Log   bool   // it spans orders of magnitude
}

// Quantities lists what a table of layers has, as far as it is recorded.
func Quantities() []Quantity {
	list := []Quantity{
		{Name: "z/std", Title: "std z", Label: "std of activations z"},
		{Name: "s/std", Title: "std s", Label: "std of pre-activations s"},
		{Name: "z/flat", Title: "saturated", Share: true},
		{Name: "dcost_ds/std", Title: "std dCost/ds", Label: "std of dCost/ds", Log: true},
		{Name: "dcost_dw/std", Title: "std dCost/dW", Label: "std of dCost/dW", Log: true},
	}
	for _, m := range train.Measures() {
		if m.OfClasses() == nil {
			list = append(list, Quantity{Name: m.Name, Title: m.Title, Label: m.Title, Share: m.Share, Log: m.Log})
		}
	}
	return list
}

// Of lists the quantities that a run has.
func Of(l *live.Layers) (list []Quantity) {
	for _, q := range Quantities() {
		if l.Has(q.Name) && !(q.Name == "s/std" && l.Has("z/std")) { // where there are activations, pre-activations are of the last layers only
			list = append(list, q)
		}
	}
	return list
}

// LayerNames returns the names of the layers: those that a recorded run gives them, otherwise 1, 2, … and output.
func LayerNames(l *live.Layers) []string {
	names := make([]string, l.Depth)
	named := false
	for i := range names {
		if names[i] = l.Name(i + 1); names[i] == "" {
			names[i] = fmt.Sprint(i + 1)
		} else {
			named = true
		}
	}
	if l.Depth > 0 && !named {
		names[l.Depth-1] = "output"
	}
	return names
}

// Short shortens the name of a layer to some columns, by leaving out its beginning, in which the names of layers are alike.
func Short(name string, columns int) string {
	if r := []rune(name); len(r) > columns {
		return "…" + string(r[len(r)-columns+1:])
	}
	return name
}

// About describes the network, the data and the training in a line.
func About(c run.Config) string {
	words := slices.DeleteFunc([]string{Network(c), Data(c), Training(c)}, func(s string) bool { return s == "" })
	return strings.Join(words, "; ")
}

// Network describes the network of a configuration.
func Network(c run.Config) string {
	if c.Recorded != nil {
		return c.Recorded.Network
	}
	widths := strings.Trim(strings.ReplaceAll(fmt.Sprint(c.Model.Hidden), " ", ", "), "[]")
	if slices.Max(c.Model.Hidden) == slices.Min(c.Model.Hidden) {
		widths = fmt.Sprint(c.Model.Hidden[0])
	}
	begun := c.Model.Init + " initialisation"
	if c.Model.From != "" {
		begun = "weights of " + filepath.Base(c.Model.From)
	}
	return fmt.Sprintf("%s of %s units, %s, %s, cost %s", wording.Plural(len(c.Model.Hidden), "hidden layer"), widths, c.Model.Activation, begun, c.Model.Cost)
}

// Data describes the data of a configuration.
func Data(c run.Config) string {
	if c.Recorded != nil {
		return c.Recorded.Data
	}
	return fmt.Sprintf("%s, inputs from %g to %g", c.Data.Name, c.Data.Low, c.Data.High)
}

// Training describes the training of a configuration.
func Training(c run.Config) string {
	if c.Recorded != nil {
		return strings.TrimSuffix(c.Recorded.Program+": "+c.Recorded.Training(), ": ")
	}
	text := fmt.Sprintf("%s with rate %g, mini-batches of %d, seed %d", c.Train.Optimizer, c.Train.Rate, c.Train.Batch, c.Seed)
	if c.Pretrain.Updates > 0 {
		text += fmt.Sprintf(", pre-trained for %d updates per layer", c.Pretrain.Updates)
	}
	return text
}
