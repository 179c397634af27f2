package observed

import (
	"testing"

	"glorot/experiments/dataset"
	"glorot/experiments/paper/setup"
)

// A command that is told finds the same folders, is as long as this one or as the claim needs, and comes after the one that brings its data.
func TestCommands(t *testing.T) {
	scale, err := setup.ScaleByName("300000")
	if err != nil {
		t.Fatal(err)
	}
	scale.Trained, scale.Passes, scale.Short = 3, 20, 1
	bring := func(data string) (command, flags string) { return "fetch " + data, "--data new" }
	o := &Observations{Scale: scale, Commands: Commands{Flags: "--cache kept", Bring: bring}}
	here, gone := &Trained{Subject: setup.TanhStandard.On(dataset.ShapesetName)}, &Trained{Subject: setup.TanhStandard.On("mnist"), Absent: "no mnist"}
	for _, c := range []struct {
		updates int
		lacks   *Trained
		want    string
	}{
		{0, here, "why; glorot reproduce C1 --scale 300000 --passes 20 --search-passes 1 --seeds 3 --cache kept runs it"},
		{7, nil, "why; glorot reproduce C1 --scale 7 --seeds 3 --cache kept runs it"},
		{7, gone, "why; then glorot reproduce C1 --scale 7 --seeds 3 --cache kept --data new runs it"},
	} {
		if got := o.Hint("why", "C1", c.updates, c.lacks); got != c.want {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
	}
	for data, want := range map[string]string{
		"mnist":         "; fetch mnist brings it",
		"smallimagenet": "; it was never published, and fetch smallimagenet makes a stand-in from pictures",
	} {
		if got := o.Commands.Fetch(data); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	o.Scale, err = setup.ScaleByName("paper") // of three seeds, which a number of updates has not
	if err != nil {
		t.Fatal(err)
	}
	if got, want := o.Command("C1", 7, nil)+", "+o.Command("C1", 0, nil), "glorot reproduce C1 --scale 7 --seeds 3 --cache kept, glorot reproduce C1 --scale paper --cache kept"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	drawn := &Observations{Scale: setup.Scales()[0]}
	if got, want := drawn.Command("fig12", 0, nil)+", "+drawn.Command("C1", 7, nil), "glorot reproduce fig12 --scale paper, glorot reproduce C1 --scale 7"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	plain := &Observations{Scale: setup.Scales()[1]}
	if got, want := plain.Hint("why"+plain.Commands.Fetch("mnist"), "fig12", 0, gone), "why; glorot reproduce fig12 --scale smoke runs it"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
