package show

import (
	"fmt"
	"math"
	"slices"

	"glorot/experiments/live"
	"glorot/experiments/measure"
	"glorot/models"
)

// A Fault is something unusual, in a sentence with its number.
type Fault struct {
	Kind  string   `json:"kind"`
	Layer int      `json:"layer,omitempty"` // 0 for the network
	Value *float64 `json:"value"`           // nil if it is not finite
	Text  string   `json:"text"`
}

// NearChance is the distance from the error of the best constant prediction within which an error is at chance.
const NearChance = 0.02

// zeroRule is the rule by which the activations of relu are saturated, in words.
const zeroRule = "z = 0"

// Limits beyond which something is called unusual; those of layers that several commands have are in measure.
const (
	zeroShare      = 0.9   // of those of rectifiers, where half are 0 in a healthy network
	costFactor     = 2     // of the last cost to the first
	smallUpdate    = 1e-6  // of the weights
	largeUpdate    = 0.1   // of the weights
	plateauUpdates = 1_000 // before which an error at chance is usual
	oneClassShare  = 0.99  // of the images
)

// constantError returns the error of the best constant prediction on the built-in data sets: 1 minus the share of the largest class of the test
// images. It is NaN for other data.
func constantError(data string) float64 {
	switch data {
	case "shapeset", "shapeset100k":
		return 5.0 / 6
	case "mnist":
		return 1 - 0.1135
	case "cifar10", "smallimagenet":
		return 0.9
	}
	return math.NaN()
}

// inNetwork says where and when the training diverged.
func inNetwork(f *live.Follower) string {
	d := f.Diverged
	if f.Config.Recorded != nil {
		return fmt.Sprintf("%v was found at update %d, in %s", d.Value, d.Update, d.Node) // only some updates are recorded
	}
	return d.In(len(f.Config.Model.Hidden))
}

// Faults lists what is unusual about a run up to an update.
func Faults(f *live.Follower, at int) []Fault {
	b := &faults{f: f, row: f.Layers.Before(at), names: LayerNames(&f.Layers), list: []Fault{}}
	if d := f.Diverged; d != nil && d.Update <= at {
		b.add("diverged", d.Layer, float64(d.Update), "The training diverged: %s.", inNetwork(f))
	}
	if d := f.Damage(); d != "" {
		b.add("unread", 0, float64(f.Bad), "%s.", d)
	}
	b.cost(at)
	b.chance(at)
	b.oneClass(at)
	if b.row >= 0 {
		b.saturation()
		b.gradients()
		b.layers()
	}
	return b.list
}

type faults struct {
	f     *live.Follower
	row   int      // of the snapshot
	names []string // of the layers
	list  []Fault
}

func (b *faults) add(kind string, layer int, value float64, format string, args ...any) {
	f := Fault{Kind: kind, Layer: layer, Text: fmt.Sprintf(format, args...)}
	if !math.IsNaN(value) && !math.IsInf(value, 0) {
		f.Value = &value
	}
	b.list = append(b.list, f)
}

func (b *faults) cost(at int) {
	c, of := b.f.Course()
	what, last := of+" images", -1
	if b.f.Config.Recorded != nil {
		what = of + " examples"
	}
	for i, u := range c.Updates {
		if u <= at {
			last = i
		}
	}
	if last < 1 {
		return
	}
	if v := c.NLL[last] / c.NLL[0]; v > costFactor || math.IsInf(c.NLL[last], 1) {
		b.add("cost", 0, v, "The cost explodes: %.3g on the %s, %.3g times that of the beginning.", c.NLL[last], what, v)
	}
}

func (b *faults) chance(at int) {
	constant, lowest, tests := constantError(b.f.Config.Data.Name), math.Inf(1), 0
	for i, u := range b.f.Valid.Updates {
		if u <= at && u > 0 {
			lowest, tests = min(lowest, b.f.Valid.Error[i]), tests+1
		}
		if v := b.f.Valid.Constant[i]; !math.IsNaN(v) {
			constant = v
		}
	}
	if tests > 0 && at >= plateauUpdates && lowest > constant-NearChance {
		b.add("chance", 0, lowest, "The error is at chance: its lowest is %.1f %%, and a constant prediction has %.1f %%.", 100*lowest, 100*constant)
	}
}

