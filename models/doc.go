// Package models declares networks as symbolic Gorgonia graphs: the multi-layer perceptrons of Glorot & Bengio
// (2010), "Understanding the difficulty of training deep feedforward neural networks", and their relatives.
//
// A network has d hidden layers. Layer k of the paper's figures, k = 1..d, is Z[k-1] = f(S[k-1]) with
// S[k-1] = Z[k-2] W[k-1] + B[k-1]; the output layer has index d. All matrices are row-major: activations
// [batch, units], weights [in, out].
//
// To add an activation or an initialiser, write it into a file of its own, with its formula and its source, and a line into the list
// in activation.go or initializer.go; names, help and most tests follow from the lists. Costs and curvatures have one file each.
package models
