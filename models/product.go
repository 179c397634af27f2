package models

import (
	"fmt"

	G "gorgonia.org/gorgonia"
)

// transposed makes d bᵀ and aᵀ d for matrices a [m, k], b [k, n] and d [m, n]. They are the derivatives of a b, the only
// place where Gorgonia makes a product with a transposed matrix without transposing it in memory.
func transposed(a, b, d *G.Node) (dbT, aTd *G.Node, err error) {
	ab, err := G.Mul(a, b)
	if err != nil {
		return nil, nil, err
	}
	op, ok := ab.Op().(G.SDOp)
	if !ok {
		return nil, nil, fmt.Errorf("%v has no symbolic derivative", ab.Op())
	}
	grads, err := op.SymDiff(G.Nodes{a, b}, ab, d)
	if err != nil {
		return nil, nil, err
	}
	return grads[0], grads[1], nil
}
