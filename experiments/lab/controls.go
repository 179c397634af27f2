package lab

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"glorot/experiments/run"
	"glorot/experiments/runner"
)

// A Control is a slider, a list or a field for one key of the configuration. Controls are made from the keys, so that a key that is added to the
// configuration appears on the page.
type Control struct {
	Key     string   `json:"key"`
	Kind    string   `json:"kind"` // Choice, Slider, Widths or Text
	Meaning string   `json:"meaning"`
	Allowed string   `json:"allowed"`
	Default string   `json:"default"`
	Choices []string `json:"choices,omitempty"`

	// The range of a slider; other allowed values can be typed. A logarithmic slider may also have the value Zero, if 0 is allowed.
	Low     float64 `json:"low,omitempty"`
	High    float64 `json:"high,omitempty"`
	Integer bool    `json:"integer,omitempty"`
	Log     bool    `json:"log,omitempty"`

	// Network says that the control changes the initial network or its inputs; Past says that a fork cannot change it.
	Network bool `json:"network,omitempty"`
	Past    bool `json:"past,omitempty"`

	// Optimizers lists the optimizers that use the key; none means that all do.
	Optimizers []string `json:"optimizers,omitempty"`
}

// The kinds of controls.
const (
	Choice = "choice"
	Slider = "slider"
	Widths = "widths"
	Text   = "text"
)

// usual are the ranges of sliders that are narrower than what is allowed.
var usual = map[string][2]float64{
	"train.rate":       {1e-4, 10},
	"train.updates":    {100, 1e6},
	"train.batch":      {1, 1000},
	"pretrain.updates": {0, 1e5},
	"pretrain.rate":    {1e-5, 1},
	"data.low":         {-2, 0},
	"data.high":        {0.5, 2},
	"seed":             {1, 50},
	"observe.examples": {10, 1000},
	"observe.every":    {1, 1e5},
	"model.depth":      {1, 20},
	"model.width":      {10, 1000},
}

// hidden are the keys without a control: the laboratory decides on threads by itself.
var hidden = []string{"threads"}

// Controls lists the controls in the order of the configuration.
func Controls() []Control {
	allowed := runner.Allowed()
	var list []Control
	for _, k := range run.Keys(allowed) {
		if !slices.Contains(hidden, k.Name) {
			list = append(list, control(k, allowed))
		}
	}
	return list
}

func control(k run.Key, allowed run.Allowed) Control {
	c := Control{Key: k.Name, Kind: Text, Meaning: k.Meaning, Allowed: k.Allowed, Default: k.Default}
	section, _, _ := strings.Cut(k.Name, ".")
	c.Network = k.Identity && section != "train" && section != "pretrain"
	c.Past = !runner.MayFork(k.Name)
	if section == "train" && k.Name != "train.optimizer" {
		c.Optimizers = mentioned(k.Meaning)
	}
	may := func(value string) bool {
		d := run.Default()
		return d.Set(k.Name+"="+value, allowed) == nil
	}
	if c.Choices = choices(k, may); c.Choices != nil {
		c.Kind = Choice
		return c
	}
	kind := run.KindOf(k.Name)
	switch {
	case may("[7]"):
		if !may("[]") { // not a schedule
			c.Kind = Widths
		}
	case kind != run.Text:
		c.Kind = Slider
		c.Integer = kind != run.Number
		c.Low, c.High, c.Log = bounds(k, may)
	}
	return c
}

// choices returns the values of a key that allows only certain words, or nil.
func choices(k run.Key, may func(string) bool) []string {
	if may("no-such-name") {
		return nil
	}
	words := strings.FieldsFunc(strings.ReplaceAll(k.Allowed, " or ", ", "), func(r rune) bool { return r == ',' })
	for i := range words {
		words[i] = strings.TrimSpace(words[i])
		if !may(words[i]) {
			return nil
		}
	}
	return words
}

// bounds returns the range of a slider, and whether it is logarithmic: a share goes from 0 to nearly 1, a number that may be negative to twice
// its size, any other number over some orders of magnitude around its default.
func bounds(k run.Key, may func(string) bool) (low, high float64, log bool) {
	value, _ := strconv.ParseFloat(k.Default, 64)
	u, known := usual[k.Name]
	switch {
	case known:
		return u[0], u[1], u[0] > 0 && u[1]/u[0] > 50 || u[0] == 0 && u[1] > 50
	case !may("1") && may("0.5"):
		return 0, 0.99, false
	case may("-1"):
		size := max(1, 2*math.Abs(value))
		return -size, size, false
	case may("0") && value == 0:
		return 0, 1, false
	}
	low, high = value/1000, value*1000
	if !may("0.5") { // an integer
		low = 1
		if may("0") {
			low = 0
		}
	}
	return low, max(high, 10), true
}

// mentioned returns the optimizers that a text mentions.
func mentioned(text string) (list []string) {
	for _, name := range run.Optimizers() {
		if regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`).MatchString(text) {
			list = append(list, name)
		}
	}
	return list
}
