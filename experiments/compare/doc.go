// Package compare tells configurations apart by their runs: it groups runs by what differs in their configurations, takes the seeds of
// a group as its replicates, and says of each number that was logged how large it is in every group, how sure that is, and whether the
// groups differ.
//
// As in benchstat (golang.org/x/perf), each metric states what may be assumed of its distribution over seeds, and that chooses
// the summary and the test: see [Assumption]. Too few runs are said, not hidden.
package compare
