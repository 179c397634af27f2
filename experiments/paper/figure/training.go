package figure

import (
	"math"

	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/printed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
	"glorot/experiments/train"
)

// A course draws curves over the course of a training, ours over the paper's.
type course struct {
	panel   report.Panel // title, labels and the paper's y axis
	end     float64      // of the paper's x axis
	trained float64      // where our training ends on it
	times   int          // the number of times at which ours was measured
	printed []report.Series
	ours    func(every int) []report.Series // with a marker at every n-th time, the last one among them
}

// panels draws the curves twice: as far as trained, on fitted axes, and on the paper's axes. If the training is nearly as long as the paper's, it
// draws only the second panel.
func (c course) panels() []report.Panel {
	whole := c.draw(math.Max(c.trained, c.end))
	if c.trained >= 0.8*c.end || c.times == 0 {
		return []report.Panel{whole}
	}
	whole.Title += ": the paper's axes"
	near := c.draw(c.trained)
	near.Title += ": as far as trained"
	near.YMin, near.YMax = math.NaN(), math.NaN() // fitted
	if whole.YMin == 0 {
		near.YMin = 0 // the quantity is never negative
	}
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

// trainingPanels draws layer statistics over epochs.
func trainingPanels(p report.Panel, paperEpochs float64, t *observed.Trained, ours func(t *observed.Trained, every int) []report.Series, printed []report.Series) []report.Panel {
	p.XLabel = "epochs of 20,000 updates"
	return course{
		panel: p, end: paperEpochs, printed: printed,
		trained: float64(t.Updates) / train.Epoch, times: len(overSnapshots(t, func(train.Layers) float64 { return 0 }).updates),
		ours: func(every int) []report.Series { return ours(t, every) },
	}.panels()
}

// A row is a network's panel in a figure of trainings on Shapeset-3x2.
type row struct {
	net        setup.Network
	title      string
	ymin, ymax float64
	printed    []report.Series
}

// trainingRows stacks the networks that were trained: each has a row of one or two panels, and all rows have the same number.
func trainingRows(o *observed.Observations, ylabel string, paperEpochs float64, ours func(t *observed.Trained, every int) []report.Series, rows ...row) (panels []report.Panel, columns int) {
	for _, r := range rows {
		t := o.RanOnShapeset(r.net)
		if t == nil {
			continue
		}
		own := trainingPanels(report.Panel{Title: r.title, YLabel: ylabel, YMin: r.ymin, YMax: r.ymax}, paperEpochs, t, ours, r.printed)
		panels, columns = append(panels, own...), len(own)
	}
	return panels, columns
}

// readUntil returns the points that were read off the paper up to x = xmax: a line to the next point beyond would show what nobody read.
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

// layerLines draws a statistic of each hidden layer, which lies between low and high, with bands over seeds.
func layerLines(t *observed.Trained, every int, of observed.Reading, low, high float64) []report.Series {
	var all []report.Series
	for k := 1; k <= t.Subject.Depth; k++ {
		l := overSnapshots(t, func(l train.Layers) float64 { return of(l.Layers[k-1]) }).within(low, high)
		all = append(all, l.draw(report.Series{
			Name: layerName(k), Kind: report.Marked, Style: report.Layer(k), MarkEvery: every, MarkFrom: l.markFrom(every),
		}, train.Epoch)...)
	}
	return all
}

// markFrom is where markers begin so that the last point has one.
func (l line) markFrom(every int) int { return max(0, len(l.updates)-1) % every }

// tails draws the 99th percentile of each hidden layer's activations, averaged over both sides of 0, which comes close to 1 where a layer saturates: Figures 3 and 10.
func tails(t *observed.Trained, every int) []report.Series {
	return layerLines(t, every, observed.P99Of, 0, 1)
}

// deviations draws the standard deviation of each hidden layer's activations: Figures 3 and 10.
func deviations(t *observed.Trained, every int) []report.Series {
	return layerLines(t, every, observed.StdOf, 0, math.Inf(1))
}

// An activationsRow is a network of Figure 3 or 10, with what was read off its panel in the paper.
type activationsRow struct {
	net   setup.Network
	title string
	read  []printed.Epoch
}

// activationPanels draws Figures 3 and 10: above the 99th percentiles of z, which show the order in which layers saturate, and below the
// standard deviations. The paper has both in one panel, with their mirror images below 0. Two networks stand side by side.
func activationPanels(o *observed.Observations, rows ...activationsRow) (panels []report.Panel, columns int) {
	var upper, lower []row
	for _, r := range rows {
		upper = append(upper, row{r.net, r.title, 0, 1, printedP99s(r.read)})
		lower = append(lower, row{r.net, r.title, 0, 1, printedStds(r.read)})
	}
	panels, columns = trainingRows(o, "99th percentile of z", 95, tails, upper...)
	more, _ := trainingRows(o, "standard deviation of z", 95, deviations, lower...)
	return append(panels, more...), max(2, sideBySide(panels, columns))
}

// sideBySide is the number of columns for panels that trainingRows made: all beside each other if each network has but one.
func sideBySide(panels []report.Panel, columns int) int {
	if columns == 1 {
		return len(panels)
	}
	return columns
}
