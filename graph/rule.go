package graph

import (
	"errors"
	"fmt"
	"math"
	"reflect"

	"glorot/graph/kernel"
)

// A Rule changes a parameter by its gradient. [SGD], [Momentum], [Nesterov], [AdaGrad], [RMSProp], [Adam] and [AdamW] are rules that kernels
// compute; a rule of one's own is a [Custom].
//
// The seven mean what they mean in torch.optim of PyTorch. Decay is its weight_decay: it is added to the gradient, after that is
// clipped, as Decay w, except in AdamW. Parameters of different options get an [Update] each. Of a rule that a Machine has, only the Rate
// may be changed, between two runs.
//
// Where a gradient is a product Xᵀ dS that nobody else reads, and the batch is small, it is computed by blocks, applied while a block is in the cache, and never
// stored. A parameter's bits do not depend on whether somebody observes the gradient.
type Rule interface {
	// States returns how many tensors of the parameter's type and shape the rule keeps for each parameter.
	States() int
}

// Custom is a rule of one's own.
type Custom interface {
	Rule

	// Update32 and Update64 change param by grad. Both are flat and row-major. state holds States slices, zero at first
	// and kept between updates.
	Update32(param, grad []float32, state [][]float32)
	Update64(param, grad []float64, state [][]float64)
}

// Numbered is a Custom rule that depends on the number of the update. Number is called with it, 1, 2, …, before each parameter's update.
type Numbered interface {
	Custom
	Number(update int)
}

// formula is a rule that kernels compute.
type formula interface {
	Rule
	at(update int) kernel.Rule // that of update 1, 2, …, without clipping
}

// SGD is stochastic gradient descent, w <- w - Rate g (Glorot & Bengio 2010, section 2.1). Without Decay and clipping, it adds
// -Rate Xᵀ dS to the parameter in one product.
type SGD struct{ Rate, Decay float64 }

// Momentum is classical momentum: v <- Mu v + g, w <- w - Rate v (Polyak 1964, in the form of Sutskever et al. 2013 with the rate outside
// the velocity).
type Momentum struct{ Rate, Mu, Decay float64 }

// Nesterov is Nesterov's momentum: v <- Mu v + g, w <- w - Rate (g + Mu v) (Sutskever et al. 2013, section 2, with the parameters that
// Bengio et al. 2012, "Advances in optimizing recurrent networks", section 3.5, put in their place).
type Nesterov Momentum

// AdaGrad divides by the root of the sum of squares: s <- s + g², w <- w - Rate g/(sqrt(s) + Epsilon) (Duchi et al. 2011).
type AdaGrad struct{ Rate, Epsilon, Decay float64 }

// RMSProp divides by the root of a moving average of squares: s <- Alpha s + (1-Alpha) g², w <- w - Rate g/(sqrt(s) + Epsilon) (Tieleman
// and Hinton 2012, lecture 6.5).
type RMSProp struct{ Rate, Alpha, Epsilon, Decay float64 }

// Adam divides one moving average by the root of another: m <- Beta1 m + (1-Beta1) g, s <- Beta2 s + (1-Beta2) g² and, at update t,
// w <- w - Rate m' / (sqrt(s') + Epsilon), where m' = m/(1-Beta1^t) and s' = s/(1-Beta2^t) (Kingma and Ba 2015, algorithm 1).
type Adam struct{ Rate, Beta1, Beta2, Epsilon, Decay float64 }

// AdamW is Adam whose Decay does not go through the averages: w <- w - Rate Decay w, then Adam's update (Loshchilov and Hutter 2019).
type AdamW Adam

// NewAdaGrad returns AdaGrad with the default Epsilon of torch.optim, 1e-10.
func NewAdaGrad(rate float64) *AdaGrad { return &AdaGrad{Rate: rate, Epsilon: 1e-10} }

// NewRMSProp returns RMSProp with the defaults of torch.optim: Alpha 0.99, Epsilon 1e-8.
func NewRMSProp(rate float64) *RMSProp { return &RMSProp{Rate: rate, Alpha: .99, Epsilon: 1e-8} }

// NewAdam returns Adam with the defaults of torch.optim: Beta1 0.9, Beta2 0.999, Epsilon 1e-8.
func NewAdam(rate float64) *Adam { return &Adam{Rate: rate, Beta1: .9, Beta2: .999, Epsilon: 1e-8} }

