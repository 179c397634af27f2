package graph

import (
	"reflect"
	"slices"

	G "gorgonia.org/gorgonia"
)

// A Flaw is a node that Gorgonia v0.9.18 itself computes or differentiates wrongly, on every machine.
type Flaw struct {
	Node *G.Node
	What string
}

// String names the node and says what is wrong.
func (f Flaw) String() string { return Describe(f.Node) + ": " + f.What }

// Flaws lists the nodes of g whose values or, if they were differentiated, gradients are known to be wrong in Gorgonia v0.9.18.
func Flaws(g *G.ExprGraph) (list []Flaw) {
	for _, n := range g.AllNodes() {
		what := flawOfValue(n)
		if what == "" && n.Deriv() != nil && !isInput(n) {
			what = flawOfGradient(n)
		}
		if d := n.Deriv(); what == "" && d != nil && d.Deriv() != nil {
			what = "the graph is differentiated by it twice, and of a second gradient with several terms Gorgonia takes the first"
		}
		if what != "" {
			list = append(list, Flaw{n, what})
		}
	}
	return list
}

func flawOfValue(n *G.Node) string {
	switch opType(n) {
	case "*gorgonia.avgPoolOp":
		return "the average is a sum divided by the width of the whole image, and its gradient that of one element of each patch"
	case "*gorgonia.dtConvOp":
		if n.IsScalar() {
			return "ConvType makes a vector of a scalar"
		}
	}
	return ""
}

func flawOfGradient(n *G.Node) string {
	switch text := n.Op().String(); opType(n) {
	case "*gorgonia.dropoutOp":
		return "the gradient of Dropout(x, p) is dy/p, and 0 for p = 0, where dy/(1-p) is right"
	case "gorgonia.elemUnaryOp":
		return map[string]string{
			"log2":    "the gradient of Log2(x) is x/ln 2 dy, where dy/(x ln 2) is right",
			"invSqrt": "the gradient of InverseSqrt(x) is wrong",
		}[text]
	case "gorgonia.linAlgBinOp":
		if text == "a ⊗ b" {
			return "the gradient of OuterProd takes each argument for the other"
		}
	case "*gorgonia.dtConvOp":
		return "ConvType has no right gradient"
	case "*gorgonia.byIndicesOp":
		if field(n, "axis") != 0 {
			return "the gradient of ByIndices is wrong along any axis but the first"
		}
	case "*gorgonia.softmaxOp":
		if field(n, "axis") == -1 && n.Shape().IsColVec() {
			return "the gradient of SoftMax takes a column for many rows, unless the axis 0 is given"
		}
	case "*gorgonia.sparsemaxOp":
		if field(n, "axis") == 0 && n.Dims() > 1 {
			return "the gradient of Sparsemax is wrong along the first axis"
		}
	case "*gorgonia.ctcLossOp":
		if field(n, "reduction") == int64(G.ReductionMean) {
			return "the gradient of CTCLoss with ReductionMean is not that of the mean"
		}
		if kids := children(n); hasLess(kids[2].Value(), kids[0].Shape()[0]) {
			return "the gradient of CTCLoss is -Inf at the steps after a sequence's length"
		}
	}
	return ""
}

// hasLess reports whether v, if it is a vector of whole numbers, has one below most.
func hasLess(v G.Value, most int) bool {
	if v == nil {
		return false
	}
	lengths, _ := v.Data().([]int)
	return slices.ContainsFunc(lengths, func(l int) bool { return l < most })
}

// field returns a number that n's op, a pointer, keeps in a field.
func field(n *G.Node, name string) int64 {
	switch f := reflect.ValueOf(n.Op()).Elem().FieldByName(name); {
	case f.CanInt():
		return f.Int()
	case f.CanUint():
		return int64(f.Uint())
	}
	return -1
}
