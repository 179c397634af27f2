// Package trial runs one training as an experiment: a Spec declares everything that determines its numbers, a Result is
// all that was seen of it, small enough to be kept. Whoever compares networks (a search for the rate, several seeds, the
// paper's figures and table) makes a list of Specs, and reads their Results.
package trial
