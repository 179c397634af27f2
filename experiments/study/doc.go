// Package study turns one YAML file into a conclusion. The file has a sweep, and the question that its runs answer:
//
//	compare: model.init        # the keys of list and grid by which runs are grouped; all of them if it is left out
//	baseline: glorot_uniform   # the group with which the others are compared; the first one if it is left out
//	metric: test/error         # see package compare
//	labels: {he_normal: He et al. (2015)}   # what figures and tables call things
//	base: {model.depth: 20}    # as in package sweep, like list, grid, seeds and search
//	grid: {model.init: [glorot_uniform, he_normal, orthogonal]}
//	seeds: [1, 2, 3, 4, 5]
//
// The directory of a study is that of its sweep. A page, figures and tables lie beside the runs, and are made from them each time.
package study
