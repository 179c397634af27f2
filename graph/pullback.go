package graph

import (
	"fmt"

	G "gorgonia.org/gorgonia"
)

// Pullback makes the node of dz ∂z/∂s, from z that is made of s, and dz of the shape of z. Gorgonia's Backpropagate differentiates a
// node once, and adds the first result to every later one; Pullback leaves no trace on the nodes and may be called again.
func Pullback(z, dz, s *G.Node) (*G.Node, error) {
	if z == s {
		return dz, nil
	}
	all := z.Graph().AllNodes() // a node comes after the nodes that it reads
	depends := map[*G.Node]bool{s: true}
	for _, n := range all {
		for _, k := range children(n) {
			depends[n] = depends[n] || depends[k]
		}
	}
	if !depends[z] {
		return nil, fmt.Errorf("%s does not depend on %s", Describe(z), Describe(s))
	}
	grads := map[*G.Node]*G.Node{z: dz}
	for i := len(all) - 1; i >= 0; i-- {
		n := all[i]
		if grads[n] == nil || n == s {
			continue
		}
		op, ok := n.Op().(G.SDOp)
		if !ok {
			return nil, fmt.Errorf("%s has no derivative", Describe(n))
		}
		kids := children(n)
		differentiable := op.DiffWRT(len(kids))
		terms, err := op.SymDiff(kids, n, grads[n])
		if err != nil {
			return nil, fmt.Errorf("differentiating %s: %w", Describe(n), err)
		}
		for j, k := range kids {
			switch {
			case !depends[k]:
			case !differentiable[j]:
				return nil, fmt.Errorf("%s has no derivative by its argument %d", Describe(n), j)
			case grads[k] == nil:
				grads[k] = terms[j]
			default:
				if grads[k], err = G.Add(grads[k], terms[j]); err != nil {
					return nil, fmt.Errorf("the gradient of %s: %w", Describe(k), err)
				}
			}
		}
	}
	return grads[s], nil
}
