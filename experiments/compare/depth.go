package compare

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"glorot/experiments/report"
	"glorot/experiments/train"
)

// depthMetrics are drawn against depth, in this order.
var depthMetrics = []struct {
	name, label string
	log         bool
}{
	{"z/std", "std of z", true},
	{"z/flat", "saturated (%)", false},
	{"dcost_ds/std", "std of dCost/ds", true},
	{"dcost_dw/std", "std of dCost/dW", true},
}

// depthID is the ID of the figure against depth.
const depthID = "layers"

// depth draws statistics of the layers against depth, a row of panels for each and a column for each of up to three times. The panels of a row have
// one axis.
func (c *Comparison) depth() report.Figure {
	times := c.times()
	f := report.Figure{
		ID: depthID, Title: "Layers against depth", Columns: len(times),
		Caption: "Standard deviations of the activations z, the share of saturated ones, and the standard deviations of the back-propagated gradients dCost/ds and " +
			"the weight gradients dCost/dW (both summed over a mini-batch), in each layer at the beginning, in the middle and at the end." + bandCaption + " (on the logit scale for shares, else on the logarithmic scale, except where a number is 0).",
		Alt: "Statistics of the layers against depth, a panel for each time, a line with its band for each group.",
	}
	for _, d := range depthMetrics {
		k := slices.IndexFunc(layerMetrics, func(m layerMetric) bool { return m.name == d.name })
		var row []report.Panel
		for _, update := range times {
			row = append(row, report.DepthPanel(fmt.Sprintf("after %d updates", update), d.label, c.layerNames(), d.log, c.profiles(layerMetrics[k], update)...))
		}
		if shareAxis(row) {
			f.Panels = append(f.Panels, row...)
		}
	}
	return f
}

// times returns the first, a middle and the last number of updates after which all runs have snapshots, up to that of the comparison.
func (c *Comparison) times() []int {
	var common []int
	for i, r := range c.runs() {
		var updates []int
		for _, s := range r.Snapshots {
			if s.Update <= c.Looked {
				updates = append(updates, s.Update)
			}
		}
		if i == 0 {
			common = updates
		}
		common = slices.DeleteFunc(common, func(u int) bool { return !slices.Contains(updates, u) })
	}
	if n := len(common); n > 3 {
		return []int{common[0], common[n/2], common[n-1]}
	}
	return common
}

// layerNames names or numbers the layers. Of many layers, only some have it on the axis.
func (c *Comparison) layerNames() []string {
	names := make([]string, c.layers())
	step := 1 + len(names)/10
	for i := range names {
		if i == 0 || (i+1)%step == 0 {
			names[i] = cmp.Or(c.layerName(i+1), fmt.Sprint(i+1))
		}
	}
	return names
}

// profiles returns a metric of all layers after some updates, for each group in which all runs have it in some layer.
func (c *Comparison) profiles(m layerMetric, update int) (list []report.Profile) {
	for i, g := range c.Groups {
		p := report.Profile{Name: Label(g), Style: groupStyle(i)}
		some := false
		for layer := range c.layers() {
			var values []float64
			for _, r := range g.Runs {
				if v := valueOf(m, layerOf(r, layer+1, update)); !math.IsNaN(v) && !math.IsInf(v, 0) {
					values = append(values, v)
				}
			}
			scale := m.scale(boundsOf(g.Runs, layer+1, update))
			center, low, high := math.NaN(), math.NaN(), math.NaN()
			if len(values) == len(g.Runs) {
				center, low, high = scale.Interval(values, confidence)
			}
			some = some || !math.IsNaN(center)
			unit := 1.0
			if m.percent {
				unit = 100
			}
			p.Values, p.Low, p.High = append(p.Values, unit*center), append(p.Low, unit*low), append(p.High, min(unit*high, math.MaxFloat64))
		}
		if len(g.Runs) < 2 {
			p.Low, p.High = nil, nil
		}
		if some {
			list = append(list, p)
		}
	}
	return list
}

func valueOf(m layerMetric, l *train.Layer) float64 {
	if l == nil {
		return math.NaN()
	}
	return m.of(l)
}

// beyond is how far bands may extend a logarithmic axis beyond all lines, as a factor. Bands of two seeds can span a hundred powers of ten.
const beyond = 10

// shareAxis gives all panels of a row the same ends of the y axis. It reports whether they have anything to show.
func shareAxis(row []report.Panel) bool {
	lines, bands := emptySpan(), emptySpan()
	for _, p := range row {
		for _, s := range p.Series {
			lines.include(p.YLog, s.Y)
			bands.include(p.YLog, s.Low, s.High)
		}
	}
	if lines.low > lines.high {
		return false
	}
	for i := range row {
		if p := &row[i]; p.YLog {
			low, high := min(lines.low, max(bands.low, lines.low/beyond)), max(lines.high, min(bands.high, lines.high*beyond))
			margin := 1.02 * math.Pow(high/low, 0.04)
			p.YMin, p.YMax = low/margin, high*margin
		} else {
			low, high := min(lines.low, bands.low), max(lines.high, bands.high)
			margin := 0.04 * max(high-low, 1)
			p.YMin, p.YMax = low-margin, high+margin
		}
	}
	return true
}

// A span is the ends of some numbers.
type span struct{ low, high float64 }

func emptySpan() span { return span{math.Inf(1), math.Inf(-1)} }

// include extends the span by the numbers of some columns that have a place on the axis.
func (s *span) include(log bool, columns ...[]float64) {
	for _, column := range columns {
		for _, v := range column {
			if !math.IsNaN(v) && (v > 0 || !log) {
				s.low, s.high = min(s.low, v), max(s.high, v)
			}
		}
	}
}
