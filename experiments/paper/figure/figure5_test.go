package figure

import (
	"slices"
	"testing"

	"glorot/experiments/paper/observed"
	"glorot/experiments/report"
)

// Figure 5 has the surfaces of both costs over the paper's box.
func TestFigure5(t *testing.T) {
	surfaces, err := observed.NewCostSurfaces()
	if err != nil {
		t.Fatal(err)
	}
	o := &observed.Observations{Surfaces: surfaces}
	fig, err := figure5(o)
	if err != nil {
		t.Fatal(err)
	}
	s := fig.Panels[0].Surfaces
	if s.Low != -4 || s.High != 4 || s.ZMin != 0 || s.ZMax != 5 || len(s.Meshes) != 2 {
		t.Fatalf("box [%v, %v]², [%v, %v], %d meshes", s.Low, s.High, s.ZMin, s.ZMax, len(s.Meshes))
	}
	for i, want := range []struct {
		name string
		z    []float64
	}{{"cross entropy", o.Surfaces.Entropy.Cost}, {"quadratic cost", o.Surfaces.Quadratic.Cost}} {
		if m := s.Meshes[i]; m.Name != want.name || m.N != observed.SurfaceSide || !slices.Equal(m.Z, want.z) {
			t.Errorf("mesh %q of side %d", m.Name, m.N)
		}
	}
	if s.Meshes[0].Color != report.Black || s.Meshes[1].Color != report.Red {
		t.Error("the paper's colours are black for cross entropy and red for the quadratic cost")
	}
}
