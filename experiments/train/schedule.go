package train

import (
	"fmt"
	"math"
)

// A Schedule changes the rate over the updates; see Schedules. The zero Schedule is constant.
type Schedule struct {
	Name    string  // "" is constant
	Updates int     // the length of the schedule, after the warm-up; not of constant
	Factor  float64 // of step
	Warmup  int     // over the first updates the rate rises linearly: update t = 1, 2, … has t/Warmup of it
}

// A Shape is what a schedule does after the warm-up.
type Shape struct {
	Name    string
	Formula string // the factor of the rate after t updates, with n = Schedule.Updates
	Source  string

	factor func(s Schedule, t int) float64
}

// Schedules returns the shapes of schedules, with the names and the meanings of torch.optim.lr_scheduler:
//
//   - constant;
//   - step: Factor^floor(t/n), StepLR;
//   - linear: 1 - t/n, then 0, LinearLR to an end factor of 0;
//   - cosine: (1 + cos(pi t/n))/2, then 0 (Loshchilov & Hutter 2017, without restarts), CosineAnnealingLR;
//   - inverse: 1/(1 + t/n) (Robbins & Monro 1951).
func Schedules() []Shape {
	return []Shape{
		{Name: "constant", Formula: "1", factor: func(Schedule, int) float64 { return 1 }},
		{Name: "step", Formula: "factor^floor(t/n)", Source: "torch: StepLR", factor: func(s Schedule, t int) float64 {
			return math.Pow(s.Factor, float64(t/s.Updates)) // with an integer power it only multiplies
		}},
		{Name: "linear", Formula: "max(0, 1 - t/n)", Source: "torch: LinearLR", factor: func(s Schedule, t int) float64 {
			return max(0, 1-float64(t)/float64(s.Updates))
		}},
		{Name: "cosine", Formula: "(1 + cos(pi min(t, n)/n))/2", Source: "Loshchilov & Hutter 2017", factor: func(s Schedule, t int) float64 {
			return (1 + cosPi(float64(min(t, s.Updates))/float64(s.Updates))) / 2
		}},
		{Name: "inverse", Formula: "1/(1 + t/n)", Source: "Robbins & Monro 1951", factor: func(s Schedule, t int) float64 {
			return 1 / (1 + float64(t)/float64(s.Updates))
		}},
	}
}

// shape returns the schedule's shape, or an error if the schedule is not possible.
func (s Schedule) shape() (Shape, error) {
	for _, shape := range Schedules() {
		switch {
		case shape.Name != s.Name && (s.Name != "" || shape.Name != "constant"):
		case s.Warmup < 0:
			return shape, fmt.Errorf("a warm-up of %d updates; want 0 or more", s.Warmup)
		case shape.Name != "constant" && s.Updates < 1:
			return shape, fmt.Errorf("the schedule %s over %d updates; want at least 1", s.Name, s.Updates)
		case shape.Name == "step" && !(s.Factor > 0 && s.Factor <= 1):
			return shape, fmt.Errorf("the schedule step with a factor of %v; want it above 0 and at most 1", s.Factor)
		default:
			return shape, nil
		}
	}
	return Shape{}, fmt.Errorf("unknown schedule %q", s.Name)
}

// factor returns the factor of the rate for the update after the given number of updates. It has the same bits on every machine.
func (s Schedule) factor(shape Shape, done int) float64 {
	if done < s.Warmup {
		return float64(done+1) / float64(s.Warmup)
	}
	return shape.factor(s, done-s.Warmup)
}

// cosPi is cos(pi x) for x in [0, 1], by the Taylor series of sin(pi (1/2 - x)). The products are rounded before they are added, which
// math.Cos does not promise on every processor.
func cosPi(x float64) float64 {
	a := float64(math.Pi * (0.5 - x))
	square := float64(a * a)
	sum, term := a, a
	for k := 3; k <= 27; k += 2 {
		term = float64(term*square) / float64(-k*(k-1))
		sum += term
	}
	return sum
}
