package observed

import (
	"math"

	"glorot/graph"
	"glorot/models"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// The grid of Figure 5: both weights from -4 to 4.
const (
	SurfaceSide  = 41
	SurfaceRange = 4.0
)

// CostSurfaces are the surfaces of Figure 5.
type CostSurfaces struct {
	Entropy, Quadratic Surface
}

// A Surface is a cost as a function of the two weights of a network of one input, one hidden tanh unit and one output a = W2
// tanh(W1 x), with x = 1, two classes of logits (a, -a) and targets 1/2 each (random targets, averaged): point i*SurfaceSide+j has W1 at
// index i and W2 at index j of the grid.
type Surface struct {
	Cost  []float64
	Slope []float64 // the norm of the gradient
}

// NewCostSurfaces evaluates cross entropy and quadratic cost on the grid: it is one batch of a network whose weights
// differ from example to example.
func NewCostSurfaces() (*CostSurfaces, error) {
	entropy, err := costSurface("nll", func(logp []float64) float64 { return -(logp[0] + logp[1]) / 2 })
	if err != nil {
		return nil, err
	}
	quadratic, err := costSurface("quadratic", func(logp []float64) float64 {
		a, b := math.Exp(logp[0])-.5, math.Exp(logp[1])-.5
		return a*a + b*b
	})
	if err != nil {
		return nil, err
	}
	return &CostSurfaces{entropy, quadratic}, nil
}

// costSurface differentiates the cost called name symbolically; height is the cost of one point given its log
// probabilities.
func costSurface(name string, height func(logp []float64) float64) (Surface, error) {
	const points = SurfaceSide * SurfaceSide
	grid := func(weight int) *tensor.Dense {
		t := tensor.New(tensor.Of(tensor.Float64), tensor.WithShape(points, 1))
		for i, w := 0, t.Float64s(); i < points; i++ {
			at := [2]int{i / SurfaceSide, i % SurfaceSide}[weight]
			w[i] = SurfaceRange * (2*float64(at)/(SurfaceSide-1) - 1)
		}
		return t
	}
	g := G.NewGraph()
	w1 := G.NewMatrix(g, tensor.Float64, G.WithShape(points, 1), G.WithName("W1"), G.WithValue(grid(0)))
	w2 := G.NewMatrix(g, tensor.Float64, G.WithShape(points, 1), G.WithName("W2"), G.WithValue(grid(1)))
	signs := G.NewMatrix(g, tensor.Float64, G.WithShape(1, 2), G.WithName("signs"), G.WithValue(tensor.New(tensor.WithShape(1, 2), tensor.WithBacking([]float64{1, -1}))))
	half := tensor.New(tensor.Of(tensor.Float64), tensor.WithShape(points, 2))
	for i := range half.Float64s() {
		half.Float64s()[i] = .5
	}
	y := G.NewMatrix(g, tensor.Float64, G.WithShape(points, 2), G.WithName("Y"), G.WithValue(half))

	tanh, err := models.ActivationByName("tanh")
	if err != nil {
		return Surface{}, err
	}
	cost, err := models.CostByName(name)
	if err != nil {
		return Surface{}, err
	}
	hidden, err := tanh.Apply(w1)
	if err != nil {
		return Surface{}, err
	}
	out, err := G.HadamardProd(w2, hidden)
	if err != nil {
		return Surface{}, err
	}
	logits, err := G.Mul(out, signs)
	if err != nil {
		return Surface{}, err
	}
	logp, err := models.LogSoftmax(logits)
	if err != nil {
		return Surface{}, err
	}
	mean, err := cost.Build(logits, y)
	if err != nil {
		return Surface{}, err
	}
	grads, err := G.Grad(mean, w1, w2)
	if err != nil {
		return Surface{}, err
	}
	m, err := graph.New(g, graph.Observe(logp, grads[0], grads[1]), graph.WithThreads(1))
	if err != nil {
		return Surface{}, err
	}
	defer m.Close()
	if err := m.RunAll(); err != nil {
		return Surface{}, err
	}
	values := func(n *G.Node) []float64 { return n.Value().(*tensor.Dense).Float64s() }
	s := Surface{Cost: make([]float64, points), Slope: make([]float64, points)}
	l, d1, d2 := values(logp), values(grads[0]), values(grads[1])
	for i := range points {
		s.Cost[i] = height(l[2*i : 2*i+2])
		s.Slope[i] = points * math.Hypot(d1[i], d2[i]) // the cost node is the mean over the points
	}
	return s, nil
}

// Corners returns the indices of the grid's corners.
func (s Surface) Corners() []int {
	const n = SurfaceSide
	return []int{0, n - 1, n * (n - 1), n*n - 1}
}

// Axes returns the indices where a weight is 0.
func (s Surface) Axes() []int {
	var at []int
	for k := range SurfaceSide {
		at = append(at, SurfaceSide/2*SurfaceSide+k, k*SurfaceSide+SurfaceSide/2)
	}
	return at
}

// Plateau returns the share of the grid where the slope is below 1 % of the surface's largest.
func (s Surface) Plateau() float64 {
	steepest := 0.0
	for _, x := range s.Slope {
		steepest = math.Max(steepest, x)
	}
	n := 0
	for _, x := range s.Slope {
		if x < steepest/100 {
			n++
		}
	}
	return float64(n) / float64(len(s.Slope))
}
