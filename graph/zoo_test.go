package graph_test

import (
	"errors"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"glorot/graph"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// An animal of the zoo is a small graph: one op of Gorgonia's, or a network of several.
type animal struct {
	name  string
	build func(c *cage) *G.Node
}

// A cage is where an animal is put together. It remembers the inputs that the animal is differentiated by.
type cage struct {
	*bench
	params G.Nodes
	rebind []func(r *rand.Rand)
}

func newCage(dt tensor.Dtype) *cage { return &cage{bench: newBench(dt)} }

// in makes an input of random elements between -1 and 1, pos one of elements between 1 and 3.
func (c *cage) in(name string, shape ...int) *G.Node {
	n := c.given(name, shape...)
	c.params = append(c.params, n)
	return n
}

func (c *cage) pos(name string, shape ...int) *G.Node {
	n := c.in(name, shape...)
	c.rebind[len(c.rebind)-1] = func(r *rand.Rand) {
		letRandom(n, r)
		x := elements(n.Value())
		for i := range x {
			x[i] += 2
		}
		let(n, x)
	}
	return n
}

// given makes an input that the animal is not differentiated by, and ints one of integers.
func (c *cage) given(name string, shape ...int) *G.Node {
	n := c.bench.in(name, shape...)
	c.rebind = append(c.rebind, func(r *rand.Rand) { letRandom(n, r) })
	return n
}

func (c *cage) ints(name string, shape tensor.Shape, x ...int) *G.Node {
	return G.NewTensor(c.ExprGraph, tensor.Int, len(shape), G.WithShape(shape...), G.WithName(name),
		G.WithValue(tensor.New(tensor.WithShape(shape...), tensor.WithBacking(x))))
}

// feed gives all inputs the elements of the given number.
func (c *cage) feed(seed uint64) {
	r := rand.New(rand.NewPCG(seed, 9))
	for _, f := range c.rebind {
		f(r)
	}
}

// fed returns the inputs' elements.
func (c *cage) fed() (x [][]float64) {
	for _, n := range c.AllNodes() {
		if n.Op() == nil && n.Name() != "memo" {
			x = append(x, elements(n.Value()))
		}
	}
	return x
}

// A flaw is what Gorgonia itself gets wrong with an animal.
type flaw uint8

const (
	noGradient    flaw = 1 << iota // it cannot be differentiated, or not under every cost
	wrongGradient                  // the gradient is not that of the value
	wrongOnTape                    // the tape machine fails, or has other numbers
	listed                         // Flaws lists it for what the zoo cannot see
	neverRuns                      // its Do fails, on every machine
)

// costs are what an animal is put under: nothing, a function that is linear in it, so that the gradient needs nothing of the
// forward part, and one that is not.
var costs = map[string]func(c *cage, out *G.Node) *G.Node{
	"alone": nil,
	"linear": func(c *cage, out *G.Node) *G.Node {
		return total(must(G.HadamardProd(out, c.given("weights", out.Shape()...))))
	},
	"square": func(c *cage, out *G.Node) *G.Node { return total(must(G.Square(out))) },
	"sine, or itself": func(c *cage, out *G.Node) *G.Node {
		if !out.IsScalar() {
			return total(must(G.Sin(out)))
		}
		return out
	},
}

func total(n *G.Node) *G.Node {
	if n.IsScalar() {
		return n
	}
	return must(G.Sum(n))
}

// specimen is an animal under a cost.
type specimen struct {
	*cage
	out, cost *G.Node
	grads     G.Nodes
	read      G.Value // of out
	memo      *G.Node // is set to the cost
}

func (a animal) put(dt tensor.Dtype, cost func(*cage, *G.Node) *G.Node) (s *specimen, err error) {
	defer func() {
		if r := recover(); r != nil {
			s, err = nil, fmt.Errorf("%v", r)
		}
	}()
	s = &specimen{cage: newCage(dt)}
	s.out = a.build(s.cage)
	if cost != nil && len(s.params) > 0 {
		if s.out.Dtype() != dt {
			return nil, fmt.Errorf("it is %v", s.out.Dtype())
		}
		s.cost = cost(s.cage, s.out)
		s.grads, err = G.Grad(s.cost, s.params...)
	}
	return s, err
}

// shown lists what there is to look at.
func (s *specimen) shown() G.Nodes {
	if s.cost == nil {
		return G.Nodes{s.out}
	}
	return append(G.Nodes{s.out, s.cost}, s.grads...)
}

func TestMain(m *testing.M) {
	log.SetOutput(io.Discard) // Gorgonia's group normalisation prints the gradients that it gets
	os.Exit(m.Run())
}

func animals() []animal {
	return slices.Concat(opAnimals(), shapeAnimals(), layerAnimals(), networks())
}

// Every animal has the numbers of the tape machine and the gradients of finite differences, in both types, alone and under
// costs, whoever is observed in which order, on machines made one after the other over one graph. What is excepted is what
// Gorgonia itself gets wrong, and has to be wrong.
func TestZoo(t *testing.T) {
	zoo := animals()
	if len(zoo) < 150 {
		t.Errorf("the zoo has %d animals, want 150", len(zoo))
	}
	known := make(map[string]bool)
	for _, a := range zoo {
		if known[a.name] {
			t.Errorf("there are two animals called %q", a.name)
		}
		known[a.name] = true
		t.Run(a.name, func(t *testing.T) {
			found := listed
			for _, dt := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
				for name, cost := range costs {
					t.Run(fmt.Sprintf("%v %s", dt, name), func(t *testing.T) { found |= a.examine(t, dt, cost, flaws[a.name]) })
				}
			}
			if missing := flaws[a.name] &^ found; missing != 0 && !t.Failed() {
				t.Errorf("Gorgonia does not have the flaws %03b any more that the zoo excepts", missing)
			}
		})
	}
	for name := range flaws {
		if !known[name] {
			t.Errorf("there is no animal called %q to except", name)
		}
	}
}

