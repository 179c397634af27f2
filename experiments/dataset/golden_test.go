package dataset

import (
	"math"
	"slices"
	"testing"
)

// The numbers in this file were computed from the authors' released generator
// (github.com/glorotxa/Shapeset), its sampler run as it is and its rasteriser
// (pygame 1.8.1) ported to Python, with numpy's RandomState.

func generator(t testing.TB, seed uint32) *Generator {
	t.Helper()
	g, err := DefaultShapeset().NewGenerator(seed)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %v, want %v +- %v", what, got, want, tolerance)
	}
}

func sum(img []uint8) (n int) {
	for _, g := range img {
		n += int(g)
	}
	return n
}

func TestGoldenFirstImages(t *testing.T) {
	g := generator(t, 0)
	img := make([]uint8, 1024)
	var labels []uint8
	for i := range 16 {
		scene := g.NextScene()
		labels = append(labels, scene.Label)
		want := []struct {
			background uint8
			sum        int
		}{{64, 96883}, {209, 164168}, {34, 59503}, {141, 100815}}
		if i >= len(want) {
			continue
		}
		g.Draw(img, scene)
		if scene.Background != want[i].background || sum(img) != want[i].sum {
			t.Errorf("image %d: background %d, sum %d, want %v", i, scene.Background, sum(img), want[i])
		}
	}
	if want := []uint8{4, 5, 0, 4, 6, 2, 4, 0, 0, 1, 1, 5, 3, 3, 3, 7}; !slices.Equal(labels, want) {
		t.Errorf("labels %v, want %v", labels, want)
	}
}

func TestGoldenScenes(t *testing.T) {
	g := generator(t, 0)
	const none = -1
	for image, want := range [][]struct {
		shape         int
		grey          uint8
		k1, k3        int
		scale, vertex Point
		tx, ty        float64 // truncated
	}{
		{
			{1, 205, 19, 21, Point{13.780129, 12.112664}, Point{1.9413, 13.11159}, 8, 11},
			{2, 160, 250, 87, Point{15.615562, 13.941468}, Point{15.97929, 8.95295}, 21, 13},
		}, {
			{2, 39, 0, 82, Point{}, Point{}, none, none},
			{0, 75, 236, 9, Point{}, Point{}, none, none},
		},
	} {
		scene := g.NextScene()
		if len(scene.Objects) != len(want) {
			t.Fatalf("image %d: %d objects, want %d", image, len(scene.Objects), len(want))
		}
		for i, o := range scene.Objects {
			w := want[i]
			if o.Shape != w.shape || o.Grey != w.grey || o.K1 != w.k1 || o.K3 != w.k3 {
				t.Errorf("image %d, object %d: %+v, want %+v", image, i, o, w)
			}
			if w.tx == none {
				continue
			}
			near(t, "longer axis", o.Scale.X, w.scale.X, 1e-6)
			near(t, "shorter axis", o.Scale.Y, w.scale.Y, 1e-6)
			near(t, "first vertex, x", o.Points[0].X, w.vertex.X, 1e-5)
			near(t, "first vertex, y", o.Points[0].Y, w.vertex.Y, 1e-5)
			near(t, "centre, x", math.Trunc(o.Center.X), w.tx, 0)
			near(t, "centre, y", math.Trunc(o.Center.Y), w.ty, 0)
		}
	}
}

func TestGoldenCounts(t *testing.T) {
	g := generator(t, 0)
	var counts [9]int
	for range 10_000 {
		counts[g.NextScene().Label]++
	}
	if want := [9]int{1668, 1667, 1641, 1107, 1130, 1126, 575, 564, 522}; counts != want {
		t.Errorf("images of each class %v, want %v", counts, want)
	}
	if want := (Tally{Images: 10_000, Rejections: 4681, Dropped: 0}); g.Tally() != want {
		t.Errorf("%+v, want %+v", g.Tally(), want)
	}
}

// BenchmarkShapeset makes one image.
func BenchmarkShapeset(b *testing.B) {
	g := generator(b, 0)
	img := make([]uint8, 1024)
	b.ReportAllocs()
	for b.Loop() {
		g.Next(img)
	}
}
