package graph

import (
	"reflect"
	"slices"
	"unsafe"

	"github.com/chewxy/hm"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// memory tells which ops share what they keep between two calls. The derivative that Gorgonia makes of a batch normalisation, a
// group normalisation or a CTC loss reads what the op that it is of has left behind (the batch's mean, for example), and
// no edge of the graph says so. Other people's ops do it too.
type memory map[unsafe.Pointer][]*G.Node

// share notes what every op of the graph is and holds.
func share(g *G.ExprGraph) memory {
	m := make(memory)
	for _, n := range g.AllNodes() {
		at := held(n)
		if v := reflect.ValueOf(n.Op()); v.Kind() == reflect.Pointer {
			at = append(at, v.UnsafePointer())
		}
		for _, p := range at {
			m[p] = append(m[p], n)
		}
	}
	return m
}

// before returns the nodes that are computed whenever n is, and before it: older ones, whose ops share memory with n's.
func (m memory) before(n *G.Node) (nodes []*G.Node) {
	for _, p := range held(n) {
		for _, o := range m[p] {
			if o.ID() < n.ID() && !sameOp(o, n) && !slices.Contains(nodes, o) {
				nodes = append(nodes, o)
			}
		}
	}
	return nodes
}

// sameOp reports whether two nodes apply one op, which is then known by its address.
func sameOp(a, b *G.Node) bool {
	x, y := reflect.ValueOf(a.Op()), reflect.ValueOf(b.Op())
	return x.Kind() == reflect.Pointer && y.Kind() == reflect.Pointer && x.UnsafePointer() == y.UnsafePointer()
}

// held returns the addresses of what n's op points to and may change: ops and other structs, tensors, slices of floats and of
// truth values. Types and functions never change, and a node or a graph that an op points to does not count as its memory.
func held(n *G.Node) (at []unsafe.Pointer) {
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Interface:
			if !slices.Contains(immutable, v.Type()) {
				walk(v.Elem())
			}
		case reflect.Struct:
			for i := range v.NumField() {
				walk(v.Field(i))
			}
		case reflect.Slice:
			if k := v.Type().Elem().Kind(); v.Len() > 0 && (k == reflect.Float32 || k == reflect.Float64 || k == reflect.Bool) {
				at = append(at, v.UnsafePointer())
			}
		case reflect.Pointer:
			p := v.UnsafePointer()
			if p == nil || v.Type().Elem().Kind() != reflect.Struct || isImmutable(v.Type()) || slices.Contains(at, p) {
				return
			}
			at = append(at, p)
			if v.Type() != reflect.TypeFor[*tensor.Dense]() {
				walk(v.Elem())
			}
		}
	}
	if v := reflect.ValueOf(n.Op()); v.Kind() != reflect.Pointer {
		walk(v)
	} else if _, stateless := n.Op().(*Func); !stateless {
		walk(v.Elem())
	}
	return at
}

// immutable are the interfaces of what does not change.
var immutable = []reflect.Type{reflect.TypeFor[hm.Type](), reflect.TypeFor[reflect.Type](), reflect.TypeFor[tensor.Slice](), reflect.TypeFor[tensor.Engine]()}

func isImmutable(t reflect.Type) bool {
	return t == reflect.TypeFor[*G.Node]() || t == reflect.TypeFor[*G.ExprGraph]() || slices.ContainsFunc(immutable, t.Implements)
}
