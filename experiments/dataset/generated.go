package dataset

import "context"

// The names of the generated data sets.
const (
	ShapesetName     = "shapeset"
	Shapeset100kName = "shapeset100k"
)

// Shapeset100kImages is how many training images shapeset100k has.
const Shapeset100kImages = 100_000

// authorsSeed is the seed of the training images in the authors' scripts.
const authorsSeed = 1

// shapeset is Shapeset-3x2 without end.
func shapeset() Kind {
	s := DefaultShapeset()
	return Kind{
		Name: ShapesetName, Title: "Shapeset-3x2", Generated: true,
		Height: s.Size, Width: s.Size, Channels: 1, columns: true,
		Classes: []string{
			"triangle", "parallelogram", "ellipse",
			"triangle and parallelogram", "parallelogram and ellipse", "triangle and ellipse",
			"two triangles", "two parallelograms", "two ellipses",
		},
		endless: s.NewGenerator,
		open:    func(ctx context.Context, _ string) (*Data, error) { return makeShapeset(ctx, shapeset()) },
	}
}

// shapeset100k is Shapeset-3x2's first 100,000 training images, over which training passes again and again, as in the
// paper's comparison with an SVM (section 2.1).
func shapeset100k() Kind {
	k := shapeset()
	k.Name, k.Title, k.endless = Shapeset100kName, "Shapeset-3x2, 100,000 images", nil
	k.open = func(ctx context.Context, _ string) (*Data, error) {
		d, err := makeShapeset(ctx, shapeset100k())
		if err != nil {
			return nil, err
		}
		d.Train, err = DefaultShapeset().Set(ctx, authorsSeed, Shapeset100kImages)
		return d, err
	}
	return k
}

// makeShapeset makes the validation and test images of all runs.
func makeShapeset(ctx context.Context, k Kind) (*Data, error) {
	d := &Data{Kind: k}
	var err error
	if d.Test, err = DefaultShapeset().TestSet(ctx); err != nil {
		return nil, err
	}
	d.Valid, err = DefaultShapeset().ValidSet(ctx)
	return d, err
}
