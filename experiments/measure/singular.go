package measure

import (
	"fmt"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// SingularValues returns the min(rows, cols) singular values of the row-major
// matrix a [rows, cols], in descending order. It returns an error if the shape
// is empty or does not fit a, or if a holds a NaN or an infinity.
//
// Reference: Golub & Van Loan, Matrix Computations, 8.6, as LAPACK's dgesvd
// in gonum/mat.
func SingularValues(a []float32, rows, cols int) ([]float64, error) {
	if err := checkMatrix("matrix", a, rows, cols); err != nil {
		return nil, err
	}
	return decompose(mat.NewDense(rows, cols, widen(a)))
}

// MeanSingularValue returns the mean of the singular values of the row-major
// matrix a [rows, cols], with SingularValues' errors. For an n x n matrix of
// independent entries with mean 0 and variance g/n it tends to
// √g 8/(3π) = 0.849 √g, the mean of the quarter-circle law.
//
// Reference: Marchenko & Pastur, "Distribution of eigenvalues for some sets
// of random matrices", Math. USSR Sbornik 1 (1967), at ratio 1.
func MeanSingularValue(a []float32, rows, cols int) (float64, error) {
	values, err := SingularValues(a, rows, cols)
	if err != nil {
		return 0, err
	}
	return mean(values), nil
}

func mean(x []float64) float64 { return floats.Sum(x) / float64(len(x)) }

// decompose returns the singular values of a, descending.
func decompose(a *mat.Dense) ([]float64, error) {
	var svd mat.SVD
	if !svd.Factorize(a, mat.SVDNone) {
		rows, cols := a.Dims()
		return nil, fmt.Errorf("measure: the singular value decomposition of a %d x %d matrix did not converge", rows, cols)
	}
	return svd.Values(nil), nil
}

func widen(a []float32) []float64 {
	wide := make([]float64, len(a))
	for i, v := range a {
		wide[i] = float64(v)
	}
	return wide
}

// checkMatrix returns an error if a, called name in it, is not a non-empty
// row-major [rows, cols] matrix of finite numbers.
func checkMatrix(name string, a []float32, rows, cols int) error {
	if rows < 1 || cols < 1 {
		return fmt.Errorf("measure: %s of shape [%d, %d]: want at least 1 row and 1 column", name, rows, cols)
	}
	if len(a) != rows*cols {
		return fmt.Errorf("measure: %s of shape [%d, %d] has %d elements: want %d", name, rows, cols, len(a), rows*cols)
	}
	if i := FirstNonFinite(a); i >= 0 {
		return fmt.Errorf("measure: %s element [%d, %d] is %v: want finite numbers", name, i/cols, i%cols, a[i])
	}
	return nil
}
