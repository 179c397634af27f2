package show

import (
	"fmt"

	"glorot/experiments/live"
	"glorot/experiments/report"
)

// Figure shows what the layers of a run are like at the beginning and after an update: the standard deviations of their activations and gradients
// against depth, and the share of saturated activations of each layer over time.
func Figure(f *live.Follower, at int) (report.Figure, error) {
	l := &f.Layers
	row := l.Before(at)
	if row < 0 {
		return report.Figure{}, fmt.Errorf("%s: has no layer statistics up to update %d", f.Head.Path, at)
	}
	fig := report.Figure{
		ID: "layers", Title: "Layers of " + f.Head.Path, Columns: 2,
		Caption: fmt.Sprintf("%s; %s; %s. At the beginning and after %d updates.", Network(f.Config), Data(f.Config), Training(f.Config), l.Updates[row]),
	}
	names := LayerNames(l.Depth)
	for _, q := range Of(l) {
		if q.Share {
			continue
		}
		profiles := []report.Profile{profile(l, q, 0, report.Category(3))}
		if row > 0 {
			profiles = append(profiles, profile(l, q, row, report.Category(1)))
		}
		fig.Panels = append(fig.Panels, report.DepthPanel("", q.Label, names, q.Log, profiles...))
	}
	if l.Has("z/flat") && l.Depth > 1 {
		var shares [][]float64
		for layer := 1; layer < l.Depth; layer++ {
			shares = append(shares, l.Column(layer, "z/flat")[:row+1])
		}
		fig.Panels = append(fig.Panels, report.Front("saturated share", l.Updates[:row+1], names[:l.Depth-1], shares))
	}
	return fig, nil
}

// profile is a quantity of all layers in one snapshot.
func profile(l *live.Layers, q Quantity, row int, style report.Style) report.Profile {
	values := make([]float64, l.Depth)
	for i := range values {
		values[i] = l.Value(row, i+1, q.Name)
	}
	name := fmt.Sprintf("after %d updates", l.Updates[row])
	if l.Updates[row] == 0 {
		name = "at the beginning"
	}
	return report.ProfileOf(name, style, [][]float64{values}, q.Log)
}
