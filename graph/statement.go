package graph

import (
	"fmt"
	"reflect"

	G "gorgonia.org/gorgonia"
)

// read is a gorgonia.Read statement: the value of node is copied to into.
type read struct {
	node *G.Node
	from *slot
	into *G.Value
}

// statements finds the graph's gorgonia.Read and gorgonia.Set statements. Where a Read writes to is a field that gorgonia does
// not export, so it is read by reflection. A Set is an update whose rule is to take the new value.
func statements(g *G.ExprGraph) (reads []read, sets []update, err error) {
	for _, n := range g.AllNodes() {
		switch kids := children(n); opType(n) {
		case "gorgonia.readOp":
			into := reflect.ValueOf(n.Op()).FieldByName("into")
			if !into.IsValid() || into.Kind() != reflect.Pointer || len(kids) != 1 {
				return nil, nil, fmt.Errorf("%s: not a read statement of the gorgonia version this package knows", Describe(n))
			}
			reads = append(reads, read{node: kids[0], into: (*G.Value)(into.UnsafePointer())})
		case "gorgonia.letOp":
			if len(kids) != 2 {
				return nil, nil, fmt.Errorf("%s: not a set statement of the gorgonia version this package knows", Describe(n))
			}
			sets = append(sets, update{rule: Assign{}, param: kids[0], grad: kids[1]})
		}
	}
	return reads, sets, nil
}

// copy writes the value as the tape machine does: into the Value that is there, or a clone where there is none.
func (r read) copy() error {
	v := r.from.asValue()
	if *r.into == nil {
		c, err := G.CloneValue(v)
		if err != nil {
			return fmt.Errorf("reading %s: %w", Describe(r.node), err)
		}
		*r.into = c
		return nil
	}
	c, err := G.Copy(*r.into, v)
	if err != nil {
		return fmt.Errorf("reading %s: %w", Describe(r.node), err)
	}
	*r.into = c
	return nil
}

// Assign is the [Custom] rule of gorgonia.Set(param, value): the value takes the gradient's place, and is never clipped. The running
// statistics of batch normalisation are updated by it.
type Assign struct{}

// States returns 0.
func (Assign) States() int { return 0 }

// Update32 copies the value.
func (Assign) Update32(param, value []float32, _ [][]float32) { copy(param, value) }

// Update64 copies the value.
func (Assign) Update64(param, value []float64, _ [][]float64) { copy(param, value) }
