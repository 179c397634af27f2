package observed

import (
	"math"
	"testing"
)

// The surfaces of the symbolic graph are the closed forms of Figure 5's recipe, heights and slopes.
func TestSurfacesAreClosedForms(t *testing.T) {
	got, err := NewCostSurfaces()
	if err != nil {
		t.Fatal(err)
	}
	for name, pair := range map[string][2]Surface{
		"cross entropy": {got.Entropy, entropySurface()}, "quadratic": {got.Quadratic, quadraticSurface()},
	} {
		if len(pair[0].Cost) != SurfaceSide*SurfaceSide || len(pair[0].Slope) != len(pair[0].Cost) {
			t.Fatalf("%s: %d costs, %d slopes", name, len(pair[0].Cost), len(pair[0].Slope))
		}
		for i := range pair[0].Cost {
			if math.Abs(pair[0].Cost[i]-pair[1].Cost[i]) > 1e-12 || math.Abs(pair[0].Slope[i]-pair[1].Slope[i]) > 1e-11 {
				t.Fatalf("%s at point %d: cost %v, slope %v; want %v, %v", name, i, pair[0].Cost[i], pair[0].Slope[i], pair[1].Cost[i], pair[1].Slope[i])
			}
		}
	}
	// Read off the paper's figure: 3.9 to 4.1 and 0.49 to 0.53 at the corners.
	for _, c := range got.Entropy.Corners() {
		if e, q := got.Entropy.Cost[c], got.Quadratic.Cost[c]; e < 3.9 || e > 4.1 || q < .49 || q > .53 {
			t.Errorf("corner %d: %v and %v", c, e, q)
		}
	}
}

// The corners have both weights at ±4, the axes one weight at 0; the flat share counts.
func TestSurfacePlaces(t *testing.T) {
	s := Surface{Slope: make([]float64, SurfaceSide*SurfaceSide)}
	at := func(i int) (w1, w2 float64) {
		return -4 + 8*float64(i/SurfaceSide)/(SurfaceSide-1), -4 + 8*float64(i%SurfaceSide)/(SurfaceSide-1)
	}
	for _, i := range s.Corners() {
		if w1, w2 := at(i); math.Abs(w1) != 4 || math.Abs(w2) != 4 {
			t.Errorf("corner %d is at %v, %v", i, w1, w2)
		}
	}
	seen := make(map[int]bool)
	for _, i := range s.Axes() {
		if w1, w2 := at(i); w1 != 0 && w2 != 0 {
			t.Errorf("axis point %d is at %v, %v", i, w1, w2)
		}
		seen[i] = true
	}
	if len(seen) != 2*SurfaceSide-1 {
		t.Errorf("%d points on the axes, want %d", len(seen), 2*SurfaceSide-1)
	}
	for i := range s.Slope {
		s.Slope[i] = 2
	}
	for i := range 41 {
		s.Slope[i] = 0.0199
	}
	if got := s.Plateau(); math.Abs(got-1./41) > 1e-12 {
		t.Errorf("share with a small slope %v, want one row of 41", got)
	}
}

// The closed forms of Figure 5, with a = W2 tanh W1. The cross entropy of p = 1/(1+exp(-2a)) with targets 1/2 is ln(2 cosh a), of slope
// tanh a; the quadratic cost 2 (p - 1/2)² is tanh²(a)/2, of slope tanh(a)/cosh²(a).
func entropySurface() Surface {
	return closedForm(func(a float64) (cost, slope float64) { return math.Log(2 * math.Cosh(a)), math.Tanh(a) })
}

func quadraticSurface() Surface {
	return closedForm(func(a float64) (cost, slope float64) {
		t := math.Tanh(a)
		return t * t / 2, t / (math.Cosh(a) * math.Cosh(a))
	})
}

func closedForm(f func(a float64) (cost, slope float64)) Surface {
	var s Surface
	for i := range SurfaceSide {
		for j := range SurfaceSide {
			w1, w2 := -4+8*float64(i)/(SurfaceSide-1), -4+8*float64(j)/(SurfaceSide-1)
			cost, slope := f(w2 * math.Tanh(w1))
			s.Cost = append(s.Cost, cost)
			s.Slope = append(s.Slope, math.Abs(slope)*math.Hypot(w2/(math.Cosh(w1)*math.Cosh(w1)), math.Tanh(w1)))
		}
	}
	return s
}
