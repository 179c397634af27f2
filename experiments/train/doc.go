// Package train drives a network: mini-batches from a source, plain stochastic gradient descent on the mean gradient at a
// constant rate (Glorot & Bengio 2010, section 2.1), and hooks that observe it on a schedule. Momentum and a rate
// for each parameter may take plain descent's place.
//
// Training and observing are done by machines of their own over the same parameters, so that observing never changes
// training: with all hooks on or none, the weights after N updates are the same bits.
package train

// Epoch is the paper's unit of training time on its figures' axes: 20,000 updates (mini-batches), 200,000 examples at a
// batch of 10 (Figures 2, 3, 9, 10).
const Epoch = 20_000

// Numbers is the version of the training arithmetic; results of another version are not reused. It is raised with every change of
// the digests that the tests hold.
const Numbers = 2
