package measure

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// numpyMatrix is ((numpy.arange(12)*7) % 12 - 5).reshape(4, 3).
var numpyMatrix = []float32{
	-5, 2, -3,
	4, -1, 6,
	1, -4, 3,
	-2, 5, 0,
}

// allNearly fails the test unless got is want within 1e-14 of the largest.
func allNearly(t *testing.T, got, want []float64) {
	t.Helper()
	ok := len(got) == len(want)
	for i := 0; ok && i < len(got); i++ {
		ok = math.Abs(got[i]-want[i]) <= 1e-14*want[0]
	}
	if !ok {
		t.Errorf("singular values %v, want %v", got, want)
	}
}

func TestSingularValues(t *testing.T) {
	got, err := SingularValues(numpyMatrix, 4, 3)
	if err != nil {
		t.Fatal(err)
	}
	// numpy 2.4.6: numpy.linalg.svd(a, compute_uv=False)
	want := []float64{10.602545465651247, 5.164248833208135, 2.6299360519804624}
	allNearly(t, got, want)
	mean, err := MeanSingularValue(numpyMatrix, 4, 3)
	if err != nil {
		t.Fatal(err)
	}
	nearly(t, "mean", mean, (want[0]+want[1]+want[2])/3, 1e-14)

	// |entries| of a diagonal matrix, largest first.
	got, err = SingularValues([]float32{2, 0, 0, 0, -7, 0}, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	allNearly(t, got, []float64{7, 2})
}

// The sum of squares is the Frobenius norm's, and a matrix has the singular
// values of its transpose.
func TestSingularValuesProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, cols := rapid.IntRange(1, 8).Draw(t, "rows"), rapid.IntRange(1, 8).Draw(t, "cols")
		a := rapid.SliceOfN(rapid.Float32Range(-3, 3), rows*cols, rows*cols).Draw(t, "a")
		transposed := make([]float32, len(a))
		frobenius := 0.0
		for i, v := range a {
			transposed[i%cols*rows+i/cols] = v
			frobenius += float64(v) * float64(v)
		}
		s, err := SingularValues(a, rows, cols)
		if err != nil {
			t.Fatal(err)
		}
		st, err := SingularValues(transposed, cols, rows)
		if err != nil {
			t.Fatal(err)
		}
		if len(s) != min(rows, cols) || len(st) != len(s) || !slices.IsSortedFunc(s, func(x, y float64) int { return cmp.Compare(y, x) }) {
			t.Fatalf("singular values %v, transposed %v", s, st)
		}
		sum := 0.0
		for i := range s {
			sum += s[i] * s[i]
			if s[i] < 0 || math.Abs(s[i]-st[i]) > 1e-12 {
				t.Fatalf("singular values %v, transposed %v", s, st)
			}
		}
		if math.Abs(sum-frobenius) > 1e-12*frobenius {
			t.Fatalf("sum of squares %v, want %v", sum, frobenius)
		}
	})
}

// Quarter-circle law: 8/(3π) √g; the numbers of the two initializations of
// Glorot & Bengio 2010 without saturation, g = 1 (eq. 12) and 1/3 (eq. 15).
func TestMeanSingularValueOfRandomMatrix(t *testing.T) {
	const n = 300
	for _, g := range []float64{1, 1.0 / 3} {
		mean, err := MeanSingularValue(gaussian(n*n, math.Sqrt(g/n)), n, n)
		if err != nil {
			t.Fatal(err)
		}
		nearly(t, "mean singular value", mean, math.Sqrt(g)*8/(3*math.Pi), 0.005)
	}
}

