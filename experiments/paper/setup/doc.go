// Package setup declares what Glorot & Bengio (2010) trained: its networks, the data sets that they learn, and for how long.
package setup
