// Package show says what a run is, how it went, and what is unusual about its layers.
package show

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"glorot/experiments/live"
	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/train"
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
	Update   int    `json:"update"` // up to which it is described
	Updates  int    `json:"updates"`

	First  *run.Tested `json:"first"` // errors at the first test, nil without a test
	Best   *run.Tested `json:"best"`  // and where the validation error was lowest
	Last   *run.Tested `json:"last"`
	Begin  *Snapshot   `json:"begin"` // the first snapshot of the layers, nil without any
	Now    *Snapshot   `json:"now"`
	Faults []Fault     `json:"unusual"`

	curve []float64 // validation errors
}

// A Snapshot has quantities of all layers after an update.
type Snapshot struct {
	Update int                   `json:"update"`
	Layers []map[string]*float64 `json:"layers"` // by the names of Quantities; null is not finite
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
		Run: h.Path, ID: h.ID, Status: h.Status, Reason: h.Reason, Update: at, Updates: h.Updates,
		Network: Network(f.Config), Data: Data(f.Config), Training: Training(f.Config),
	}
	s.addErrors(f, at)
	if i := f.Layers.Before(at); i >= 0 {
		s.Begin, s.Now = snapshot(&f.Layers, 0), snapshot(&f.Layers, i)
	}
	s.Faults = Faults(f, at)
	return s, nil
}

// addErrors adds the errors of the updates at which both sets were tested.
func (s *Summary) addErrors(f *live.Follower, at int) {
	test := map[int]float64{}
	for i, u := range f.Test.Updates {
		test[u] = f.Test.Error[i]
	}
	for i, u := range f.Valid.Updates {
		if u > at {
			break
		}
		s.curve = append(s.curve, f.Valid.Error[i])
		t, ok := test[u]
		if !ok {
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
		if l.Has(q.Name) {
			list = append(list, q)
		}
	}
	return list
}

// LayerNames names the layers: 1, 2, … and the output.
func LayerNames(depth int) []string {
	names := make([]string, depth)
	for i := range names {
		names[i] = fmt.Sprint(i + 1)
	}
	if depth > 0 {
		names[depth-1] = "output"
	}
	return names
}

// Network describes the network of a configuration.
func Network(c run.Config) string {
	widths := strings.Trim(strings.ReplaceAll(fmt.Sprint(c.Model.Hidden), " ", ", "), "[]")
	if slices.Max(c.Model.Hidden) == slices.Min(c.Model.Hidden) {
		widths = fmt.Sprint(c.Model.Hidden[0])
	}
	return fmt.Sprintf("%s of %s units, %s, %s initialisation, cost %s",
		report.Plural(len(c.Model.Hidden), "hidden layer"), widths, c.Model.Activation, c.Model.Init, c.Model.Cost)
}

// Data describes the data of a configuration.
func Data(c run.Config) string {
	return fmt.Sprintf("%s, inputs from %g to %g", c.Data.Name, c.Data.Low, c.Data.High)
}

// Training describes the training of a configuration.
func Training(c run.Config) string {
	text := fmt.Sprintf("%s with rate %g, mini-batches of %d, seed %d", c.Train.Optimizer, c.Train.Rate, c.Train.Batch, c.Seed)
	if c.Pretrain.Updates > 0 {
		text += fmt.Sprintf(", pre-trained for %d updates per layer", c.Pretrain.Updates)
	}
	return text
}
