package train

import (
	"context"
	"fmt"
	"math"

	"glorot/experiments/dataset"
	"glorot/graph"
	"glorot/graph/kernel"
	"glorot/models"

	"gorgonia.org/tensor"
)

// evaluationBatch is large enough for the matrix products to run at their best and small enough for the activations to
// stay in the cache.
const evaluationBatch = 250

// An Evaluator measures a network's error on a set, with its own graph over the network's parameters.
type Evaluator struct {
	net     *models.MLP
	feed    *feed
	machine *graph.Machine
	set     *dataset.Set
	scale   dataset.Scale
	wrong   []byte // see Wrong

	confusion Confusion
}

// NewEvaluator compiles the graph that evaluates on set.
func NewEvaluator(model models.Config, p *models.Parameters, set *dataset.Set, scale dataset.Scale, e *kernel.Engine) (*Evaluator, error) {
	if set.Len() == 0 {
		return nil, fmt.Errorf("evaluating on %s: it has no examples", set.Name)
	}
	net, err := model.Build(p, min(evaluationBatch, set.Len()))
	if err != nil {
		return nil, err
	}
	f, err := newFeed(net)
	if err != nil {
		return nil, err
	}
	m, err := graph.New(net.Graph, graph.WithEngine(e), graph.Observe(net.Logits))
	if err != nil {
		return nil, err
	}
	return &Evaluator{net: net, feed: f, machine: m, set: set, scale: scale}, nil
}

// Score is the result of an evaluation.
type Score struct {
	Examples int
	Errors   int     // examples whose largest logit is not their label's; ties go to the lower class
	NLL      float64 // mean negative log-likelihood, in nats
}

// Error returns the share of errors.
func (s Score) Error() float64 { return float64(s.Errors) / float64(s.Examples) }

// Run evaluates the network with its present parameters.
func (v *Evaluator) Run(ctx context.Context) (Score, error) {
	s := Score{Examples: v.set.Len()}
	v.wrong = make([]byte, (s.Examples+7)/8)
	n, classes := len(v.feed.b.Labels), v.feed.classes
	v.confusion = make(Confusion, classes)
	for k := range v.confusion {
		v.confusion[k] = make([]int, classes)
	}
	for from := 0; from < s.Examples; from += n {
		if err := ctx.Err(); err != nil {
			return Score{}, err
		}
		if err := v.feed.from(v.set, v.scale, from); err != nil {
			return Score{}, fmt.Errorf("evaluating on %s: %w", v.set.Name, err)
		}
		if err := v.machine.RunAll(); err != nil {
			return Score{}, fmt.Errorf("evaluating on %s: %w", v.set.Name, err)
		}
		logits := v.net.Logits.Value().(*tensor.Dense).Float32s()
		first := min(from, s.Examples-n) // the last batch repeats earlier images
		for i := from - first; i < n; i++ {
			best, nll := judge(logits[i*classes:(i+1)*classes], int(v.feed.b.Labels[i]))
			v.confusion[v.feed.b.Labels[i]][best]++
			if best != int(v.feed.b.Labels[i]) {
				s.Errors++
				v.wrong[(first+i)/8] |= 1 << ((first + i) % 8)
			}
			s.NLL += nll
		}
	}
	s.NLL /= float64(s.Examples)
	return s, nil
}

// Wrong returns which examples the last Run counted as errors: bit i%8 of byte i/8 is 1 for example i. A later Run does not
// change the returned value.
func (v *Evaluator) Wrong() []byte { return v.wrong }

// Confusion returns the predictions of the last Run by class. A later Run does not change the returned value.
func (v *Evaluator) Confusion() Confusion { return v.confusion }

// judge returns the class of the largest logit and the negative log-likelihood of the label.
func judge(logits []float32, label int) (best int, nll float64) {
	for k, x := range logits {
		if x > logits[best] {
			best = k
		}
	}
	top := float64(logits[best])
	var sum float64
	for _, x := range logits {
		sum += math.Exp(float64(x) - top)
	}
	return best, math.Log(sum) + top - float64(logits[label])
}
