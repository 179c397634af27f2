package dataset

import "testing"

// The first outputs of seed 5489 are those of mt19937ar.out's generator with its
// default seed; the 10,000th is required by the C++ standard, [rand.predef].
func TestTwisterOutputs(t *testing.T) {
	var m mt19937
	m.seed(5489)
	for i, want := range []uint32{3499211612, 581869302, 3890346734} {
		if got := m.uint32(); got != want {
			t.Errorf("output %d is %d, want %d", i+1, got, want)
		}
	}
	for range 9996 {
		m.uint32()
	}
	if got := m.uint32(); got != 4123659995 {
		t.Errorf("output 10000 is %d, want 4123659995", got)
	}
}

// Against numpy 2.4.6: r = numpy.random.RandomState(42); r.rand(),
// r.randint(0, 10, ...) one by one, r.uniform(-3, 5), and again.
func TestNumpyDraws(t *testing.T) {
	var m mt19937
	m.seed(42)
	if got := m.float64(); got != 0.3745401188473625 {
		t.Errorf("rand is %v", got)
	}
	for i, want := range []int{7, 4, 6, 9, 2, 6, 7, 4, 3, 7, 7, 2} {
		if got := m.intn(0, 10); got != want {
			t.Errorf("randint(0, 10) number %d is %d, want %d", i, got, want)
		}
	}
	if got := m.uniform(-3, 5); got != -2.8353240456335804 {
		t.Errorf("uniform is %v, want -2.8353240456335804", got)
	}
	for i, want := range []int{764, 338, 486, 408, 800, 380} {
		if got := m.intn(-5, 1000); got != want {
			t.Errorf("randint(-5, 1000) number %d is %d, want %d", i, got, want)
		}
	}
}

func TestOneValueDrawsNothing(t *testing.T) {
	var m mt19937
	m.seed(1)
	before := m
	if got := m.intn(7, 8); got != 7 {
		t.Errorf("randint(7, 8) is %d", got)
	}
	if m != before {
		t.Error("randint(7, 8) drew an output")
	}
}
