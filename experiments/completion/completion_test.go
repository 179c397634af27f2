package completion

import (
	"slices"
	"testing"

	"glorot/experiments/run"
	"glorot/experiments/runner"
)

// Every word that is a choice of a key is accepted, every name of an activation, initialiser, … is a choice, and all keys are completed.
func TestSettings(t *testing.T) {
	a := runner.Allowed()
	if got, want := len(settings("", a)), len(run.Names()); got != want {
		t.Errorf("%d keys are completed, there are %d", got, want)
	}
	for key, names := range map[string][]string{
		"model.activation": a.Activations, "model.init": a.Inits, "model.norm": a.Norms, "model.cost": a.Costs,
		"data.name": a.Data, "train.optimizer": a.Optimizers, "train.schedule": a.Schedules,
		"data.standardize": {"none", "feature", "range"}, "observe.gradients": {"true", "false"}, "threads": {"all"}, "train.rate": nil, "model.hidden": nil, "data.path": nil,
	} {
		if got := run.Choices(key, a); !slices.Equal(got, names) {
			t.Errorf("%s: the choices are %v, want %v", key, got, names)
		}
	}
}
