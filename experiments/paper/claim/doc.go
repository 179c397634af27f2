// Package claim judges the paper's claims, C1 to C46: each reads observations, compares them with an expected range, and has a verdict.
//
// A claim stands in the file of its subject. The ranges are in thresholds.go, those about training in thresholds_training.go; RANGES.md in the folder
// above says when and why each was chosen.
package claim