// oneClass finds a network that predicts one class only, which is usual before the first update.
func (b *faults) oneClass(at int) {
	share := math.NaN()
	for i, u := range b.f.Valid.Updates {
		if u <= at && u > 0 {
			share = b.f.Valid.OneClass[i]
		}
	}
	if share > oneClassShare {
		b.add("one-class", 0, share, "The network predicts one class for %.1f %% of the validation images.", 100*share)
	}
}

func (b *faults) saturation() {
	names := b.f.Config.Model.ActivationNames()
	for layer := 1; layer <= b.f.Layers.Depth; layer++ {
		rule, limit, word := b.f.Layers.Rule(layer), measure.SaturatedShare, "saturated"
		silent := rule == zeroRule
		if b.f.Config.Recorded == nil {
			f, err := models.ActivationByName(names[min(layer, len(names))-1])
			if err != nil {
				continue // of a later version
			}
			rule = f.Saturation.Text
			silent = f.Low == 0 && math.IsInf(f.High, 1) && f.Saturation.In != nil && f.Saturation.In(0) // relu and its like
		}
		if silent {
			limit, word = zeroShare, "nearly silent"
		}
		if v := b.value(layer, "z/flat"); v > limit {
			b.add("saturated", layer, v, "Layer %s is %s: %.0f %% of its activations have %s.", b.names[layer-1], word, 100*v, rule)
		}
	}
}

func (b *faults) gradients() {
	last := b.f.Layers.Depth - 1 // of the hidden layers
	if last < 2 {
		return
	}
	stds := make([]float64, last)
	for i := range stds {
		stds[i] = b.value(i+1, "dcost_ds/std")
	}
	ratios := measure.GradientRatios(stds)
	lost, exploded := measure.LostGradients(ratios)
	switch {
	case len(lost) > 0 && stds[last-1] == 0:
		b.add("vanishing", last, 0, "The gradients vanish: no gradient reaches layer %s.", b.names[last-1])
	case len(lost) > 0:
		i := slices.Index(ratios, slices.Min(ratios))
		b.add("vanishing", i+1, ratios[i], "The gradients vanish: the standard deviation of dCost/ds in layer %s is %.2g of that in layer %s.", b.names[i], ratios[i], b.names[last-1])
	case len(exploded) > 0:
		i := slices.Index(ratios, slices.Max(ratios))
		b.add("exploding", i+1, ratios[i], "The gradients explode: the standard deviation of dCost/ds in layer %s is %.2g times that in layer %s.", b.names[i], ratios[i], b.names[last-1])
	}
}

// layers finds dead units, numbers that are not finite, and updates that are too small or too large.
func (b *faults) layers() {
	for i, name := range b.names {
		layer, title := i+1, "Layer "+name
		if name == "output" && b.f.Config.Recorded == nil {
			title = "The output layer"
		}
		if v := b.value(layer, "dead"); v > measure.DeadShare {
			b.add("dead", layer, v, "%s has dead units: %.0f %% are 0 on every example.", title, 100*v)
		}
		if v := b.value(layer, "z/non_finite"); v > 0 {
			b.add("non-finite", layer, v, "%s has %.0f activations that are NaN or infinite.", title, v)
		}
		switch v := b.value(layer, "update_ratio"); {
		case v > largeUpdate:
			b.add("large-updates", layer, v, "%s changes fast: an update is %.2g of its weights.", title, v)
		case v < smallUpdate && v >= 0:
			b.add("small-updates", layer, v, "%s hardly changes: an update is %.2g of its weights.", title, v)
		}
	}
}

func (b *faults) value(layer int, name string) float64 { return b.f.Layers.Value(b.row, layer, name) }
