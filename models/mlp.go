package models

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Config declares a multi-layer perceptron with a softmax output. Hidden layer i computes, from its input x,
//
//	s = Norm(x W + b), z = f(s)
//
// and its output, the input of the next layer, is z after Dropout and plus what Residual adds.
type Config struct {
	Inputs     int
	Hidden     []int // widths of the hidden layers, first to last; may be empty
	Classes    int
	Activation Activation   // of all hidden layers
	Layers     []Activation // of each hidden layer, instead of Activation; nil means Activation
	Init       Initializer
	Cost       Cost
	Norm       Norm         // of the hidden layers
	Residual   int          // number of layers in a block, from the first layer; the input of each block is added to its output if both have the same width (He et al. 2016). 0 means no blocks
	Dropout    float64      // probability in [0, 1) that training sets an output of a hidden layer to 0 and divides the others by 1 - Dropout (Srivastava et al. 2014)
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

// ActivationOf returns the activation of a hidden layer, 0 to len(Hidden)-1.
func (c Config) ActivationOf(layer int) Activation {
	if c.Layers != nil {
		return c.Layers[layer]
	}
	return c.Activation
}

// Plain reports whether a hidden layer is z = f(x W + b), with a fixed f, and its output z, as in the paper.
func (c Config) Plain() bool {
	return c.Norm.build == nil && c.Residual == 0 && c.Dropout == 0 && !c.Activation.Learned() && !slices.ContainsFunc(c.Layers, Activation.Learned)
}

// Parameters draws the network's parameters; see NewParameters. Those of a norm are at their initial values.
func (c Config) Parameters(seed uint64) (*Parameters, error) {
	p, err := NewParameters(c.Sizes(), c.Init, seed, c.dtype())
	if err != nil {
		return nil, err
	}
	for i := range c.Hidden {
		c.Norm.add(p, i)
		if f := c.ActivationOf(i); f.Learned() {
			p.Alpha[i] = filled(c.dtype(), f.slope(c.Hidden[i]), firstSlope)
		}
	}
	return p, nil
}

// MLP is a network as a graph, with its nodes by role and layer. With d hidden layers, indices 0..d-1 are the
// hidden layers ("Layer 1" to "Layer d" of the figures) and index d is the output layer. A node is nil where its layer has no such role.
//
// Gradients are those of Cost, which is the mean over the batch.
type MLP struct {
	Graph *G.ExprGraph
	X, Y  *G.Node // input [batch, inputs] and target [batch, classes], to be bound

	// Masks are the factors [batch, width] of dropout in a training graph with Dropout: 0 or 1/(1 - Dropout), to be bound before each
	// update. They are bound to ones, so that nothing is dropped until then. Otherwise Masks is nil.
	Masks []*G.Node

	W, B        []*G.Node // d+1 weights [in, out] and biases [out], bound to the parameters
	Gamma, Beta []*G.Node // d scales and shifts [out] of the norm
	Alpha       []*G.Node // d slopes [1] or [out] of the activations
	S           []*G.Node // d+1 pre-activations [batch, out], after the norm; S[d] is Logits
	Z           []*G.Node // d activations [batch, width]
	In          []*G.Node // d+1 inputs of the layers; In[0] is X
	Logits      *G.Node   // [batch, classes]
	Cost        *G.Node   // scalar

	DS            []*G.Node // d+1 gradients dCost/dS[i] [batch, out]
	DW            []*G.Node // d+1 gradients dCost/dW[i] [in, out]
	DB            []*G.Node // d+1 gradients dCost/dB[i] [out]
	DGamma, DBeta []*G.Node // d gradients [out]
	DAlpha        []*G.Node // d gradients [1] or [out]
	DA            []*G.Node // d+1 gradients of the pre-activations before the norm [batch, out]: DW[i] is In[i]ᵀ DA[i]

	norms  []*layerNodes // of the hidden layers
	before []*G.Node     // pre-activations before the norm, where there is one
}

// Build declares the network as it is evaluated, for batches of the given size over parameters p, which other graphs may share: without
// dropout, and with the running statistics of batch normalisation. The gradients are made symbolically (gorgonia.Backpropagate); a Machine
// drops those that are not used.
func (c Config) Build(p *Parameters, batch int) (*MLP, error) { return c.build(p, batch, 1, false) }

// BuildTraining declares the network as it is trained: with dropout (see MLP.Masks), and with the statistics of the mini-batch in
// batch normalisation. Without these it is the same as Build.
func (c Config) BuildTraining(p *Parameters, batch int) (*MLP, error) {
	return c.build(p, batch, 1, true)
}

// BuildBatches is BuildTraining for several mini-batches at once, one below the other. The gradients are of the sum of their costs: DS and DA
// have the bits that they have one by one, while the others are sums over all. It fails for a norm whose statistics are those of the mini-batch.
func (c Config) BuildBatches(p *Parameters, batch, batches int) (*MLP, error) {
	if batches < 1 || batches > 1 && c.Norm.AcrossExamples() {
		return nil, fmt.Errorf("%d mini-batches at once with norm %s; want one", batches, c.Norm.Name)
	}
	return c.build(p, batch, batches, true)
}

func (c Config) build(p *Parameters, batch, batches int, training bool) (*MLP, error) {
	if batch < 1 {
		return nil, fmt.Errorf("batch of %d; want at least 1", batch)
	}
	batch *= batches
	if err := c.fits(p); err != nil {
		return nil, err
	}
	if err := c.Norm.checkBatch(batch); training && err != nil {
		return nil, err
	}
	dt, g := c.dtype(), G.NewGraph()
	m := &MLP{
		Graph: g,
		X:     G.NewMatrix(g, dt, G.WithShape(batch, c.Inputs), G.WithName("X")),
		Y:     G.NewMatrix(g, dt, G.WithShape(batch, c.Classes), G.WithName("Y")),
	}
	out := m.X
	var err error
	for i := range c.Hidden {
		if out, err = c.hidden(m, p, i, out, training); err != nil {
			return nil, fmt.Errorf("layer %d: %w", i+1, err)
		}
	}
	if m.Logits, err = m.affine(p, out); err != nil {
		return nil, fmt.Errorf("layer %d: %w", len(c.Hidden)+1, err)
	}
	m.S = append(m.S, m.Logits)
	if m.Cost, err = c.Cost.Build(m.Logits, m.Y); err != nil {
		return nil, fmt.Errorf("cost: %w", err)
	}
	if err := m.differentiate(batches); err != nil {
		return nil, brief(err)
	}
	m.name()
	return m, nil
}

// hidden adds hidden layer i with the input x and returns its output.
func (c Config) hidden(m *MLP, p *Parameters, i int, x *G.Node, training bool) (*G.Node, error) {
	a, err := m.affine(p, x)
	if err != nil {
		return nil, err
	}
	n := &layerNodes{training: training, epsilon: c.Norm.epsilon, s: a}
	m.norms = append(m.norms, n)
	n.gamma, n.beta = m.vector("gamma", i, p.Gamma[i]), m.vector("beta", i, p.Beta[i])
	n.mean, n.vari = m.vector("mean", i, p.Mean[i]), m.vector("var", i, p.Var[i])
	m.Gamma, m.Beta = append(m.Gamma, n.gamma), append(m.Beta, n.beta)
	m.before = append(m.before, nil)
	if c.Norm.build != nil {
		m.before[i] = a
		if err := c.Norm.build(n, a); err != nil {
			return nil, fmt.Errorf("norm %s: %w", c.Norm.Name, err)
		}
	}
	alpha := m.vector("alpha", i, p.Alpha[i])
	m.Alpha = append(m.Alpha, alpha)
	z, err := c.activate(i, n.s, alpha)
	if err != nil {
		return nil, err
	}
	m.S, m.Z = append(m.S, n.s), append(m.Z, z)
	out := z
	if training && c.Dropout > 0 {
		mask := G.NewMatrix(m.Graph, z.Dtype(), G.WithShape(z.Shape()...), G.WithName(fmt.Sprintf("Mask%d", i+1)), G.WithInit(G.Ones()))
		m.Masks = append(m.Masks, mask)
		if out, err = G.HadamardProd(z, mask); err != nil {
			return nil, err
		}
	}
	if k := c.Residual; k > 0 && (i+1)%k == 0 {
		if skip := m.In[i+1-k]; skip.Shape()[1] == out.Shape()[1] {
			return G.Add(out, skip)
		}
	}
	return out, nil
}

// activate makes the activation of hidden layer i.
func (c Config) activate(i int, s, alpha *G.Node) (*G.Node, error) {
	if f := c.ActivationOf(i); f.Learned() {
		return f.alpha(s, alpha)
	}
	return c.ActivationOf(i).Apply(s)
}

// vector makes the node of a parameter [out] of layer i, or nil if there is none.
func (m *MLP) vector(name string, i int, value *tensor.Dense) *G.Node {
	if value == nil {
		return nil
	}
	return G.NewVector(m.Graph, value.Dtype(), G.WithShape(value.Shape()...), G.WithName(fmt.Sprintf("%s%d", name, i+1)), G.WithValue(value))
}

// affine adds x W + b of the next layer, with its parameters.
func (m *MLP) affine(p *Parameters, x *G.Node) (*G.Node, error) {
	i := len(m.W)
	w := G.NewMatrix(m.Graph, p.W[i].Dtype(), G.WithShape(p.W[i].Shape()...), G.WithName(fmt.Sprintf("W%d", i+1)), G.WithValue(p.W[i]))
	b := m.vector("b", i, p.B[i])
	m.In, m.W, m.B = append(m.In, x), append(m.W, w), append(m.B, b)
	if b == nil {
		return G.Mul(x, w)
	}
	return affine(x, w, b)
}

// fits checks that the parameters have the network's sizes and type.
func (c Config) fits(p *Parameters) error {
	if p == nil {
		return errors.New("no parameters")
	}
	if err := c.Validate(); err != nil {
		return err
	}
	sizes := c.Sizes()
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
		norm := c.Norm
		if i == len(c.Hidden) || norm.build == nil {
			norm = Norm{biased: true}
		}
		slopes, of := 0, "norm "+cmp.Or(c.Norm.Name, "none")
		if i < len(c.Hidden) && c.ActivationOf(i).Learned() {
			slopes = c.ActivationOf(i).slope(sizes[i+1])
		}
		for _, v := range []struct {
			name string
			of   []*tensor.Dense
			want bool
		}{{"b", p.B, norm.biased}, {"gamma", p.Gamma, norm.build != nil}, {"beta", p.Beta, norm.shifted}, {"mean", p.Mean, norm.running}, {"var", p.Var, norm.running}, {"alpha", p.Alpha, slopes > 0}} {
			name, length := fmt.Sprintf("%s%d", v.name, i+1), sizes[i+1]
			if v.name == "alpha" {
				of, length = "this activation", slopes
			}
			switch has := i < len(v.of) && v.of[i] != nil; {
			case v.want && !has:
				return fmt.Errorf("no %s; want one with %s", name, of)
			case has && !v.want:
				return fmt.Errorf("%s is given; want none with %s", name, of)
			case has:
				if err := c.fit(name, v.of[i], length); err != nil {
					return err
				}
			}
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

// differentiate adds the gradient nodes of that many times the cost. gorgonia.Grad refuses interior nodes such as S[i]; Backpropagate does not.
func (m *MLP) differentiate(times int) error {
	seed := m.Graph.AddNode(constant(m.Cost.Dtype(), float64(times)))
	var wrt G.Nodes
	var grads [][]*G.Node
	roles := [][]*G.Node{m.S, m.W, m.B, m.Gamma, m.Beta, m.Alpha, m.before}
	for _, of := range roles {
		grads = append(grads, make([]*G.Node, len(of)))
	}
	each := func(do func(role, i int, n *G.Node)) {
		for i := range m.W {
			for role, of := range roles {
				if i < len(of) && of[i] != nil {
					do(role, i, of[i])
				}
			}
		}
	}
	each(func(_, _ int, n *G.Node) { wrt = append(wrt, n) })
	all, err := G.Backpropagate(G.Nodes{m.Cost}, G.Nodes{seed}, wrt)
	if err != nil {
		return err
	}
	each(func(role, i int, _ *G.Node) { grads[role][i], all = all[0], all[1:] })
	m.DS, m.DW, m.DB, m.DGamma, m.DBeta, m.DAlpha = grads[0], grads[1], grads[2], grads[3], grads[4], grads[5]
	for i, ds := range m.DS {
		if i < len(m.before) && m.before[i] != nil {
			ds = grads[6][i]
		}
		m.DA = append(m.DA, ds)
	}
	return nil
}

// roles are the nodes by role, with the names that they have in errors and graphs, which end with the layer.
func (m *MLP) roles() []role {
	return []role{
		{"W", m.W}, {"b", m.B}, {"gamma", m.Gamma}, {"beta", m.Beta}, {"alpha", m.Alpha}, {"S", m.S}, {"Z", m.Z}, {"dCost/dS", m.DS},
		{"dCost/dW", m.DW}, {"dCost/db", m.DB}, {"dCost/dgamma", m.DGamma}, {"dCost/dbeta", m.DBeta}, {"dCost/dalpha", m.DAlpha},
	}
}

type role struct {
	name  string
	nodes []*G.Node
}

// name names the nodes by role and layer, for errors and graphs. The activation identity has no node of its own.
func (m *MLP) name() {
	for _, r := range m.roles() {
		for i, n := range r.nodes {
			if n != nil && !(r.name == "Z" && n == m.S[i]) {
				G.WithName(fmt.Sprintf("%s%d", r.name, i+1))(n)
			}
		}
	}
	G.WithName("logits")(m.Logits)
	G.WithName("cost")(m.Cost)
}

// Learnables returns the parameters' nodes and their gradients, in the order of Parameters.List.
func (m *MLP) Learnables() (params, grads G.Nodes) {
	for i := range m.W {
		for _, r := range [][2][]*G.Node{{m.W, m.DW}, {m.B, m.DB}, {m.Gamma, m.DGamma}, {m.Beta, m.DBeta}, {m.Alpha, m.DAlpha}} {
			if i < len(r[0]) && r[0][i] != nil {
				params, grads = append(params, r[0][i]), append(grads, r[1][i])
			}
		}
	}
	return params, grads
}

// Running returns the nodes of the running statistics and those of their values after an update, in the same order, for graph.Update
// with [graph.Assign]. They are empty unless the graph trains with batch normalisation.
func (m *MLP) Running() (params, values G.Nodes) {
	for _, n := range m.norms {
		if n.newMean != nil {
			params, values = append(params, n.mean, n.vari), append(values, n.newMean, n.newVar)
		}
	}
	return params, values
}

// Layer returns the layer, 1 to d+1, that a node of the network belongs to, or 0 if it has no role in a layer.
func (m *MLP) Layer(n *G.Node) int {
	for _, r := range m.roles() {
		if i := slices.Index(r.nodes, n); i >= 0 && n != nil {
			return i + 1
		}
	}
	return 0
}
