// Package paper reproduces Glorot & Bengio (2010), "Understanding the difficulty of training deep feedforward neural
// networks".
//
// A [Study] makes the observations that the figures and claims asked for need, of networks just initialised, from several seeds, and of networks in
// training, and hands them to these.
package paper
