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

// readStatements finds the graph's gorgonia.Read statements. Where they write to is a field that gorgonia does not
// export, so it is read by reflection.
func readStatements(g *G.ExprGraph) ([]read, error) {
	var found []read
	for _, n := range g.AllNodes() {
		if opType(n) != "gorgonia.readOp" {
			continue
		}
		into := reflect.ValueOf(n.Op()).FieldByName("into")
		kids := children(n)
		if !into.IsValid() || into.Kind() != reflect.Pointer || len(kids) != 1 {
			return nil, fmt.Errorf("%s: not a read statement of the gorgonia version this package knows", Describe(n))
		}
		found = append(found, read{node: kids[0], into: (*G.Value)(into.UnsafePointer())})
	}
	return found, nil
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
