package measure

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// JacobianSingularValues returns the singular values, in descending order,
// of a layer's Jacobian for one example,
//
//	J = dz^{i+1}/dz^i = diag(f'(s)) Wᵀ    [out, in]
//
// where z^{i+1} = f(s) and s = z^i W + b: Glorot & Bengio 2010, eq. 17. w is W
// [in, out], row-major, and derivative is f'(s) [out] of the example. It
// returns an error if a shape is wrong or a number is not finite.
func JacobianSingularValues(w []float32, in, out int, derivative []float32) ([]float64, error) {
	if err := checkMatrix("weight matrix", w, in, out); err != nil {
		return nil, err
	}
	if err := checkMatrix("derivative", derivative, 1, out); err != nil {
		return nil, err
	}
	return jacobianValues(w, in, out, derivative)
}

// MeanJacobianSingularValue returns the mean of the singular values of the
// layer Jacobians (see JacobianSingularValues) of the first k examples. Glorot
// & Bengio 2010, section 4.2, report a mean around 0.8 with normalized and 0.5
// with standard initialization. derivatives holds f'(s) [examples, out],
// row-major, of at least k examples. It is an error if a shape is wrong, a
// number is not finite, or k is not between 1 and the number of examples.
func MeanJacobianSingularValue(w []float32, in, out int, derivatives []float32, k int) (float64, error) {
	if err := checkMatrix("weight matrix", w, in, out); err != nil {
		return 0, err
	}
	examples := len(derivatives) / out
	if err := checkMatrix("derivatives", derivatives, examples, out); err != nil {
		return 0, err
	}
	if k < 1 || k > examples {
		return 0, fmt.Errorf("measure: Jacobians of the first %d examples: want 1 to %d", k, examples)
	}
	sum := 0.0
	for e := range k {
		values, err := jacobianValues(w, in, out, derivatives[e*out:(e+1)*out])
		if err != nil {
			return 0, fmt.Errorf("example %d: %w", e, err)
		}
		sum += mean(values)
	}
	return sum / float64(k), nil
}

// jacobianValues decomposes the transpose of the Jacobian, W diag(f'(s)),
// which has the same singular values and the layout of w.
func jacobianValues(w []float32, in, out int, derivative []float32) ([]float64, error) {
	a := widen(w)
	for i := range in {
		row := a[i*out : (i+1)*out]
		for j, d := range derivative {
			row[j] *= float64(d)
		}
	}
	return decompose(mat.NewDense(in, out, a))
}