// examine returns the flaws that it finds among those it is to except.
func (a animal) examine(t *testing.T, dt tensor.Dtype, cost func(*cage, *G.Node) *G.Node, except flaw) (found flaw) {
	s, err := a.put(dt, cost)
	if err != nil {
		if except&noGradient == 0 {
			t.Fatalf("cannot be built: %v", err)
		}
		return noGradient
	}
	if f := graph.Flaws(s.ExprGraph); (len(f) > 0) != (except&(wrongGradient|listed) != 0) && s.cost != nil {
		t.Errorf("the listed flaws are %v", f)
	}
	tol := 1e-9
	if dt == tensor.Float32 {
		tol = 1e-3
		s.state() // in the other type there are no statements, which are roots
	}
	judge := newMachine(t, s.ExprGraph, graph.EvalMode())
	choices := append([]G.Nodes{nil, s.shown()}, arrangements(s.out, s.cost, s.grads)...)
	var wants [2][][]float64 // what two sets of inputs give, by the first two machines
	for i, chosen := range append(choices, nil) {
		if i == len(choices) {
			s.leaveDuals()
		}
		s.feed(uint64(1 - i%2))
		m := newMachine(t, s.ExprGraph, graph.Observe(chosen...))
		if err := errors.Join(judge.RunAll(), s.runs(m, uint64(i%2))); err != nil {
			if _, _, onTape := a.onTape(dt, cost, uint64(i%2)); except&neverRuns != 0 && onTape != nil {
				return neverRuns
			}
			t.Fatal(err)
		}
		if i >= 2 {
			s.check(t, chosen, wants[i%2])
			continue
		}
		for _, n := range s.shown() {
			wants[i] = append(wants[i], elements(n.Value()))
		}
		if !a.asOnTape(t, dt, cost, uint64(i), wants[i], tol, except) {
			found |= wrongOnTape
		}
		s.check(t, chosen, wants[i])
		if dt == tensor.Float64 && i == 1 && !s.asDifferences(t, m, wants[i], except) {
			found |= wrongGradient
		}
	}
	return found
}

// state adds a Read of what comes out, and a Set of an input to the cost.
func (s *specimen) state() {
	G.Read(s.out, &s.read)
	if s.cost != nil {
		s.memo = s.given("memo")
		G.Set(s.memo, s.cost)
	}
}

// runs feeds the inputs and runs the machine, which is to change no input but the memo.
func (s *specimen) runs(m *graph.Machine, seed uint64) error {
	s.feed(seed)
	before := s.fed()
	if err := m.RunAll(); err != nil {
		return err
	}
	if !slices.EqualFunc(before, s.fed(), slices.Equal) {
		return errors.New("an input was changed")
	}
	return nil
}

