package train

import (
	"context"
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
	net, err := model.Build(p, set.Len())
	if err != nil {
		return nil, err
	}
	f, err := newFeed(net)
	if err != nil {
		return nil, err
	}
	m, err := graph.New(net.Graph, graph.WithEngine(e), graph.Observe(net.Z...))
	if err != nil {
		return nil, err
	}
	if err := f.from(set, scale, 0); err != nil {
		return nil, err
	}
	if err := m.RunAll(); err != nil {
		return nil, err
	}
	var means []float64
	for i := 1; i < len(net.Z); i++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		z := net.Z[i].Value().(*tensor.Dense).Float32s()
		d := make([]float32, len(z))
		for k, v := range z {
			d[k] = float32(model.Activation.Derivative(float64(v)))
		}
		w := p.W[i]
		mean, err := measure.MeanJacobianSingularValue(w.Float32s(), w.Shape()[0], w.Shape()[1], d, set.Len())
		if err != nil {
			return nil, fmt.Errorf("layer %d: %w", i+1, err)
		}
		means = append(means, mean)
	}
	return means, nil
}
