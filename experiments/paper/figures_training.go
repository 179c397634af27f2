package paper

import (
	"math"

	"glorot/experiments/report"
	"glorot/experiments/train"
)

// A course draws curves as training goes on, ours over the paper's.
type course struct {
	panel   report.Panel // title, labels and the paper's y axis
	end     float64      // of the paper's x axis
	trained float64      // where our training ends on it
	times   int          // at which ours was seen
	printed []report.Series
	ours    func(every int) []report.Series // with a marker at every n-th time, the last one among them
}

// panels draws the curves as far as was trained, on axes of its own, and beside it on the paper's whole axes; only on those, if the
// training is nearly as long.
func (c course) panels() []report.Panel {
	whole := c.draw(math.Max(c.trained, c.end))
	if c.trained >= 0.8*c.end || c.times == 0 {
		return []report.Panel{whole}
	}
	whole.Title += ": the paper's axes"
	near := c.draw(c.trained)
	near.Title += ": as far as trained"
	near.YMin, near.YMax = 0, 0 // fitted
	return []report.Panel{near, whole}
}

func (c course) draw(xmax float64) report.Panel {
	every := 1
	if c.trained > 0 { // some 20 markers on the whole axis
		every = max(1, int(float64(c.times)*xmax/c.trained/20))
	}
	p := c.panel
	p.XMax = xmax
	p.Series = append(readUntil(c.printed, xmax), c.ours(every)...)
	return p
}

// trainingPanels draws a course over epochs of what looks saw.
func trainingPanels(p report.Panel, paperEpochs float64, t *Trained, ours func(t *Trained, every int) []report.Series, printed []report.Series) []report.Panel {
	p.XLabel = "epochs of 20,000 updates"
	return course{
		panel: p, end: paperEpochs, printed: printed,
		trained: float64(t.Updates) / train.Epoch, times: len(t.overLooks(func(train.Layers) float64 { return 0 }).updates),
		ours: func(every int) []report.Series { return ours(t, every) },
	}.panels()
}

// A row is a network's panel in a figure of trainings on Shapeset-3x2.
type row struct {
	net        Network
	title      string
	ymin, ymax float64
	printed    []report.Series
}

// trainingRows stacks the networks that were trained: each has a row of one or two panels, and all rows have the same number.
func trainingRows(o *Observations, ylabel string, paperEpochs float64, ours func(t *Trained, every int) []report.Series, rows ...row) (panels []report.Panel, columns int) {
	for _, r := range rows {
		t := o.ranShapeset(r.net)
		if t == nil {
			continue
		}
		own := trainingPanels(report.Panel{Title: r.title, YLabel: ylabel, YMin: r.ymin, YMax: r.ymax}, paperEpochs, t, ours, r.printed)
		panels, columns = append(panels, own...), len(own)
	}
	return panels, columns
}

// readUntil returns the points that were read off the paper up to x = xmax: the line to the next one beyond would say what nobody read.
func readUntil(printed []report.Series, xmax float64) []report.Series {
	var all []report.Series
	for _, s := range printed {
		part := s
		part.X, part.Y, part.Low, part.High = nil, nil, nil, nil
		for i, x := range s.X {
			if x > xmax || math.IsNaN(s.Y[i]) {
				continue
			}
			part.X, part.Y = append(part.X, x), append(part.Y, s.Y[i])
			if s.Low != nil {
				part.Low, part.High = append(part.Low, s.Low[i]), append(part.High, s.High[i])
			}
		}
		if len(part.X) == 1 && part.Kind == report.Line {
			part.Kind = report.Level
		}
		if len(part.X) > 0 {
			all = append(all, part)
		}
	}
	return all
}

// spreads draws a standard deviation of each hidden layer, as lines at plus and minus it, with bands over seeds: Figures 3, 9 and 10.
func spreads(t *Trained, every int, std func(l train.Layer) float64) []report.Series {
	var all []report.Series
	for k := 1; k <= t.Subject.Depth; k++ {
		for _, sign := range []float64{1, -1} {
			l := t.overLooks(func(l train.Layers) float64 { return sign * std(l.Layers[k-1]) })
			all = append(all, l.draw(report.Series{
				Name: layerName(k), Kind: report.Marked, Style: report.Layer(k), MarkEvery: every, MarkFrom: l.markFrom(every),
			}, train.Epoch)...)
		}
	}
	return all
}

// markFrom is where markers begin so that the last point has one.
func (l line) markFrom(every int) int { return max(0, len(l.updates)-1) % every }

// intervals draws each hidden layer's standard deviation, and the 1st and 99th percentile as markers alone: Figures 3 and 10.
func intervals(t *Trained, every int) []report.Series {
	all := spreads(t, every, func(l train.Layer) float64 { return l.Z.Std })
	for k := 1; k <= t.Subject.Depth; k++ {
		for _, percentile := range []func(l train.Layer) float64{
			func(l train.Layer) float64 { return l.Z.P99 },
			func(l train.Layer) float64 { return l.Z.P01 },
		} {
			l := t.overLooks(func(l train.Layers) float64 { return percentile(l.Layers[k-1]) })
			all = append(all, l.draw(report.Series{
				Name: layerName(k), Kind: report.Markers, Style: report.Layer(k), MarkEvery: every, MarkFrom: l.markFrom(every),
			}, train.Epoch)...)
		}
	}
	return all
}
