package plan

import (
	"context"
	"slices"

	"glorot/experiments/dataset"
	"glorot/experiments/paper/setup"
	"glorot/experiments/run"
	"glorot/experiments/runner"
	"glorot/graph/kernel"
)

// Job is one piece of work, done by one worker with an engine of its own.
type Job struct {
	Name  string
	Cost  float64 // about the number of updates of the paper's network that take as long
	Run   func(ctx context.Context, e *kernel.Engine, progress func(part float64)) error
	Needs []int // jobs that must be done before; their numbers are lower
}

// Costs of jobs, in updates of the paper's network on one thread, measured side by side (AVX2, 6.3 ms per update): drawing the 5 million
// weights, the activations of 300 examples, the gradients of a mini-batch, the singular value decomposition of a 1000x1000 matrix, and an
// evaluation on 10,000 examples.
const (
	CostWeights   = 7.0
	CostForward   = 10.0
	CostGradients = 3.4
	CostJacobian  = 115
	costTest      = 260

	costPretraining = 0.4 // an update of one layer's auto-encoder
	costCurvature   = 2.5 // an update with a rate for each parameter
)

// share is the part of a training that is done at a point of it.
func share(c run.Config, at runner.Point) float64 {
	x, before := float64(at.Done)/float64(max(1, at.All)), 0.0
	if c.Pretrain.Updates > 0 {
		before = 0.4 // of the time, about
	}
	switch at.Stage {
	case runner.Pretraining:
		return before * x
	case runner.Training:
		return before + (1-before)*x
	}
	return 0
}

// cost returns the cost of a training in updates of the paper's network.
func cost(c run.Config) float64 {
	const paperWeights = 1024*1000 + 4*1000*1000 + 1000*9
	weights, in := 0, 1024
	if kind, err := dataset.KindByName(c.Data.Name); err == nil {
		in = kind.Features()
	}
	for _, out := range append(slices.Clone(c.Model.Hidden), 10) {
		weights, in = weights+in*out, out
	}
	images := float64(c.Observe.Tested(dataset.FixedLen))
	rec := c.Recording().Ending(c.Train.Updates)
	count := func(s run.Schedule) float64 { return float64(s.Count(c.Train.Updates)) }
	snapshots := CostForward * count(rec.Layers)
	if rec.Gradients {
		snapshots += CostGradients * setup.Examples / setup.Batch * count(rec.Layers)
	}
	updates := float64(c.Train.Updates)
	if c.Train.Optimizer != run.SGD {
		updates *= costCurvature
	}
	updates += costPretraining * float64(c.Pretrain.Updates*len(c.Model.Hidden))
	all := CostWeights + updates + snapshots + 2*costTest*images/dataset.FixedLen*count(rec.Errors)
	all *= float64(weights) / paperWeights
	return all + CostJacobian*float64(max(0, len(c.Model.Hidden)-1))*count(rec.Jacobians)
}

// Total is the cost of all jobs.
func Total(jobs []Job) float64 {
	all := 0.0
	for _, j := range jobs {
		all += j.Cost
	}
	return all
}
