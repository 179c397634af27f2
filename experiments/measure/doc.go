// Package measure turns slices of float32 into the statistics of Glorot &
// Bengio, "Understanding the difficulty of training deep feedforward neural
// networks" (AISTATS 2010): moments, percentiles, histograms and saturation of
// activations, statistics of gradients, and singular values of layer Jacobians.
//
// Every sum is taken in float64 and in an order that depends only on the values
// and on how they were cut into calls, so that the same input gives the same
// answer. Values that are NaN or infinite are counted separately and are not
// part of any statistic.
package measure
