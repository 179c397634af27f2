package lab

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"time"

	"glorot/experiments/paper/printed"
	"glorot/experiments/run"
	"glorot/experiments/run/query"
	"glorot/experiments/runner"
	"glorot/experiments/train"
)

// begins are the settings with which the bench begins: a network that is small enough to learn while somebody watches.
var begins = []string{
	"model.hidden=[300, 300, 300, 300, 300]", "train.rate=0.03", "train.updates=10000", "observe.every=100", "observe.images=1000",
	"observe.errors=200", "checkpoint.every=2000", "observe.wrong=false",
}

// Bench is what the page needs to declare networks.
type Bench struct {
	Dir      string    `json:"dir"`
	Controls []Control `json:"controls"`
	Begins   []string  `json:"begins"`
	Measures []Measure `json:"measures"`
	Ignored  []string  `json:"ignored"` // keys that do not tell groups of runs apart
}

// Measure says how the page shows a measure of layers that a run has recorded.
type Measure struct {
	Name    string `json:"name"`
	Title   string `json:"title"`
	Formula string `json:"formula"`
	Share   bool   `json:"share"`
	Log     bool   `json:"log"`
}

func (l *Lab) benchControls() Bench { return Bench{l.dir, Controls(), begins, measures(), ignored()} }

func ignored() []string {
	return slices.DeleteFunc(query.ConfigKeys(), func(key string) bool { return !query.IsIgnored(key) })
}

func measures() (list []Measure) {
	for _, m := range train.Measures() {
		if m.OfClasses() == nil {
			list = append(list, Measure{m.Name, m.Title, m.Formula, m.Share, m.Log})
		}
	}
	return list
}

func configuration(set []string) (run.Config, error) { return run.Load("", set, runner.Allowed()) }

// Initial is the network of a configuration before any training.
type Initial struct {
	Name     string          `json:"name"` // of a run of it
	Layers   json.RawMessage `json:"record"`
	Examples int             `json:"examples"` // on which it is measured
	Spectrum *run.Spectrum   `json:"spectrum,omitempty"`
	Paper    *Paper          `json:"paper,omitempty"`
	Millis   float64         `json:"ms"`
}

// Paper holds what Figures 6 and 7 of the paper show of the same network, layer by layer.
type Paper struct {
	Z  PaperDensity `json:"z"`
	DS PaperDensity `json:"dcost_ds"`
}

// PaperDensity holds the peaks and the standard deviations of densities.
type PaperDensity struct {
	Peak []float64 `json:"peak"`
	Std  []float64 `json:"std"`
}

// initial measures a network with its initial weights. One request is served at a time; a browser that moves a slider cancels the one before.
func (l *Lab) initial(r *http.Request) (any, error) {
	c, err := configuration(sets(r))
	if err != nil {
		return nil, err
	}
	if c.Observe.Examples > 1000 {
		return nil, refuse(http.StatusBadRequest, "observe.examples: got %d, allowed on the bench: at most 1000", c.Observe.Examples)
	}
	c.Threads = 1 // several threads would wait for each other while trainings run
	select {
	case l.bench <- struct{}{}:
		defer func() { <-l.bench }()
	case <-r.Context().Done():
		return nil, context.Cause(r.Context())
	}
	begin := time.Now()
	layers, spectrum, err := l.runner.Initial(r.Context(), c, r.URL.Query().Get("jacobians") != "")
	if err != nil {
		return nil, err
	}
	line, err := run.Encode(layers)
	if err != nil {
		return nil, err
	}
	record, err := compact(line)
	return Initial{c.Name(), record, c.Observe.Examples, spectrum, paperOf(c), float64(time.Since(begin).Microseconds()) / 1000}, err
}

// paperOf returns what the paper shows of a network, or nil if it is not one of those in Figures 6 and 7: nothing but the seeds and the initialisation may
// differ from the paper's network, its inputs and how it is measured.
func paperOf(c run.Config) *Paper {
	paper := run.Default() // its network is the paper's
	init := c.Model.Init
	c.Model.Init, c.Data.Seed = paper.Model.Init, paper.Data.Seed
	if !reflect.DeepEqual(c.Model, paper.Model) || c.Data != paper.Data || c.Train.LabelSmoothing != 0 || c.Observe.Examples != paper.Observe.Examples {
		return nil
	}
	of := func(d printed.Densities) PaperDensity {
		if init == "standard" {
			return PaperDensity{d.Standard.Peak, d.Standard.Std}
		}
		return PaperDensity{d.Normalized.Peak, d.Normalized.Std}
	}
	switch init {
	case "standard", "normalized", "figure":
		return &Paper{of(printed.Figure6), of(printed.Figure7)}
	}
	return nil
}
