package graph

import (
	"fmt"
	"reflect"

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
		return fmt.Sprintf("node %q (%v)", Name(n), n.Op())
	}
}

// Name returns a name for n that says what it is: its own, or for the gradient of an input that nobody has named, dcost/dw after the
// input w.
func Name(n *G.Node) string {
	if n.Op() == nil || n.Name() != autoName(n) {
		return n.Name()
	}
	for _, d := range n.DerivOf() {
		if isInput(d) {
			return "dcost/d" + d.Name()
		}
	}
	return n.Name()
}

// autoName is what Gorgonia calls a node that has no name.
func autoName(n *G.Node) string {
	text := fmt.Sprintf("%s(", n.Op())
	for i, k := range children(n) {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%%%x", k.ID())
	}
	return text + ")"
}

// children returns the nodes that n reads, in the order of the op's arguments, from a field that gorgonia does not export.
// The graph's own From looks a node up by an index that is wrong once a node was removed, as gorgonia does when it rewrites
// log(1-x), and then gives the children of another node.
func children(n *G.Node) G.Nodes {
	kids := *(*G.Nodes)(reflect.ValueOf(n).Elem().FieldByName("children").Addr().UnsafePointer())
	return kids[:len(kids):len(kids)]
}

// checkChildren says what is wrong with the nodes that n reads.
func checkChildren(n *G.Node, kids G.Nodes) error {
	if arity := n.Op().Arity(); arity >= 0 && arity != len(kids) {
		return fmt.Errorf("it reads %d nodes, and its op takes %d", len(kids), arity)
	}
	for i, k := range kids {
		if k == nil || k.Graph() != n.Graph() && !isConstant(k) {
			return fmt.Errorf("its argument %d was removed from the graph, as Gorgonia does when it rewrites log(1+x), log(1-x)", i)
		}
	}
	return nil
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

// wanted returns what one wants of a graph if one does not say: the nodes that no node of the graph reads and the gradients of
// the inputs, for a solver; and to be shown if they are there, the nodes of the forward part, the cost and a prediction among
// them. The forward part is what a differentiated node needs, or a root that needs no gradient.
func wanted(g *G.ExprGraph) (nodes, shown G.Nodes) {
	all := g.AllNodes() // a node comes after the nodes that it reads
	read, gradient, forward, derived := make(map[*G.Node]bool), make(map[*G.Node]bool), make(map[*G.Node]bool), make(map[*G.Node]bool)
	for _, n := range all {
		if isInput(n) {
			gradient[n.Deriv()] = true
		}
		if !isStatement(n) {
			for _, k := range children(n) {
				read[k] = true
			}
		}
	}
	spread := func() { // from a node to those that it reads
		for i := len(all) - 1; i >= 0; i-- {
			for _, k := range children(all[i]) {
				forward[k] = forward[k] || forward[all[i]]
			}
		}
	}
	for _, n := range all {
		forward[n] = n.Deriv() != nil
	}
	spread()
	for _, n := range all {
		if isInput(n) || isConstant(n) || forward[n] {
			continue
		}
		derived[n] = len(n.DerivOf()) > 0
		for _, k := range children(n) {
			derived[n] = derived[n] || derived[k]
		}
		forward[n] = !read[n] && !derived[n] && !isStatement(n)
	}
	spread()
	for _, n := range all {
		value := !isInput(n) && !isStatement(n) && !isConstant(n)
		switch {
		case gradient[n] || value && !read[n]:
			nodes = append(nodes, n)
		case value && forward[n]:
			shown = append(shown, n)
		}
	}
	return nodes, shown
}
