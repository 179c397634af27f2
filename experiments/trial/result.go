package trial

import (
	"glorot/experiments/pretrain"
	"glorot/experiments/train"
)

// A Result is what was seen of a training.
type Result struct {
	Looks     []train.Layers `json:"looks,omitempty"` // histograms only before and after the training
	Tests     []Test         `json:"tests"`
	Best      int            `json:"best"`  // the first of the Tests with the lowest validation error
	Wrong     []byte         `json:"wrong"` // at the best test: bit i%8 of byte i/8 is 1 if test image i was taken for another class
	Jacobians []Jacobian     `json:"jacobians,omitempty"`
	Diverged  *Divergence    `json:"diverged,omitempty"` // nil if the training came to its end

	Pretrained []pretrain.Layer `json:"pretrained,omitempty"` // how well the layers reconstructed
}

// A Test is the share of errors after Update updates.
type Test struct {
	Update int     `json:"update"`
	Valid  float64 `json:"valid"`
	Test   float64 `json:"test"`
}

// A Jacobian is the spectrum of each layer's Jacobian J^i = dz^{i+1}/dz^i (Glorot & Bengio 2010, eq. 17), i = 1..d-1, on the first
// test image, after Update updates.
type Jacobian struct {
	Update int         `json:"update"`
	Values [][]float32 `json:"values"` // singular values of each layer, descending
}

// Mean returns the mean singular value of each layer.
func (j Jacobian) Mean() []float64 {
	means := make([]float64, len(j.Values))
	for i, values := range j.Values {
		for _, v := range values {
			means[i] += float64(v)
		}
		means[i] /= float64(len(values))
	}
	return means
}

// A Divergence says when and where a training met a NaN or an infinity.
type Divergence struct {
	Update int    `json:"update"`
	Where  string `json:"where"`
}

// AtBest returns the test at the lowest validation error, which early stopping would have reported; a training that
// diverged before its first test has none, and an error of 1.
func (r *Result) AtBest() Test {
	if len(r.Tests) == 0 {
		return Test{Valid: 1, Test: 1}
	}
	return r.Tests[r.Best]
}

// Last returns the last test; a training that diverged has an error of 1.
func (r *Result) Last() Test {
	if len(r.Tests) == 0 || r.Diverged != nil {
		return Test{Valid: 1, Test: 1}
	}
	return r.Tests[len(r.Tests)-1]
}
