// Package sweep plans many runs, and says of each what has become of it.
//
// A sweep is a YAML document:
//
//	base:                  # of every run; keys that are left out keep their defaults
//	  data.name: shapeset
//	  train.updates: 2500000
//	list:                  # these settings, one after the other
//	  - {model.activation: tanh, model.init: standard}
//	  - {model.activation: tanh, model.init: normalized}
//	grid:                  # each with every combination of these
//	  train.batch: [10, 100]
//	seeds: [1, 2, 3]       # each of those once a seed
//	search:                # and of each seed the best of these alone to the end
//	  grid: {train.rate: [0.1, 0.01], data.low: [0, -1]}
//	  after: 500000        # updates; the lowest validation error there is the best
//
// rates: [0.1, 0.01] in a search is short for grid: {train.rate: [0.1, 0.01]}.
//
// A plan is what a sweep becomes: its cells, one a run. It lies in a directory as plan.json, with a directory of its own for
// each cell: the run, and one file a try. Those files are the truth of what has been done; whoever works on a cell asks them.
package sweep
