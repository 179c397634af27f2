// Package observed holds what was observed of the paper's networks, before and in training: all that its figures and claims read.
package observed
