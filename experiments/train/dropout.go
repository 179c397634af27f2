package train

import (
	"fmt"
	"math"

	"glorot/models"
	"glorot/models/stream"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// dropout draws the masks of a training graph. The masks of an update depend on the seed, the layer and the number of updates
// before it, so that nothing about them is in a checkpoint.
type dropout struct {
	seed  uint64
	drop  uint64  // an output is dropped where 63 random bits are below this
	kept  float32 // the factor of the others
	masks [][]float32
}

// newDropout binds masks to a training graph, none if the model has no dropout.
func newDropout(c models.Config, net *models.MLP, seed uint64) (*dropout, error) {
	d := &dropout{seed: seed, drop: uint64(math.Ldexp(c.Dropout, 63)), kept: float32(1 / (1 - c.Dropout))}
	for _, m := range net.Masks {
		t := tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(m.Shape()...))
		if err := G.Let(m, t); err != nil {
			return nil, fmt.Errorf("binding %s: %w", m.Name(), err)
		}
		d.masks = append(d.masks, t.Float32s())
	}
	return d, nil
}

// draw fills the masks of the update that follows the given number of updates.
func (d *dropout) draw(done int) {
	for i, mask := range d.masks {
		r := stream.New(d.seed, fmt.Sprintf("dropout%d/%d", i+1, done))
		for k := range mask {
			mask[k] = d.kept
			if r.Uint64()>>1 < d.drop {
				mask[k] = 0
			}
		}
	}
}
