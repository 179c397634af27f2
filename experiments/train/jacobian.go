package train

import (
	"context"
	"errors"
	"fmt"

	"glorot/experiments/dataset"
	"glorot/experiments/measure"
	"glorot/graph"
	"glorot/graph/kernel"
	"glorot/models"

	"gorgonia.org/tensor"
)

// Jacobians returns the mean singular value of each layer's Jacobian J^i = dz^{i+1}/dz^i, i = 1..d-1 (eq. 17 of Glorot & Bengio
// 2010: from hidden layer i to hidden layer i+1), averaged over the examples of set.
func Jacobians(ctx context.Context, model models.Config, p *models.Parameters, set *dataset.Set, scale dataset.Scale, e *kernel.Engine) ([]float64, error) {
	var means []float64
	err := jacobians(ctx, model, p, set, scale, e, func(w []float32, in, out int, derivatives []float32) error {
		mean, err := measure.MeanJacobianSingularValue(w, in, out, derivatives, set.Len())
		means = append(means, mean)
		return err
	})
	if err != nil {
		return nil, err
	}
	return means, nil
}

// Spectra returns the singular values of each layer's Jacobian on the first example of set, in descending order; see Jacobians.
func Spectra(ctx context.Context, model models.Config, p *models.Parameters, set *dataset.Set, scale dataset.Scale, e *kernel.Engine) ([][]float64, error) {
	var spectra [][]float64
	err := jacobians(ctx, model, p, set.Head(1), scale, e, func(w []float32, in, out int, derivatives []float32) error {
		values, err := measure.JacobianSingularValues(w, in, out, derivatives)
		spectra = append(spectra, values)
		return err
	})
	if err != nil {
		return nil, err
	}
	return spectra, nil
}

// MayHaveJacobians returns an error if the layers of a network have no Jacobians in the sense of eq. 17.
func MayHaveJacobians(model models.Config) error {
	if !model.Plain() {
		return errors.New("Jacobians of a network with a norm, residual connections, dropout or a learned activation; want a plain network, for which eq. 17 holds")
	}
	return nil
}

// jacobians calls do for each layer with its weights W [in, out] and f'(s) [examples, out].
func jacobians(ctx context.Context, model models.Config, p *models.Parameters, set *dataset.Set, scale dataset.Scale, e *kernel.Engine,
	do func(w []float32, in, out int, derivatives []float32) error) error {
	if err := MayHaveJacobians(model); err != nil {
		return err
	}
	net, err := model.Build(p, set.Len())
	if err != nil {
		return err
	}
	f, err := newFeed(net)
	if err != nil {
		return err
	}
	m, err := graph.New(net.Graph, graph.WithEngine(e), graph.Observe(net.S...), graph.Observe(net.Z...))
	if err != nil {
		return err
	}
	if err := f.from(set, scale, 0); err != nil {
		return err
	}
	if err := m.RunAll(); err != nil {
		return err
	}
	for i := 1; i < len(net.Z); i++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		s, z := net.S[i].Value().(*tensor.Dense).Float32s(), net.Z[i].Value().(*tensor.Dense).Float32s()
		d := make([]float32, len(z))
		for k, v := range z {
			d[k] = float32(model.ActivationOf(i).Derivative(float64(s[k]), float64(v)))
		}
		w := p.W[i]
		if err := do(w.Float32s(), w.Shape()[0], w.Shape()[1], d); err != nil {
			return fmt.Errorf("layer %d: %w", i+1, err)
		}
	}
	return nil
}