// check holds the chosen nodes, the statements, and the parameters' gradients if all was shown, to what they were on another
// machine.
func (s *specimen) check(t *testing.T, chosen G.Nodes, want [][]float64) {
	t.Helper()
	for k, n := range s.shown() {
		if (len(chosen) == 0 || slices.Contains(chosen, n)) && !slices.Equal(elements(n.Value()), want[k]) {
			t.Fatalf("with %v observed, %v is %v, want %v", chosen, n, n.Value(), want[k])
		}
	}
	if s.read != nil && !slices.Equal(elements(s.read), want[0]) {
		t.Fatalf("read %v, want %v", s.read, want[0])
	}
	if s.memo != nil && !slices.Equal(elements(s.memo.Value()), want[1]) {
		t.Fatalf("set %v, want %v", s.memo.Value(), want[1])
	}
	for k, n := range s.params {
		if s.cost == nil || n.Deriv() != s.grads[k] || !slices.Contains(chosen, s.grads[k]) && len(chosen) != 0 {
			continue
		}
		if g, err := n.Grad(); err != nil || !slices.Equal(elements(g), want[2+k]) {
			t.Fatalf("with %v observed, the gradient of %v is %v, %v; want %v", chosen, n, g, err, want[2+k])
		}
		if g, _ := n.Grad(); slices.ContainsFunc(s.params[:k], func(o *G.Node) bool { h, _ := o.Grad(); return g == h }) {
			t.Fatalf("the gradient of %v is another one's too", n)
		}
	}
}

// leaveDuals gives the parameters gradients of their own, as a tape machine with BindDualValues leaves them.
func (s *specimen) leaveDuals() {
	for _, n := range s.params {
		stale, err := G.CloneValue(n.Value())
		if err != nil {
			panic(err)
		}
		G.WithGrad(stale)(n)
	}
}

// arrangements are the subsets of the cost, the output and the gradients, in every order.
func arrangements(out, cost *G.Node, grads G.Nodes) (all []G.Nodes) {
	if cost == nil {
		return []G.Nodes{{out}, {out}}
	}
	parts := []G.Nodes{{out}, {cost}, grads}
	var extend func(chosen G.Nodes, left []G.Nodes)
	extend = func(chosen G.Nodes, left []G.Nodes) {
		for i, p := range left {
			next := append(slices.Clone(chosen), p...)
			all = append(all, next)
			extend(next, slices.Delete(slices.Clone(left), i, i+1))
		}
	}
	extend(nil, parts)
	return all
}

// asOnTape compares with the tape machine, and reports whether that is right, if it is excepted.
func (a animal) asOnTape(t *testing.T, dt tensor.Dtype, cost func(*cage, *G.Node) *G.Node, seed uint64, got [][]float64, tol float64, except flaw) bool {
	tape, want, err := a.onTape(dt, cost, seed)
	if err != nil {
		if except&wrongOnTape == 0 {
			t.Fatalf("on the tape machine: %v", err)
		}
		return false
	}
	for i, n := range tape.shown() {
		if d := distance(got[i], elements(want[i])); !(d <= tol) {
			if except&wrongOnTape == 0 {
				t.Errorf("%v is %v, on the tape machine %v", n, got[i], want[i])
			}
			return false
		}
	}
	return true
}

// onTape runs another specimen on the tape machine.
func (a animal) onTape(dt tensor.Dtype, cost func(*cage, *G.Node) *G.Node, seed uint64) (s *specimen, v []G.Value, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	if s, err = a.put(dt, cost); err != nil {
		return nil, nil, err
	}
	s.feed(seed)
	v, err = tapeValues(&built{graph: s.ExprGraph}, s.shown())
	return s, v, err
}

// asDifferences compares the gradients with finite differences of the cost, and reports whether they are right, if they are
// excepted.
func (s *specimen) asDifferences(t *testing.T, m *graph.Machine, got [][]float64, except flaw) bool {
	if s.cost == nil {
		return true
	}
	for i, n := range s.params {
		if d := distance(got[2+i], differences(t, m, s.cost, n)); !(d <= 1e-6) {
			if except&wrongGradient == 0 {
				t.Errorf("the gradient of %v is %v, %v off the differences", n, got[2+i], d)
			}
			return false
		}
	}
	return true
}
