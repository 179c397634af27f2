package models

import (
	"fmt"
	"math"
	"math/rand/v2"

	"glorot/graph/kernel"
	"glorot/models/stream"

	"gorgonia.org/tensor"
)

// An Initializer draws the weights of a network. It has one of Limit, Std and Draw, which say how one matrix is drawn.
type Initializer struct {
	Name    string
	Aliases []string // other names, as in other programs
	Formula string   // of a weight; in and out are the matrix's fan-in and fan-out
	Source  string   // who proposed it

	// Limit returns a of W ~ U[-a, a], with Var[W] = a²/3, for weight matrix number layer of layers, layer = 0..layers-1.
	Limit func(layer, layers, in, out int) float64

	// Std returns the standard deviation of W ~ N(0, std²).
	Std func(in, out int) float64

	// Draw returns a function that returns the weights one by one, row by row.
	Draw func(r *rand.Rand, l Layer) (next func() float64, err error)

	// Fit changes drawn parameters after a first batch of inputs x [batch, inputs]. It is nil if the weights do not
	// depend on data.
	Fit func(c Config, p *Parameters, x *tensor.Dense, e *kernel.Engine) error

	Scale  float64                   // the default of InitOptions.Scale; 0 if the initialiser has no scale
	Biases func(in, out int) float64 // the default of InitOptions.BiasLimit; nil means 0

	options InitOptions
}

// A Layer is what an Initializer knows of the matrix that it draws.
type Layer struct {
	In, Out int
	Scale   float64
}

// InitOptions change what an Initializer draws. The zero value changes nothing.
type InitOptions struct {
	Gain      float64                   // a factor of all weights; 0 means 1
	Scale     float64                   // the limit or standard deviation of an initialiser that has a scale; 0 means its default
	Bias      float64                   // the mean of the biases, which are equal unless BiasLimit is set
	BiasLimit float64                   // a of biases ~ U[Bias-a, Bias+a]; 0 means the initialiser's own, which is 0 but for torch
	Biases    func(in, out int) float64 // a of each layer's biases, instead of the initialiser's own; such as TorchLimit
	ZeroLast  bool                      // the weights of the output layer are 0, so that training begins with equal probabilities
}

// Initializers returns the initialisers: those of the paper and then the others. To add one, write it into a file and a line
// here.
func Initializers() []Initializer {
	return []Initializer{
		standard(), normalized(), figure(),
		glorotNormal(), heUniform(), heNormal(), lecunUniform(), lecunNormal(), torch(),
		orthogonal(), lsuv(), sparse(), identityMatrix(), uniform(), normal(), truncatedNormal(),
	}
}

// InitializerByName returns the initialiser of that name or alias, however it is spelled, or an error that lists all names.
func InitializerByName(name string) (Initializer, error) {
	return byName("initialiser", name, Initializers())
}

// CanonicalInitializer returns the name that Initializers has for a name or an alias, or the name itself if it is unknown.
func CanonicalInitializer(name string) string { return canonical(name, Initializers()) }

func (i Initializer) names() []string { return append([]string{i.Name}, i.Aliases...) }

// With returns the initialiser with other options.
func (i Initializer) With(o InitOptions) (Initializer, error) {
	for _, x := range []struct {
		name   string
		value  float64
		signed bool
	}{{"a gain", o.Gain, false}, {"a scale", o.Scale, false}, {"biases", o.Bias, true}, {"a limit of the biases", o.BiasLimit, false}} {
		if math.IsNaN(x.value) || math.IsInf(x.value, 0) || x.value < 0 && !x.signed {
			want := "a finite number"
			if !x.signed {
				want += " that is not negative"
			}
			return i, fmt.Errorf("%s of %v; want %s", x.name, x.value, want)
		}
	}
	if o.Scale != 0 && i.Scale == 0 {
		return i, fmt.Errorf("initialiser %s has no scale; want a gain", i.Name)
	}
	i.options = o
	return i, nil
}

// weights returns the function that returns the weights of a matrix, row by row.
func (i Initializer) weights(r *rand.Rand, layer, layers int, l Layer) (func() float64, error) {
	next, err := i.unscaled(r, layer, layers, l)
	gain := i.options.Gain
	switch {
	case err != nil:
		return nil, err
	case i.options.ZeroLast && layer == layers-1:
		return func() float64 { return 0 }, nil
	case gain == 0 || gain == 1:
		return next, nil
	}
	return func() float64 { return gain * next() }, nil
}

func (i Initializer) unscaled(r *rand.Rand, layer, layers int, l Layer) (func() float64, error) {
	switch {
	case i.Limit != nil:
		return within(r, i.Limit(layer, layers, l.In, l.Out)), nil
	case i.Std != nil:
		n, std := gaussian{r: r}, i.Std(l.In, l.Out)
		return func() float64 { return std * n.next() }, nil
	}
	if l.Scale = i.options.Scale; l.Scale == 0 {
		l.Scale = i.Scale
	}
	return i.Draw(r, l)
}

// within returns draws from U[-a, a].
func within(r *rand.Rand, a float64) func() float64 {
	return func() float64 { return a * (2*r.Float64() - 1) }
}

// biases returns the function that returns the biases of a layer.
func (i Initializer) biases(seed uint64, layer int, l Layer) func() float64 {
	a := i.options.BiasLimit
	own := i.Biases
	if i.options.Biases != nil {
		own = i.options.Biases
	}
	if a == 0 && own != nil {
		a = own(l.In, l.Out)
	}
	if a == 0 {
		return func() float64 { return i.options.Bias }
	}
	next := within(rand.New(stream.New(seed, fmt.Sprintf("b%d", layer+1))), a)
	return func() float64 { return i.options.Bias + next() }
}

// fill writes draws into a tensor, rounded to its type.
func fill(t *tensor.Dense, next func() float64) {
	if t.Dtype() == tensor.Float32 {
		for i, w := 0, t.Float32s(); i < len(w); i++ {
			w[i] = float32(next())
		}
		return
	}
	for i, w := 0, t.Float64s(); i < len(w); i++ {
		w[i] = next()
	}
}
