package dataset_test

import (
	"fmt"

	"glorot/experiments/dataset"
)

// The first images of the authors' test set, and a look at what the first shows.
func Example() {
	shapeset := dataset.DefaultShapeset()
	g, err := shapeset.NewGenerator(dataset.TestSeed)
	if err != nil {
		fmt.Println(err)
		return
	}
	scene := g.NextScene()
	for _, o := range scene.Objects {
		fmt.Printf("%2d vertices at (%.1f, %.1f), grey %d on %d\n",
			shapeset.Vertices[o.Shape], o.Center.X, o.Center.Y, o.Grey, scene.Background)
	}
	img := make([]uint8, shapeset.Features())
	g.Draw(img, scene)
	fmt.Print("labels: ", scene.Label)
	for range 7 {
		fmt.Print(" ", g.Next(img))
	}
	// Output:
	//  4 vertices at (8.6, 11.9), grey 205 on 64
	// 20 vertices at (21.2, 13.6), grey 160 on 64
	// labels: 4 5 0 4 6 2 4 0
}
