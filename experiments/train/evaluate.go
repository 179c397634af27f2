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

// An Evaluator measures a network's error on a set, through a graph of its own over the network's parameters.
type Evaluator struct {
	net     *models.MLP
	feed    *feed
	machine *graph.Machine
	set     *dataset.Set
	scale   dataset.Scale
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

// Score is what an evaluation found.
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
	n, classes := len(v.feed.b.Labels), v.feed.classes
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
		for i := max(0, from+n-s.Examples); i < n; i++ { // the last batch repeats what comes before
			best, nll := judge(logits[i*classes:(i+1)*classes], int(v.feed.b.Labels[i]))
			if best != int(v.feed.b.Labels[i]) {
				s.Errors++
			}
			s.NLL += nll
		}
	}
	s.NLL /= float64(s.Examples)
	return s, nil
}

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
