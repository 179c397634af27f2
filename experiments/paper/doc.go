// Package paper reproduces Glorot & Bengio (2010), "Understanding the difficulty of training deep feedforward neural
// networks": one file per figure, its claims as functions with a verdict, and its printed numbers as data.
//
// A [Study] runs what the figures and claims asked for need (networks just initialised, from several seeds, and networks in
// training) and hands the observations to them. Figures and claims only read observations, except Figure 1, which
// also draws images from the generator.
package paper
