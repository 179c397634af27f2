// Package train drives a network: mini-batches from a source, plain stochastic gradient descent on the mean gradient at a
// constant rate (Glorot & Bengio 2010, section 2.1), and hooks that observe it on a schedule. Momentum, or a rate for
// each parameter, may replace plain descent.
//
// Training and observing use separate machines over the same parameters, so that observing never changes training: with
// all hooks or none, the weights after N updates have the same bits.
package train

// Epoch is the paper's unit of training time on its figures' axes: 20,000 updates (mini-batches), 200,000 examples at a
// batch of 10 (Figures 2, 3, 9, 10).
const Epoch = 20_000

// Numbers is the version of the training arithmetic; results of another version are not reused. It increases whenever the digests
// in the tests change.
const Numbers = 2
