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
//	  grid: {train.rate: [0.1, 0.03, 0.01], data.low: [0, -1]}
//	  rungs: [{after: 125000, keep: 2}, {after: 500000, keep: 1}]
//	  within: [data.low]   # of each of its values two are kept after 125,000 updates, and one after 500,000
//
// The best have the lowest validation error; see package search. after: N in a search is short for rungs: [{after: N, keep: 1}], and
// rates: [0.1, 0.01] for grid: {train.rate: [0.1, 0.01]}.
//
// A plan is what the cells of a sweep are computed from. It lies in a directory as plan.json. The runs lie beside it in the store runs, where
// cells of a search that train one candidate ever longer have one run. Those files are the truth of what has been done; whoever works on a cell asks
// them.
package sweep
