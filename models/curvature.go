package models

import (
	"errors"
	"fmt"

	G "gorgonia.org/gorgonia"
)

// A Curvature estimates, for every parameter, the second derivative h of the cost by it, as the mean over the batch of
//
//	h_W = (z²)ᵀ q,  h_b = q summed over the batch
//
// with the layer's inputs z, squared elementwise, and a q [batch, out] that depends on the method. h is not negative. Glorot
// & Bengio (2010, section 4) report that individual rates from such estimates are better than a single rate.
type Curvature struct {
	Name    string
	Formula string // q of one example

	build func(c Config, m *MLP) (q []*G.Node, err error)
}

// Curvatures returns the two estimates that the paper names:
//
//   - hessian: the diagonal of the Hessian, back-propagated through the layers in the Gauss-Newton (Levenberg-Marquardt)
//     approximation, without the second derivative of f and without terms off the diagonal (LeCun, Bottou, Orr & Müller
//     1998, "Efficient BackProp", sections 7.3 and 7.4). For a network without hidden layers it is exact. It is for the cost
//     nll, whose diagonal at the logits is p(1-p);
//   - variance: the mean square of the gradient of one example. The mean over examples of (z_i dCost/ds_j)² is a product of
//     squares too, which costs no more than the gradient of the mini-batch and does not shrink with its size.
func Curvatures() []Curvature {
	return []Curvature{
		{Name: "hessian", Formula: "p(1-p) at the logits, f'(s)² (q of the next layer) (W²)ᵀ below", build: gaussNewton},
		{Name: "variance", Formula: "(dCost/ds)²", build: gradientSquare},
	}
}

// CurvatureByName returns the estimate called name, or an error that lists all names.
func CurvatureByName(name string) (Curvature, error) {
	return byName("curvature", name, Curvatures())
}

func (v Curvature) names() []string { return []string{v.Name} }

// Build adds the estimates to the graph of a network that c built: hw [in, out] and hb [out] of every layer, the output
// layer last.
func (v Curvature) Build(c Config, m *MLP) (hw, hb []*G.Node, err error) {
	if !c.Plain() {
		return nil, nil, errors.New("the curvature of a network with a norm, residual connections, dropout or a learned activation; want a plain network")
	}
	if v.build == nil {
		return nil, nil, fmt.Errorf("no curvature; want %s", listed(Curvatures()))
	}
	q, err := v.build(c, m)
	if err != nil {
		return nil, nil, fmt.Errorf("curvature %s: %w", v.Name, err)
	}
	for i := range m.W {
		w, b, err := m.squares(i, q[i])
		if err != nil {
			return nil, nil, fmt.Errorf("curvature %s: layer %d: %w", v.Name, i+1, err)
		}
		G.WithName(fmt.Sprintf("h(W%d)", i+1))(w)
		G.WithName(fmt.Sprintf("h(b%d)", i+1))(b)
		hw, hb = append(hw, w), append(hb, b)
	}
	return hw, hb, nil
}

// squares makes (z²)ᵀ q and the sum of q over the batch, for layer i of input z.
func (m *MLP) squares(i int, q *G.Node) (hw, hb *G.Node, err error) {
	z := m.X
	if i > 0 {
		z = m.Z[i-1]
	}
	zz, err := G.Square(z)
	if err != nil {
		return nil, nil, err
	}
	if _, hw, err = transposed(zz, m.W[i], q); err != nil {
		return nil, nil, err
	}
	hb, err = G.Sum(q, 0)
	return hw, hb, err
}

// gaussNewton makes q of the hessian, divided by the batch.
func gaussNewton(c Config, m *MLP) ([]*G.Node, error) {
	if c.Cost.Name != "nll" {
		return nil, fmt.Errorf("it is for the cost nll, not %s", c.Cost.Name)
	}
	d := len(m.Z)
	q := make([]*G.Node, d+1)
	var err error
	if q[d], err = bernoulliVariance(m.Logits); err != nil {
		return nil, err
	}
	for i := d - 1; i >= 0; i-- {
		if q[i], err = m.pull(c.ActivationOf(i), i, q[i+1]); err != nil {
			return nil, fmt.Errorf("layer %d: %w", i+1, err)
		}
	}
	return q, nil
}

// bernoulliVariance makes p(1-p) over the batch, p = softmax(logits): the second derivative of -log p_k by each logit, for any
// class k.
func bernoulliVariance(logits *G.Node) (*G.Node, error) {
	p, err := probabilities(logits)
	if err != nil {
		return nil, err
	}
	pp, err := G.Square(p)
	if err != nil {
		return nil, err
	}
	variance, err := G.Sub(p, pp)
	if err != nil {
		return nil, err
	}
	return over(variance, logits.Shape()[0])
}

// pull makes f'(s)² above (W²)ᵀ for hidden layer i, where above is q of the next layer and W its weights.
func (m *MLP) pull(f Activation, i int, above *G.Node) (*G.Node, error) {
	if f.nodes.back == nil {
		return nil, errors.New("no activation")
	}
	ww, err := G.Square(m.W[i+1])
	if err != nil {
		return nil, err
	}
	q, _, err := transposed(m.Z[i], ww, above)
	if err != nil {
		return nil, err
	}
	for range 2 {
		if q, err = f.nodes.back(m.S[i], m.Z[i], q); err != nil {
			return nil, err
		}
	}
	return q, nil
}

// gradientSquare makes q of the variance, divided by the batch. dCost/dS of the graph is that of the mean cost, which is
// 1/batch of an example's.
func gradientSquare(_ Config, m *MLP) ([]*G.Node, error) {
	var q []*G.Node
	batch := float64(m.X.Shape()[0])
	for _, ds := range m.DS {
		square, err := G.Square(ds)
		if err != nil {
			return nil, err
		}
		if square, err = linear(square, batch, 0); err != nil {
			return nil, err
		}
		q = append(q, square)
	}
	return q, nil
}
