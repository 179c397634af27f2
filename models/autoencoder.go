package models

import (
	"fmt"
	"math"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// AutoencoderConfig declares a denoising auto-encoder (Vincent et al. 2008) of inputs x in [Low, High], with which Glorot &
// Bengio (2010, section 3 and Figure 11) pre-train the network with which they compare the others:
//
//	corrupted       x̃ = x ⊙ mask
//	code            z = f(x̃ W + b)
//	reconstruction  r = z Wᵀ + c, mapped to [Low, High]
//
// The weights are tied: the decoder's are the encoder's, transposed. The map to [Low, High] is the logistic function,
// stretched: 1/(1+exp(-r)) for [0, 1] and tanh(r) for [-1, 1]. The cost is the cross entropy between input and reconstruction,
// both brought to [0, 1], summed over the units and averaged over the batch.
type AutoencoderConfig struct {
	Activation Activation // f, of the code
	Low, High  float64    // bounds of the inputs, finite
}

// Autoencoder returns the declaration of the auto-encoder that pre-trains hidden layer number layer, 0 the first, of a network
// with inputs in [low, high]. It fails if the layer's inputs are unbounded activations.
func (c Config) Autoencoder(layer int, low, high float64) (AutoencoderConfig, error) {
	if layer < 0 || layer >= len(c.Hidden) {
		return AutoencoderConfig{}, fmt.Errorf("no hidden layer %d in a network of %d", layer+1, len(c.Hidden))
	}
	if layer > 0 {
		below := c.ActivationOf(layer - 1)
		low, high = below.Low, below.High
	}
	a := AutoencoderConfig{Activation: c.ActivationOf(layer), Low: low, High: high}
	return a, a.check()
}

func (c AutoencoderConfig) check() error {
	if !(c.Low < c.High) || math.IsInf(c.Low, 0) || math.IsInf(c.High, 0) {
		return fmt.Errorf("an auto-encoder of inputs in [%v, %v]; want finite bounds in ascending order", c.Low, c.High)
	}
	return nil
}

// Autoencoder is a denoising auto-encoder as a graph, with its nodes by role. Gradients are those of Cost.
//
// The encoder's weights W and the decoder's V are two nodes over one tensor. An update of both changes it by both gradients.
// Each of these is a matrix product that is fused with the update and not stored.
type Autoencoder struct {
	Graph *G.ExprGraph
	X     *G.Node // input [batch, in], to be bound
	Mask  *G.Node // [batch, in], to be bound: 1 keeps an input, 0 destroys it

	W, B, V, C *G.Node // [in, out], [out], [in, out] and [in], bound to the parameters

	Corrupted      *G.Node // x̃ [batch, in]
	Code           *G.Node // z [batch, out]
	Reconstruction *G.Node // [batch, in], in [Low, High]
	Cost           *G.Node // scalar, in nats

	DW, DB, DV, DC *G.Node // dCost/dW through the encoder, and so on
	DTied          *G.Node // DW + DV [in, out], the gradient of the tied weights
}

// Build declares the auto-encoder for batches of the given size over weights w [in, out], biases b [out] of the code and c
// [in] of the reconstruction, which other graphs may share.
func (c AutoencoderConfig) Build(w, b, visible *tensor.Dense, batch int) (*Autoencoder, error) {
	if batch < 1 {
		return nil, fmt.Errorf("batch of %d; want at least 1", batch)
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	if err := fitAutoencoder(w, b, visible); err != nil {
		return nil, err
	}
	g, dt, in := G.NewGraph(), w.Dtype(), w.Shape()[0]
	input := func(name string, t *tensor.Dense) *G.Node {
		return G.NewTensor(g, dt, t.Dims(), G.WithShape(t.Shape()...), G.WithName(name), G.WithValue(t))
	}
	a := &Autoencoder{
		Graph: g,
		X:     G.NewMatrix(g, dt, G.WithShape(batch, in), G.WithName("X")),
		Mask:  G.NewMatrix(g, dt, G.WithShape(batch, in), G.WithName("mask")),
		W:     input("W", w), B: input("b", b), V: input("V", w), C: input("c", visible),
	}
	logits, err := a.reconstruct(c)
	if err != nil {
		return nil, err
	}
	if err := a.price(c, logits); err != nil {
		return nil, fmt.Errorf("cost: %w", err)
	}
	if err := a.differentiate(); err != nil {
		return nil, fmt.Errorf("differentiating: %w", err)
	}
	a.name()
	return a, nil
}

func fitAutoencoder(w, b, c *tensor.Dense) error {
	if w == nil || b == nil || c == nil {
		return fmt.Errorf("an auto-encoder without weights or biases")
	}
	ws := w.Shape()
	if len(ws) != 2 || !b.Shape().Eq(tensor.Shape{ws[1]}) || !c.Shape().Eq(tensor.Shape{ws[0]}) {
		return fmt.Errorf("an auto-encoder with W of shape %v, b of %v and c of %v; want [in, out], [out] and [in]", ws, b.Shape(), c.Shape())
	}
	if t := w.Dtype(); t != b.Dtype() || t != c.Dtype() || t != tensor.Float32 && t != tensor.Float64 {
		return fmt.Errorf("an auto-encoder with W of %v, b of %v and c of %v; want all float32 or all float64", t, b.Dtype(), c.Dtype())
	}
	return nil
}

// reconstruct makes the nodes from the input to the reconstruction, and returns the logits of the reconstruction in [0, 1].
func (a *Autoencoder) reconstruct(c AutoencoderConfig) (logits *G.Node, err error) {
	if a.Corrupted, err = G.HadamardProd(a.X, a.Mask); err != nil {
		return nil, fmt.Errorf("corrupting: %w", err)
	}
	s, err := affine(a.Corrupted, a.W, a.B)
	if err != nil {
		return nil, fmt.Errorf("code: %w", err)
	}
	if a.Code, err = c.Activation.Apply(s); err != nil {
		return nil, fmt.Errorf("code: %w", err)
	}
	zvT, _, err := transposed(a.Corrupted, a.V, a.Code)
	if err != nil {
		return nil, fmt.Errorf("reconstruction: %w", err)
	}
	r, err := G.BroadcastAdd(zvT, a.C, nil, []byte{0})
	if err != nil {
		return nil, fmt.Errorf("reconstruction: %w", err)
	}
	if logits, err = linear(r, c.High-c.Low, 0); err != nil { // tanh(r) = 2/(1+exp(-2r)) - 1
		return nil, fmt.Errorf("reconstruction: %w", err)
	}
	p, err := G.Sigmoid(logits)
	if err != nil {
		return nil, fmt.Errorf("reconstruction: %w", err)
	}
	if a.Reconstruction, err = linear(p, c.High-c.Low, c.Low); err != nil {
		return nil, fmt.Errorf("reconstruction: %w", err)
	}
	return logits, nil
}

// price makes the node of the cost.
func (a *Autoencoder) price(c AutoencoderConfig, logits *G.Node) error {
	target, err := linear(a.X, 1/(c.High-c.Low), -c.Low/(c.High-c.Low))
	if err != nil {
		return err
	}
	units, err := logisticCrossEntropy.Apply(logits, target)
	if err != nil {
		return err
	}
	sum, err := G.Sum(units)
	if err != nil {
		return err
	}
	a.Cost, err = over(sum, a.X.Shape()[0])
	return err
}

// linear makes scale x + shift.
func linear(x *G.Node, scale, shift float64) (_ *G.Node, err error) {
	if scale != 1 {
		if x, err = G.HadamardProd(x, constant(x.Dtype(), scale)); err != nil {
			return nil, err
		}
	}
	if shift != 0 {
		return G.Add(x, constant(x.Dtype(), shift))
	}
	return x, nil
}

func (a *Autoencoder) differentiate() error {
	one := a.Graph.AddNode(constant(a.Cost.Dtype(), 1))
	grads, err := G.Backpropagate(G.Nodes{a.Cost}, G.Nodes{one}, G.Nodes{a.W, a.B, a.V, a.C})
	if err != nil {
		return err
	}
	a.DW, a.DB, a.DV, a.DC = grads[0], grads[1], grads[2], grads[3]
	a.DTied, err = G.Add(a.DW, a.DV)
	return err
}

// name names the nodes by role, for errors and graphs.
func (a *Autoencoder) name() {
	for name, n := range map[string]*G.Node{
		"corrupted": a.Corrupted, "code": a.Code, "reconstruction": a.Reconstruction, "cost": a.Cost,
		"dCost/dW": a.DW, "dCost/db": a.DB, "dCost/dV": a.DV, "dCost/dc": a.DC, "dCost/d(tied W)": a.DTied,
	} {
		G.WithName(name)(n)
	}
}

// Learnables returns the parameters' nodes and their gradients, in the same order.
func (a *Autoencoder) Learnables() (params, grads G.Nodes) {
	return G.Nodes{a.W, a.B, a.V, a.C}, G.Nodes{a.DW, a.DB, a.DV, a.DC}
}