// NewAdamW returns AdamW with the defaults of torch.optim: those of Adam, and a Decay of 0.01.
func NewAdamW(rate float64) *AdamW {
	w := AdamW(*NewAdam(rate))
	w.Decay = .01
	return &w
}

// States returns 0.
func (r *SGD) States() int { return 0 }

// States returns 1: the velocity v.
func (r *Momentum) States() int { return 1 }

// States returns 1: the velocity v.
func (r *Nesterov) States() int { return 1 }

// States returns 1: the sum s.
func (r *AdaGrad) States() int { return 1 }

// States returns 1: the average s.
func (r *RMSProp) States() int { return 1 }

// States returns 2: the averages m and s.
func (r *Adam) States() int { return 2 }

// States returns 2: the averages m and s.
func (r *AdamW) States() int { return 2 }

// stateNames returns what torch.optim calls the rule's states. Those of a rule of one's own are numbered.
func stateNames(r Rule) (names []string) {
	switch r.(type) {
	case *Momentum, *Nesterov:
		return []string{"momentum_buffer"}
	case *AdaGrad:
		return []string{"sum"}
	case *RMSProp:
		return []string{"square_avg"}
	case *Adam, *AdamW:
		return []string{"exp_avg", "exp_avg_sq"}
	}
	for i := range r.States() {
		names = append(names, fmt.Sprint("state", i))
	}
	return names
}

func (r *SGD) at(int) kernel.Rule {
	return kernel.Rule{Form: kernel.Plain, Rate: r.Rate, Decay: r.Decay}
}

func (r *Momentum) at(int) kernel.Rule {
	return kernel.Rule{Form: kernel.Velocity, Rate: r.Rate, Decay: r.Decay, Keep1: r.Mu}
}

func (r *Nesterov) at(int) kernel.Rule {
	return kernel.Rule{Form: kernel.Ahead, Rate: r.Rate, Decay: r.Decay, Keep1: r.Mu}
}

func (r *AdaGrad) at(int) kernel.Rule {
	return kernel.Rule{Form: kernel.Scaled, Rate: r.Rate, Decay: r.Decay, Keep2: 1, Take2: 1, Correct: 1, Epsilon: r.Epsilon}
}

func (r *RMSProp) at(int) kernel.Rule {
	return kernel.Rule{Form: kernel.Scaled, Rate: r.Rate, Decay: r.Decay, Keep2: r.Alpha, Take2: 1 - r.Alpha, Correct: 1, Epsilon: r.Epsilon}
}

func (r *Adam) at(update int) kernel.Rule {
	return kernel.Rule{
		Form: kernel.Moments, Rate: r.Rate / (1 - power(r.Beta1, update)), Decay: r.Decay,
		Keep1: r.Beta1, Take1: 1 - r.Beta1, Keep2: r.Beta2, Take2: 1 - r.Beta2,
		Correct: 1 / math.Sqrt(1-power(r.Beta2, update)), Epsilon: r.Epsilon, Shrink: 1,
	}
}

func (r *AdamW) at(update int) kernel.Rule {
	k := (*Adam)(r).at(update)
	k.Decay, k.Shrink = 0, 1-float64(r.Rate*r.Decay)
	return k
}

// power is x to the n, by products alone, so that it has the same bits on every processor.
func power(x float64, n int) float64 {
	y := 1.0
	for ; n > 0; n /= 2 {
		if n%2 == 1 {
			y = float64(y * x)
		}
		x = float64(x * x)
	}
	return y
}

// checkFormula checks the options of a rule: none is below 0, and what is kept of an average is below 1.
func checkFormula(f formula) error {
	v := reflect.ValueOf(f)
	if v.IsNil() {
		return errors.New("no rule")
	}
	for i := range v.Elem().NumField() {
		switch name, x := v.Elem().Type().Field(i).Name, v.Elem().Field(i).Float(); {
		case !(x >= 0):
			return fmt.Errorf("%s is %v; want a number of at least 0", name, x)
		case x >= 1 && (name == "Alpha" || name == "Beta1" || name == "Beta2"):
			return fmt.Errorf("%s is %v; want a number below 1", name, x)
		}
	}
	return nil
}
