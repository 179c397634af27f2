package lab

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"glorot/experiments/run"
	"glorot/experiments/runner"
)

// Every key except for the threads has a control, every choice is allowed, and so are the ends of every slider.
func TestControls(t *testing.T) {
	list := Controls()
	if keys := run.Keys(runner.Allowed()); len(list) != len(keys)-len(hidden) {
		t.Errorf("%d controls for %d keys", len(list), len(keys))
	}
	kinds := map[string]int{}
	for _, c := range list {
		kinds[c.Kind]++
		values := slices.Clone(c.Choices)
		if c.Kind == Slider {
			if c.Low >= c.High {
				t.Errorf("%s: from %v to %v", c.Key, c.Low, c.High)
			}
			values = append(values, fmt.Sprint(c.High))
			if c.Integer {
				values = []string{fmt.Sprint(int(c.High)), fmt.Sprint(int(c.Low))}
			}
		}
		for _, v := range values {
			d := run.Default()
			if c.Key == "data.high" {
				d.Data.Low = -100
			}
			if err := d.Set(c.Key+"="+v, runner.Allowed()); err != nil {
				t.Errorf("%s: %v", c.Key, err)
			}
		}
		t.Logf("%s %s %v %v..%v log %v %v %v", c.Key, c.Kind, c.Choices, c.Low, c.High, c.Log, c.Past, c.Optimizers)
	}
	if kinds[Choice] < 5 || kinds[Slider] < 8 || kinds[Widths] < 1 {
		t.Errorf("got %v", kinds)
	}
}

// A control is of use only with the optimizers that its meaning mentions, and the past of a fork is fixed.
func TestControlsDepend(t *testing.T) {
	for _, c := range Controls() {
		switch c.Key {
		case "train.rate":
			if c.Optimizers != nil || c.Past || !c.Log {
				t.Errorf("%+v", c)
			}
		case "train.momentum":
			if !slices.Contains(c.Optimizers, "momentum") || c.High >= 1 {
				t.Errorf("%+v", c)
			}
		case "train.curvature_mu":
			if strings.Join(c.Optimizers, " ") != "hessian variance" {
				t.Errorf("%+v", c)
			}
		case "model.init":
			if !c.Past || !c.Network || c.Kind != Choice {
				t.Errorf("%+v", c)
			}
		}
	}
}
