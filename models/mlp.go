package models

import (
	"errors"
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Config declares a multi-layer perceptron with a softmax output.
type Config struct {
	Inputs     int
	Hidden     []int // widths of the hidden layers, first to last; may be empty
	Classes    int
	Activation Activation
	Init       Initializer
	Cost       Cost
	Dtype      tensor.Dtype // the zero value means Float32
}

// Sizes returns the layers' sizes: inputs, hidden widths, classes.
func (c Config) Sizes() []int {
	return append(append([]int{c.Inputs}, c.Hidden...), c.Classes)
}

func (c Config) dtype() tensor.Dtype {
	if c.Dtype == (tensor.Dtype{}) {
		return tensor.Float32
	}
	return c.Dtype
}

// Parameters draws the network's parameters. See NewParameters.
func (c Config) Parameters(seed uint64) (*Parameters, error) {
	return NewParameters(c.Sizes(), c.Init, seed, c.dtype())
}

// MLP is a network as a graph, with its nodes by role and layer. With d hidden layers, indices 0..d-1 are the
// hidden layers ("Layer 1" to "Layer d" of the figures) and index d is the output layer.
//
// Gradients are those of Cost, which is the mean over the batch.
type MLP struct {
	Graph *G.ExprGraph
	X, Y  *G.Node // input [batch, inputs] and target [batch, classes], to be bound

	W, B   []*G.Node // d+1 weights [in, out] and biases [out], bound to the parameters
	S      []*G.Node // d+1 pre-activations [batch, out]; S[d] is Logits
	Z      []*G.Node // d activations [batch, width]
	Logits *G.Node   // [batch, classes]
	Cost   *G.Node   // scalar

	DS []*G.Node // d+1 gradients dCost/dS[i] [batch, out]
	DW []*G.Node // d+1 gradients dCost/dW[i] [in, out]
	DB []*G.Node // d+1 gradients dCost/dB[i] [out], the sum of DS[i] over the batch
}

// Build declares the network for batches of the given size over parameters p, which other graphs may share. The gradients
// are made symbolically (gorgonia.Backpropagate); a Machine drops those that are not used.
func (c Config) Build(p *Parameters, batch int) (*MLP, error) {
	if batch < 1 {
		return nil, fmt.Errorf("batch of %d; want at least 1", batch)
	}
	if err := c.fits(p); err != nil {
		return nil, err
	}
	dt, g := c.dtype(), G.NewGraph()
	m := &MLP{
		Graph: g,
		X:     G.NewMatrix(g, dt, G.WithShape(batch, c.Inputs), G.WithName("X")),
		Y:     G.NewMatrix(g, dt, G.WithShape(batch, c.Classes), G.WithName("Y")),
	}
	z := m.X
	for i := range p.W {
		w := G.NewMatrix(g, dt, G.WithShape(p.W[i].Shape()...), G.WithName(fmt.Sprintf("W%d", i+1)), G.WithValue(p.W[i]))
		b := G.NewVector(g, dt, G.WithShape(p.B[i].Shape()...), G.WithName(fmt.Sprintf("b%d", i+1)), G.WithValue(p.B[i]))
		m.W, m.B = append(m.W, w), append(m.B, b)
		s, err := affine(z, w, b)
		if err != nil {
			return nil, fmt.Errorf("layer %d: %w", i+1, err)
		}
		m.S = append(m.S, s)
		if i == len(c.Hidden) {
			break
		}
		if z, err = c.Activation.Apply(s); err != nil {
			return nil, fmt.Errorf("layer %d: %w", i+1, err)
		}
		m.Z = append(m.Z, z)
	}
	m.Logits = m.S[len(c.Hidden)]
	var err error
	if m.Cost, err = c.Cost.Build(m.Logits, m.Y); err != nil {
		return nil, fmt.Errorf("cost: %w", err)
	}
	if err := m.differentiate(); err != nil {
		return nil, brief(err)
	}
	m.name()
	return m, nil
}

// fits checks that the parameters have the network's sizes and type.
func (c Config) fits(p *Parameters) error {
	if p == nil {
		return errors.New("no parameters")
	}
	sizes := c.Sizes()
	if err := c.Validate(); err != nil {
		return err
	}
	if len(p.W) != len(sizes)-1 {
		return fmt.Errorf("parameters of %d layers for a network of %d", len(p.W), len(sizes)-1)
	}
	if len(p.B) != len(p.W) {
		return fmt.Errorf("parameters of %d weight matrices and %d biases; want equal numbers", len(p.W), len(p.B))
	}
	for i := range p.W {
		if err := c.fit(fmt.Sprintf("W%d", i+1), p.W[i], sizes[i], sizes[i+1]); err != nil {
			return err
		}
		if err := c.fit(fmt.Sprintf("b%d", i+1), p.B[i], sizes[i+1]); err != nil {
			return err
		}
	}
	return nil
}

func (c Config) fit(name string, t *tensor.Dense, shape ...int) error {
	if want := tensor.Shape(shape); !t.Shape().Eq(want) || t.Dtype() != c.dtype() {
		return fmt.Errorf("%s is %v %v; want %v %v", name, t.Dtype(), t.Shape(), c.dtype(), want)
	}
	return nil
}

// affine makes z w + b.
func affine(z, w, b *G.Node) (*G.Node, error) {
	zw, err := G.Mul(z, w)
	if err != nil {
		return nil, err
	}
	return G.BroadcastAdd(zw, b, nil, []byte{0})
}

// differentiate adds the gradient nodes. gorgonia.Grad refuses interior nodes such as S[i]; Backpropagate does not.
func (m *MLP) differentiate() error {
	one := m.Graph.AddNode(constant(m.Cost.Dtype(), 1))
	var wrt G.Nodes
	for i := range m.W {
		wrt = append(wrt, m.S[i], m.W[i], m.B[i])
	}
	grads, err := G.Backpropagate(G.Nodes{m.Cost}, G.Nodes{one}, wrt)
	if err != nil {
		return err
	}
	for i := 0; i < len(grads); i += 3 {
		m.DS, m.DW, m.DB = append(m.DS, grads[i]), append(m.DW, grads[i+1]), append(m.DB, grads[i+2])
	}
	return nil
}

// name names the nodes by role and layer, for errors and graphs.
func (m *MLP) name() {
	for i := range m.S {
		k := i + 1
		G.WithName(fmt.Sprintf("S%d", k))(m.S[i])
		G.WithName(fmt.Sprintf("dCost/dS%d", k))(m.DS[i])
		G.WithName(fmt.Sprintf("dCost/dW%d", k))(m.DW[i])
		G.WithName(fmt.Sprintf("dCost/db%d", k))(m.DB[i])
	}
	for i := range m.Z {
		if m.Z[i] != m.S[i] {
			G.WithName(fmt.Sprintf("Z%d", i+1))(m.Z[i])
		}
	}
	G.WithName("logits")(m.Logits)
	G.WithName("cost")(m.Cost)
}

// Learnables returns the parameters' nodes and their gradients, in the same order.
func (m *MLP) Learnables() (params, grads G.Nodes) {
	for i := range m.W {
		params = append(params, m.W[i], m.B[i])
		grads = append(grads, m.DW[i], m.DB[i])
	}
	return params, grads
}

// Layer returns the layer, 1 to d+1, that a node of the network belongs to, or 0 if it has no role in a layer.
func (m *MLP) Layer(n *G.Node) int {
	for _, role := range [][]*G.Node{m.S, m.Z, m.W, m.B, m.DS, m.DW, m.DB} {
		for i, r := range role {
			if r == n {
				return i + 1
			}
		}
	}
	return 0
}
