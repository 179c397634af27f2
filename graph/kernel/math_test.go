package kernel

import (
	"flag"
	"fmt"
	"math"
	"testing"
)

var sweepAll = flag.Bool("sweep", false, "test the elementary functions on all 2^32 arguments (minutes)")

var inf = float32(math.Inf(1))

// functions are the elementary functions with their float64 references, which err by less than 2^-51, and the largest
// error allowed, in units in the last place of the result. Half a unit is the rounding itself.
var functions = []struct {
	name string
	f    func(*Engine, []float32, []float32)
	want func(float64) float64
	ulp  float64
}{
	{"Exp", (*Engine).Exp, math.Exp, 0.51},
	{"Log", (*Engine).Log, math.Log, 0.51},
	{"Tanh", (*Engine).Tanh, math.Tanh, 0.51},
	{"Sigmoid", (*Engine).Sigmoid, func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }, 0.51},
	{"NormalCDF", (*Engine).NormalCDF, func(x float64) float64 { return math.Erfc(-x*math.Sqrt2/2) / 2 }, 0.51},
	{"Softsign", (*Engine).Softsign, func(x float64) float64 { return x / (1 + math.Abs(x)) }, 1.5},
	{"Relu", (*Engine).Relu, func(x float64) float64 { return math.Max(0, x) }, 0},
}

// ulps is the distance of x from want in units in the last place of a float32 near want.
func ulps(x float32, want float64) float64 {
	if math.Abs(want) >= 0x1.ffffffp127 { // rounds to infinity
		want = math.Copysign(math.Inf(1), want)
	}
	if float64(x) == want || x != x && want != want {
		return 0
	}
	_, e := math.Frexp(want)
	return math.Abs(float64(x)-want) / math.Ldexp(1, max(e-24, -149))
}

// TestFunctions measures every function in every set over a dense sample of all float32, or over all of them.
func TestFunctions(t *testing.T) {
	stride := uint32(4099) // a prime, so that all patterns of the last bits come up
	if *sweepAll {
		stride = 1
	} else if testing.Short() {
		stride = 65537
	}
	e := Portable()
	for _, f := range functions {
		t.Run(f.name, func(t *testing.T) {
			x, y := make([]float32, 1<<16), make([]float32, 1<<16)
			var worst float64
			var where float32
			for next := uint64(0); next < 1<<32; {
				n := 0
				for ; n < len(x) && next < 1<<32; next += uint64(stride) {
					x[n] = math.Float32frombits(uint32(next))
					n++
				}
				f.f(e, y[:n], x[:n])
				for i, x := range x[:n] {
					if u := ulps(y[i], f.want(float64(x))); u > worst || u != u {
						worst, where = u, x
					}
				}
			}
			t.Logf("%.4f ulp at %x", worst, where)
			if !(worst <= f.ulp) {
				t.Errorf("%s errs by %g ulp at %x (%g); want at most %g", f.name, worst, where, where, f.ulp)
			}
		})
	}
}

func TestFunctionEdges(t *testing.T) {
	nan := float32(math.NaN())
	zero := math.Float32frombits(1 << 31) // -0
	least := float32(math.SmallestNonzeroFloat32)
	edges := map[string][][2]float32{
		"Exp": {
			{0, 1}, {zero, 1}, {inf, inf}, {-inf, 0}, {nan, nan}, {least, 1}, {-least, 1}, {1e30, inf}, {-1e30, 0},
			{-103.98, 0}, {-103.97, least}, {88.72283, 3.4027985e38}, {88.72284, inf},
		},
		"Log": {
			{0, -inf}, {zero, -inf}, {inf, inf}, {-inf, nan}, {-1, nan}, {-least, nan}, {nan, nan}, {1, 0},
			{least, -103.27893}, {math.MaxFloat32, 88.72284},
		},
		"Tanh": {
			{0, 0}, {zero, zero}, {inf, 1}, {-inf, -1}, {nan, nan}, {least, least}, {-least, -least}, {1e30, 1}, {-20, -1},
		},
		"Sigmoid": {
			{0, 0.5}, {zero, 0.5}, {inf, 1}, {-inf, 0}, {nan, nan}, {1e30, 1}, {-1e30, 0}, {least, 0.5},
			{-103.97, least}, {20, 1},
		},
		"NormalCDF": {
			{0, 0.5}, {zero, 0.5}, {inf, 1}, {-inf, 0}, {nan, nan}, {1e30, 1}, {-1e30, 0}, {least, 0.5}, {6, 1}, {-14.2, 0},
			{-14.1, least}, {1, 0.84134475},
		},
		"Softsign": {
			{0, 0}, {zero, zero}, {inf, 1}, {-inf, -1}, {nan, nan}, {1, 0.5}, {-3, -0.75}, {least, least},
			{math.MaxFloat32, 1}, {-math.MaxFloat32, -1},
		},
		"Relu": {{0, 0}, {zero, zero}, {inf, inf}, {-inf, 0}, {nan, nan}, {-least, 0}, {least, least}},
	}
	engines(t, func(t *testing.T, e *Engine) {
		for _, f := range functions {
			for _, x := range edges[f.name] {
				in := make([]float32, 40) // long enough for any vector, and a rest
				for i := range in {
					in[i] = x[0]
				}
				f.f(e, in, in)
				for i, got := range in {
					if !same(got, x[1]) {
						t.Errorf("%s(%g) is %g in place %d, want %g", f.name, x[0], got, i, x[1])
						break
					}
				}
			}
		}
	})
}

// TestFunctionsSame holds every set to the portable one, bit for bit.
func TestFunctionsSame(t *testing.T) {
	stride := uint64(65521)
	if *sweepAll {
		stride = 1
	}
	engines(t, func(t *testing.T, e *Engine) {
		if *sweepAll && e.Threads() != 2 {
			t.Skip("the sweep is done with two threads")
		}
		x, y, want := make([]float32, 1<<16+5), make([]float32, 1<<16+5), make([]float32, 1<<16+5)
		for next := uint64(0); next < 1<<32; {
			for i := range x {
				x[i] = math.Float32frombits(uint32(next))
				next += stride
			}
			for _, f := range functions {
				f.f(e, y, x)
				f.f(Portable(), want, x)
				compare(t, f.name, y, want)
			}
		}
	})
}

func ExampleEngine_Tanh() {
	e := Portable()
	x := []float32{-1, 0, 0.5, 20}
	e.Tanh(x, x)
	fmt.Println(x)
	// Output: [-0.7615942 0 0.46211717 1]
}