func TestJacobian(t *testing.T) {
	derivatives := []float32{
		1, 0.5, 0.25,
		0.75, 0, 0.125,
	}
	// numpy 2.4.6: numpy.linalg.svd(numpy.diag(d) @ a.T, compute_uv=False)
	want := [][]float64{
		{7.303690164965522, 2.5714956133335787, 0.95839463937987},
		{5.145849822687024, 0.48885540024829105, 0},
	}
	for e := range want {
		got, err := JacobianSingularValues(numpyMatrix, 4, 3, derivatives[3*e:3*e+3])
		if err != nil {
			t.Fatal(err)
		}
		allNearly(t, got, want[e])
	}
	for k, want := range map[int]float64{1: 3.611193472559657, 2: 2.744714273435714} {
		got, err := MeanJacobianSingularValue(numpyMatrix, 4, 3, derivatives, k)
		if err != nil {
			t.Fatal(err)
		}
		nearly(t, "mean", got, want, 1e-14)
	}
	if numpyMatrix[0] != -5 {
		t.Error("the weights were changed")
	}
}

// With f' = 1 everywhere the Jacobian is Wᵀ; with f' = c, c Wᵀ.
func TestJacobianOfLinearLayer(t *testing.T) {
	const in, out = 7, 5
	w := gaussian(in*out, 1)
	plain, err := SingularValues(w, in, out)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []float32{1, 0.25} {
		got, err := JacobianSingularValues(w, in, out, slices.Repeat([]float32{c}, out))
		if err != nil {
			t.Fatal(err)
		}
		want := slices.Clone(plain)
		for i := range want {
			want[i] *= float64(c)
		}
		allNearly(t, got, want)
	}
}

func TestMatrixErrors(t *testing.T) {
	w, d := []float32{1, 2, 3, 4, 5, 6}, []float32{1, 1, 1, 1}
	values := func(a []float32, rows, cols int) error { _, err := SingularValues(a, rows, cols); return err }
	mean := func(a []float32, rows, cols int) error { _, err := MeanSingularValue(a, rows, cols); return err }
	one := func(w []float32, in, out int, d []float32) error {
		_, err := JacobianSingularValues(w, in, out, d)
		return err
	}
	many := func(w []float32, in, out int, d []float32, k int) error {
		_, err := MeanJacobianSingularValue(w, in, out, d, k)
		return err
	}
	for _, c := range []struct {
		err  error
		want string
	}{
		{values(nil, 0, 3), "matrix of shape [0, 3]: want at least 1 row and 1 column"},
		{values(w, -2, -3), "matrix of shape [-2, -3]: want at least 1 row and 1 column"},
		{values(w, 2, 2), "matrix of shape [2, 2] has 6 elements: want 4"},
		{values([]float32{1, 2, 3, nan, 5, 6}, 2, 3), "matrix element [1, 0] is NaN: want finite numbers"},
		{mean([]float32{1, 2, -inf, 4, 5, 6}, 2, 3), "matrix element [0, 2] is -Inf: want finite numbers"},
		{one(w, 2, 3, d), "derivative of shape [1, 3] has 4 elements: want 3"},
		{one(w, 3, 3, d), "weight matrix of shape [3, 3] has 6 elements: want 9"},
		{one(w, 3, 2, []float32{1, inf}), "derivative element [0, 1] is +Inf: want finite numbers"},
		{many(w, 3, 0, d, 1), "weight matrix of shape [3, 0]: want at least 1 row and 1 column"},
		{many(w, 2, 3, d, 1), "derivatives of shape [1, 3] has 4 elements: want 3"},
		{many(w, 3, 2, nil, 1), "derivatives of shape [0, 2]: want at least 1 row and 1 column"},
		{many(w, 3, 2, []float32{1, 1, nan, 1}, 1), "derivatives element [1, 0] is NaN: want finite numbers"},
		{many(w, 3, 2, d, 3), "Jacobians of the first 3 examples: want 1 to 2"},
		{many(w, 3, 2, d, 0), "Jacobians of the first 0 examples: want 1 to 2"},
	} {
		if c.err == nil || c.err.Error() != "measure: "+c.want {
			t.Errorf("error %v, want measure: %s", c.err, c.want)
		}
	}
}
