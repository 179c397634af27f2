package figure

import (
	"math"

	"glorot/experiments/measure"
	"glorot/experiments/paper/observed"
	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/train"
)

// A line is a quantity in the course of a training: its mean over the seeds, and the ends of that mean's 95 % interval.
type line struct {
	updates         []int
	mean, low, high []float64 // low and high are NaN where fewer than two seeds have a value
}

// A moment is the value of the quantity at one time of one seed.
type moment struct {
	update int
	value  float64
}

// overSnapshots returns f of every snapshot of the whole trainings.
func overSnapshots(t *observed.Trained, f func(l train.Layers) float64) line {
	seeds := make([][]moment, len(t.Runs))
	for k, r := range t.Runs {
		for _, l := range r.Snapshots {
			seeds[k] = append(seeds[k], moment{l.Update, f(l)})
		}
	}
	return overSeeds(seeds)
}

// overTests returns f of every test of the whole trainings.
func overTests(t *observed.Trained, f func(e run.Errors) float64) line {
	seeds := make([][]moment, len(t.Runs))
	for k, r := range t.Runs {
		for _, e := range r.Errors {
			seeds[k] = append(seeds[k], moment{e.Update, f(e)})
		}
	}
	return overSeeds(seeds)
}

// overSeeds joins the seeds' numbers, which were taken at the same times. A seed that diverged counts until then.
func overSeeds(seeds [][]moment) line {
	length := 0
	for _, s := range seeds {
		length = max(length, len(s))
	}
	var l line
	for i := range length {
		var values []float64
		update := 0
		for _, s := range seeds {
			if i >= len(s) {
				continue
			}
			update = s[i].update
			if !math.IsNaN(s[i].value) && !math.IsInf(s[i].value, 0) {
				values = append(values, s[i].value)
			}
		}
		mean, half := measure.Interval(values, observed.Level)
		if len(values) < 2 {
			half = math.NaN()
		}
		l.updates = append(l.updates, update)
		l.mean, l.low, l.high = append(l.mean, mean), append(l.low, mean-half), append(l.high, mean+half)
	}
	return l
}

// within returns the line with intervals on a scale where its quantity cannot leave (low, high).
func (l line) within(low, high float64) line {
	from, to := make([]float64, len(l.mean)), make([]float64, len(l.mean))
	for i, mean := range l.mean {
		from[i], to[i] = measure.Bounded(mean, l.high[i]-mean, low, high)
	}
	l.low, l.high = from, to
	return l
}

// banded reports whether the line has an interval anywhere.
func (l line) banded() bool {
	for _, low := range l.low {
		if !math.IsNaN(low) {
			return true
		}
	}
	return false
}

// draw returns s along the line, above the band of its interval if there are several seeds. unit is the number of updates that are 1 on the x axis.
func (l line) draw(s report.Series, unit float64) []report.Series {
	s.X, s.Y = l.x(unit), l.mean
	if !l.banded() {
		return []report.Series{s}
	}
	return []report.Series{{Name: s.Name, Kind: report.Band, Style: s.Style, X: s.X, Low: l.low, High: l.high}, s}
}

// x returns the times in units of the given number of updates.
func (l line) x(unit float64) []float64 {
	x := make([]float64, len(l.updates))
	for i, u := range l.updates {
		x[i] = float64(u) / unit
	}
	return x
}
