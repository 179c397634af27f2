package models

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	G "gorgonia.org/gorgonia"
)

// WriteNodes writes a table of the nodes that have a role, in the order of a forward and a backward pass.
func (net *MLP) WriteNodes(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ROLE\tLAYER\tNODE\tOP\tSHAPE")
	line := func(role string, layer int, n *G.Node) {
		if n == nil {
			return // the layer has no such role
		}
		op, at := "input", fmt.Sprint(layer)
		if n.Op() != nil {
			op, _ = strings.CutSuffix(strings.TrimSpace(n.Op().String()), " false") // "+ false" is a sum, not a comparison
		}
		if layer == 0 {
			at = "-"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%v\n", role, at, n.Name(), op, n.Shape())
	}
	line("input", 0, net.X)
	line("target", 0, net.Y)
	for i := range net.W {
		line("weight", i+1, net.W[i])
		line("bias", i+1, net.B[i])
		if i < len(net.Gamma) {
			line("scale", i+1, net.Gamma[i])
			line("shift", i+1, net.Beta[i])
			line("slope", i+1, net.Alpha[i])
		}
		line("pre-activation", i+1, net.S[i])
		if i < len(net.Z) {
			line("activation", i+1, net.Z[i])
		}
	}
	line("cost", 0, net.Cost)
	for i := len(net.W) - 1; i >= 0; i-- {
		line("pre-activation gradient", i+1, net.DS[i])
		line("weight gradient", i+1, net.DW[i])
		line("bias gradient", i+1, net.DB[i])
		if i < len(net.Gamma) {
			line("scale gradient", i+1, net.DGamma[i])
			line("shift gradient", i+1, net.DBeta[i])
			line("slope gradient", i+1, net.DAlpha[i])
		}
	}
	return t.Flush()
}
