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
	"train.rate":         {1e-4, 10},
	"train.updates":      {100, 1e6},
	"train.batch":        {1, 1000},
	"train.weight_decay": {0, 0.1},
	"train.clip_norm":    {0, 10},
	"train.clip_value":   {0, 10},
	"train.warmup":       {0, 10000},
	"train.patience":     {0, 50},
	"model.gain":         {0.1, 10},
	"model.residual":     {0, 5},
	"pretrain.updates":   {0, 1e5},
	"pretrain.rate":      {1e-5, 1},
	"data.low":           {-2, 0},
	"data.high":          {0.5, 2},
	"seed":               {1, 50},
	"observe.examples":   {10, 1000},
	"observe.every":      {1, 1e5},
	"model.depth":        {1, 20},
	"model.width":        {10, 1000},
}

// hidden are the keys without a control: the laboratory decides on threads by itself, and the control of model.hidden has a depth and a width.
var hidden = []string{"threads", "model.depth", "model.width"}

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
	c.Past = !runner.MayFork(k)
	if section == "train" && k.Name != "train.optimizer" {
		c.Optimizers = mentioned(k.Meaning, allowed.Optimizers)
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
	case kind != run.Text && k.Default != "auto":
		c.Kind = Slider
		c.Integer = kind != run.Number
		c.Low, c.High, c.Log = bounds(k, may)
	}
	return c
}

// choices returns the words that a key allows, or nil if it allows any word, or only one.
func choices(k run.Key, may func(string) bool) []string {
	if may("no-such-name") {
		return nil
	}
	text, _, _ := strings.Cut(k.Allowed, ";") // after which lists of them may be allowed
	words := strings.FieldsFunc(strings.ReplaceAll(text, " or ", ", "), func(r rune) bool { return r == ',' })
	for i := range words {
		words[i] = strings.TrimSpace(words[i])
	}
	if words = slices.DeleteFunc(words, func(w string) bool { return !may(w) }); len(words) < 2 {
		return nil
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
	case may("0") && value == 0 && may("0.5"):
		return 0, 1, false
	case value == 0:
		return 0, 100, false
	}
	low, high = value/1000, value*1000
	if !may("0.5") { // an integer
		low = 1
		if may("0") {
			low = 0
		}
	}
	for high = max(high, 10); high > value && !may(strconv.FormatFloat(high, 'f', -1, 64)); {
		high /= 10
	}
	return low, high, true
}

// mentioned returns the optimizers that the beginning of a text mentions.
func mentioned(text string, optimizers []string) (list []string) {
	if end := strings.IndexAny(text, ":."); end >= 0 {
		text = text[:end]
	}
	for _, name := range optimizers {
		if regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`).MatchString(text) {
			list = append(list, name)
		}
	}
	return list
}
