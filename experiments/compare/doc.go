// Package compare compares configurations by their runs. It groups runs by the keys in which their configurations differ, takes the
// seeds of a group as replicates, and computes for each metric its centre in every group, an interval, and whether the groups differ.
//
// Groups have three to five seeds. Tests of ranks and of permutations can show nothing with so few: of three pairs no sign test has a p below .25, of
// five none below .0625, and of three runs against three no Mann-Whitney test has one below .1. Student's test can, if it assumes that numbers are
// normally distributed over seeds. So each metric is compared on a scale ([measure.Scale]) on which it has no bounds, so that the assumption is at
// least possible: the logit of a share, the logarithm of a positive number. Intervals are made on the same scale, and so they never leave the
// possible range, and exclude no difference exactly if p without correction is below 5 %.
//
// Reference: J. C. F. de Winter, "Using the Student's t-test with extremely small sample sizes", Practical Assessment, Research & Evaluation 18 (2013)
// no. 10, which simulates two to five values: the test keeps its level, and the paired one has more power where the values of a pair go together.
package compare
