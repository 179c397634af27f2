// Package compare compares configurations by their runs. It groups runs by the keys in which their configurations differ, takes the
// seeds of a group as replicates, and computes for each metric its mean or median in every group, an interval, and whether the groups
// differ.
//
// As in benchstat (golang.org/x/perf), each metric has an assumption about its distribution over seeds, which determines the
// summary and the test: see [Assumption]. If there are too few runs, the result says so.
package compare
