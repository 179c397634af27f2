package graph

import (
	"fmt"

	G "gorgonia.org/gorgonia"
)

// gradient is what the Grad of an input is to be. Mostly the node of the gradient gives it by itself.
type gradient struct {
	input     *G.Node
	from, own *slot // own, the input's copy, is nil if it has from's memory
}

// gradients returns the observed gradients of the graph's inputs. A solver of Gorgonia's clears each gradient that it has used,
// so that no two parameters may have the memory of one gradient in common, and none that of an input or a constant.
func (b *builder) gradients(g *G.ExprGraph) (list []gradient) {
	taken := make(map[*slot]bool)
	for _, n := range g.AllNodes() {
		d := n.Deriv()
		if !isInput(n) || !b.observed[d] {
			continue
		}
		e := gradient{input: n, from: b.slots[d]}
		if taken[e.from.base] || isInput(d) || isConstant(d) || !d.Shape().Eq(n.Shape()) {
			e.own = newSlot(n)
			e.own.allocate()
		}
		taken[e.from.base] = true
		list = append(list, e)
	}
	return list
}

// give makes the Grad of the input that of this run, whatever another machine has left there.
func (e *gradient) give() error {
	want := e.from.asValue()
	if e.own != nil {
		copy(e.own.f32, e.from.f32)
		copy(e.own.f64, e.from.f64)
		want = e.own.asValue()
	}
	value := e.input.Value()
	if have, err := e.input.Grad(); err == nil && have == want || value == nil || want == nil {
		return nil
	}
	if t := G.TypeOf(value); !t.Eq(G.TypeOf(want)) {
		return fmt.Errorf("%s holds a %v and cannot have a %v as gradient", Describe(e.input), t, G.TypeOf(want))
	}
	G.WithGrad(want)(e.input)
	return nil
}
