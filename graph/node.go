package graph

import (
	"fmt"

	G "gorgonia.org/gorgonia"
)

// Describe names a node for an error message: its name and its op.
func Describe(n *G.Node) string {
	switch {
	case n == nil:
		return "a nil node"
	case n.Op() == nil:
		return fmt.Sprintf("input %q", n.Name())
	default:
		return fmt.Sprintf("node %q (%v)", n.Name(), n.Op())
	}
}

// children returns the nodes that n reads, in the order of the op's arguments.
func children(n *G.Node) G.Nodes {
	var kids G.Nodes
	for it := n.Graph().From(n.ID()); it.Next(); {
		kids = append(kids, it.Node().(*G.Node))
	}
	return kids
}

// opType names the type of n's op. Gorgonia does not export its ops' types.
func opType(n *G.Node) string {
	if n.Op() == nil {
		return ""
	}
	return fmt.Sprintf("%T", n.Op())
}

func isInput(n *G.Node) bool { return n.Op() == nil }

func isStatement(n *G.Node) bool {
	t := opType(n)
	return t == "gorgonia.readOp" || t == "gorgonia.letOp"
}

func isConstant(n *G.Node) bool {
	t := opType(n)
	return t == "gorgonia.constantScalar" || t == "gorgonia.constantTensor"
}

func isReshape(n *G.Node) bool { return opType(n) == "gorgonia.reshapeOp" }

// isProduct reports whether n is a product as it prints: "A × B", "A × Bᵀ", "Aᵀ × B".
func isProduct(n *G.Node, text string) bool {
	return opType(n) == "gorgonia.linAlgBinOp" && n.Op().String() == text
}

// source returns the node whose elements n holds: n itself, or what n is a reshape of.
func source(n *G.Node) *G.Node {
	for isReshape(n) {
		n = children(n)[0]
	}
	return n
}

// wanted returns what one wants of a graph if one does not say: the nodes that no node of the graph reads, and the
// gradients of the inputs, for a solver.
func wanted(g *G.ExprGraph) G.Nodes {
	read, gradient := make(map[*G.Node]bool), make(map[*G.Node]bool)
	for _, n := range g.AllNodes() {
		if isInput(n) {
			gradient[n.Deriv()] = true
			continue
		}
		if isStatement(n) {
			continue
		}
		for _, k := range children(n) {
			read[k] = true
		}
	}
	var nodes G.Nodes
	for _, n := range g.AllNodes() {
		if !isInput(n) && !isStatement(n) && !isConstant(n) && (!read[n] || gradient[n]) {
			nodes = append(nodes, n)
		}
	}
	return nodes
}
