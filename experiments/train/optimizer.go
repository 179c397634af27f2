package train

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"glorot/graph"
)

// An Optimizer is the rule by which the gradient changes the parameters. The zero Optimizer is plain stochastic gradient descent. A number
// that the method does not use is ignored.
type Optimizer struct {
	Name     string  // of a Method; "" is sgd
	Momentum float64 // of momentum and nesterov, in [0, 1)
	Beta1    float64 // of adam and adamw, in [0, 1)
	Beta2    float64 // of rmsprop, adam and adamw, in [0, 1); 0 means the default of torch.optim
	Epsilon  float64 // of adagrad, rmsprop, adam and adamw; 0 means the default of torch.optim

	WeightDecay float64 // 0 or more; for all learned parameters, as in torch.optim
	ClipValue   float64 // largest absolute value of an element of the gradients; 0 means no limit
	ClipNorm    float64 // largest norm of all gradients together; 0 means no limit
}

// A Method is a rule of updates; see package graph for their sources.
type Method struct {
	Name    string
	Formula string // g is the gradient, t = 1, 2, … the number of the update

	// rule returns the rule, and where its rate can be changed; it is nil if the method needs a Curvature.
	rule func(o Optimizer, rate float64) (graph.Rule, *float64)
}

// Methods returns the methods of an Optimizer. hessian and variance also need Options.Curvature, at a constant rate.
func Methods() []Method {
	return []Method{
		{"sgd", "w <- w - rate g", func(o Optimizer, rate float64) (graph.Rule, *float64) {
			r := &graph.SGD{Rate: rate, Decay: o.WeightDecay}
			return r, &r.Rate
		}},
		{"momentum", "v <- momentum v + g, w <- w - rate v", func(o Optimizer, rate float64) (graph.Rule, *float64) {
			r := &graph.Momentum{Rate: rate, Mu: o.Momentum, Decay: o.WeightDecay}
			return r, &r.Rate
		}},
		{"nesterov", "v <- momentum v + g, w <- w - rate (g + momentum v)", func(o Optimizer, rate float64) (graph.Rule, *float64) {
			r := &graph.Nesterov{Rate: rate, Mu: o.Momentum, Decay: o.WeightDecay}
			return r, &r.Rate
		}},
		{"adagrad", "s <- s + g², w <- w - rate g/(sqrt(s) + epsilon)", func(o Optimizer, rate float64) (graph.Rule, *float64) {
			r := graph.NewAdaGrad(rate)
			set(&r.Epsilon, o.Epsilon)
			r.Decay = o.WeightDecay
			return r, &r.Rate
		}},
		{"rmsprop", "s <- beta2 s + (1-beta2) g², w <- w - rate g/(sqrt(s) + epsilon)", func(o Optimizer, rate float64) (graph.Rule, *float64) {
			r := graph.NewRMSProp(rate)
			set(&r.Alpha, o.Beta2)
			set(&r.Epsilon, o.Epsilon)
			r.Decay = o.WeightDecay
			return r, &r.Rate
		}},
		{"adam", "m <- beta1 m + (1-beta1) g, s <- beta2 s + (1-beta2) g², w <- w - rate m/(1-beta1^t)/(sqrt(s/(1-beta2^t)) + epsilon)",
			func(o Optimizer, rate float64) (graph.Rule, *float64) {
				r := graph.NewAdam(rate)
				o.moments(r)
				return r, &r.Rate
			}},
		{"adamw", "w <- w - rate weight_decay w, then adam without weight_decay", func(o Optimizer, rate float64) (graph.Rule, *float64) {
			r := graph.NewAdamW(rate)
			o.moments((*graph.Adam)(r))
			return r, &r.Rate
		}},
		{"hessian", "w <- w - rate mu/(h + mu) g, with the diagonal h of the Hessian", nil},
		{"variance", "w <- w - rate mu/(h + mu) g, with the mean square h of an example's gradient", nil},
	}
}

func (o Optimizer) moments(r *graph.Adam) {
	r.Beta1 = o.Beta1
	set(&r.Beta2, o.Beta2)
	set(&r.Epsilon, o.Epsilon)
	r.Decay = o.WeightDecay
}

// set replaces a default by a number that is not 0.
func set(to *float64, x float64) {
	if x != 0 {
		*to = x
	}
}

// method returns the optimizer's method, or an error that lists all.
func (o Optimizer) method() (Method, error) {
	var names []string
	for _, m := range Methods() {
		if m.Name == o.Name || o.Name == "" {
			return m, nil
		}
		names = append(names, m.Name)
	}
	return Method{}, fmt.Errorf("unknown optimizer %q; want %s", o.Name, strings.Join(names, ", "))
}

// States returns how many numbers the optimizer keeps for each parameter; a curvature has two, an average and a rate.
func (o Optimizer) States() int {
	method, err := o.method()
	if err != nil {
		return 0
	}
	if method.rule == nil {
		return 2
	}
	rule, _ := method.rule(o, 1)
	return rule.States()
}

// clips returns the machine's options that limit the gradients.
func (o Optimizer) clips() (options []graph.Option) {
	if o.ClipValue != 0 {
		options = append(options, graph.ClipValue(o.ClipValue))
	}
	if o.ClipNorm != 0 {
		options = append(options, graph.ClipNorm(o.ClipNorm))
	}
	return options
}

// check returns an error if a number of the optimizer or of its schedule is out of range.
func (o Options) check() error {
	switch m := o.Optimizer; {
	case !(o.Rate > 0) || math.IsInf(o.Rate, 1):
		return fmt.Errorf("a rate of %v; want a number above 0", o.Rate)
	case !(m.Momentum >= 0 && m.Momentum < 1):
		return fmt.Errorf("a momentum of %v; want it in [0, 1)", m.Momentum)
	case !(o.LabelSmoothing >= 0 && o.LabelSmoothing < 1):
		return fmt.Errorf("a label smoothing of %v; want it in [0, 1)", o.LabelSmoothing)
	case o.Curvature == nil:
		return nil
	case m != (Optimizer{}):
		return errors.New("an optimizer and a curvature; want one of them")
	case o.Schedule != (Schedule{}):
		return errors.New("a schedule and a curvature; want a constant rate")
	case !o.Model.Plain():
		return errors.New("a curvature of a network with a norm, residual connections, dropout or a learned activation; want a plain network")
	}
	return nil
}

// updates returns the machine's options that update the parameters, and makes the function that sets the rate of each update.
func (l *Loop) updates(o Options) ([]graph.Option, error) {
	params, grads := l.Net.Learnables()
	if o.Curvature != nil {
		var err error
		if l.second, err = newSecond(o, l.Net); err != nil {
			return nil, err
		}
		return l.second.updates(params, grads), nil
	}
	method, err := o.Optimizer.method()
	if err != nil {
		return nil, err
	}
	if method.rule == nil {
		return nil, fmt.Errorf("the optimizer %s without a curvature", method.Name)
	}
	shape, err := o.Schedule.shape()
	if err != nil {
		return nil, err
	}
	rule, rate := method.rule(o.Optimizer, o.Rate)
	l.pace = func(done int) { *rate = o.Rate * o.Schedule.factor(shape, done) }
	list := append(o.Optimizer.clips(), graph.Update(rule, params, grads))
	if statistics, values := l.Net.Running(); len(statistics) > 0 {
		list = append(list, graph.Update(graph.Assign{}, statistics, values))
	}
	return list, nil
}
