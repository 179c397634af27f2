package report

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
)

// ticks puts labels at round numbers: multiples of 1, 2 or 5 times a power
// of ten, at most most of them on an axis.
type ticks struct{ most int }

// Ticks implements plot.Ticker.
func (t ticks) Ticks(low, high float64) []plot.Tick {
	step, decimals := t.step(high - low)
	// A hair of tolerance keeps a label at an end that is round.
	first := math.Ceil(low/step - 1e-9)
	last := math.Floor(high/step + 1e-9)
	var marks []plot.Tick
	for i := first; i <= last; i++ {
		marks = append(marks, plot.Tick{Value: i * step, Label: label(i*step, decimals)})
	}
	return marks
}

// logTicks puts labels at 1 and 3 times each power of ten, or at powers of ten alone if the axis has many.
type logTicks struct{}

// Ticks implements plot.Ticker.
func (logTicks) Ticks(low, high float64) []plot.Tick {
	var marks []plot.Tick
	first, last := int(math.Floor(math.Log10(low))), int(math.Ceil(math.Log10(high)))
	factors, every := []float64{1, 3}, 1
	if last-first > 4 {
		factors, every = []float64{1}, (last-first)/8+1
	}
	for power := first; power <= last; power++ {
		if power%every != 0 {
			continue
		}
		for _, factor := range factors {
			// The decimal writing is the number; the product may miss it by a bit.
			if v, _ := strconv.ParseFloat(strconv.FormatFloat(factor, 'g', -1, 64)+"e"+strconv.Itoa(power), 64); v >= low && v <= high {
				marks = append(marks, plot.Tick{Value: v, Label: powerLabel(factor, power)})
			}
		}
	}
	return marks
}

// exponents are logTicks on an axis of logarithms.
type exponents struct{}

// Ticks implements plot.Ticker.
func (exponents) Ticks(low, high float64) []plot.Tick {
	marks := logTicks{}.Ticks(math.Pow(10, low), math.Pow(10, high))
	for i := range marks {
		marks[i].Value = math.Log10(marks[i].Value)
	}
	return marks
}

// powerLabel writes factor times ten to the power, with an exponent where that is shorter.
func powerLabel(factor float64, power int) string {
	if power >= -4 && power <= 4 {
		v, _ := strconv.ParseFloat(strconv.FormatFloat(factor, 'g', -1, 64)+"e"+strconv.Itoa(power), 64)
		return label(v, max(0, -power))
	}
	return label(factor, -1) + "e" + label(float64(power), 0)
}

// nameTicks puts names at 0, 1, and so on.
type nameTicks []string

// Ticks implements plot.Ticker.
func (t nameTicks) Ticks(low, high float64) []plot.Tick {
	var marks []plot.Tick
	for i, name := range t {
		marks = append(marks, plot.Tick{Value: float64(i), Label: name})
	}
	return marks
}

// valueTicks puts numbers at themselves, with as many digits as they have.
type valueTicks []float64

// Ticks implements plot.Ticker.
func (t valueTicks) Ticks(low, high float64) []plot.Tick {
	var marks []plot.Tick
	for _, v := range t {
		marks = append(marks, plot.Tick{Value: v, Label: label(v, -1)})
	}
	return marks
}

// step returns the smallest round step that gives at most t.most labels over
// the span, and the number of decimals its multiples need.
func (t ticks) step(span float64) (step float64, decimals int) {
	for power := int(math.Floor(math.Log10(span))) - 2; ; power++ {
		for _, factor := range []float64{1, 2, 5} {
			step = factor * math.Pow10(power)
			if span/step <= float64(t.most-1)+1e-9 {
				return step, max(0, -power)
			}
		}
	}
}

// label writes v with a true minus sign; with -1 decimals, those that it has.
func label(v float64, decimals int) string {
	if v == 0 { // also -0
		return "0"
	}
	s := strconv.FormatFloat(v, 'f', decimals, 64)
	if s[0] == '-' {
		return "\u2212" + s[1:]
	}
	return s
}
