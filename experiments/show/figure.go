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
		Caption: fmt.Sprintf("%s. At the beginning and after %d updates.", About(f.Config), l.Updates[row]),
	}
	names := LayerNames(l)
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
	var shares [][]float64
	var saturating []string
	for layer, name := range names {
		if column := l.Column(layer+1, "z/flat"); column != nil {
			shares, saturating = append(shares, column[:row+1]), append(saturating, name)
		}
	}
	if len(shares) > 0 {
		fig.Panels = append(fig.Panels, report.Front("saturated share", l.Updates[:row+1], saturating, shares))
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
