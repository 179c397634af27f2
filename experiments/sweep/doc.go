// Package sweep plans many runs, and reports the state of each.
//
// A sweep is a YAML document:
//
//	base:                  # for every run; keys that are left out keep their defaults
//	  data.name: shapeset
//	  train.updates: 2500000
//	list:                  # each of these settings
//	  - {model.activation: tanh, model.init: standard}
//	  - {model.activation: tanh, model.init: normalized}
//	grid:                  # with every combination of these
//	  train.batch: [10, 100]
//	seeds: [1, 2, 3]       # and with each of these seeds
//	search:                # for each seed only the best of these is trained to the end
//	  grid: {train.rate: [0.1, 0.03, 0.01], data.low: [0, -1]}
//	  rungs: [{after: 125000, keep: 2}, {after: 500000, keep: 1}]
//	  within: [data.low]   # for each of its values two are kept after 125,000 updates, and one after 500,000
//
// The best have the lowest validation error; see package search. In a search after: N is short for rungs: [{after: N, keep: 1}], and
// rates: [0.1, 0.01] for grid: {train.rate: [0.1, 0.01]}.
//
// A plan determines the cells of a sweep. It is the file plan.json in the directory of the sweep, next to the store runs. Cells of a search that
// train the same candidate for longer and longer share a run. The files of the runs show what has been done; every worker reads them.
package sweep
