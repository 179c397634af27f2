// Package pretrain initialises a network without labels: layer by layer, greedily, each hidden layer as the encoder of a
// denoising auto-encoder (Vincent et al. 2008) of the layer below. Glorot & Bengio (2010, Figure 11) show a network that
// starts from there as the reference for their purely supervised ones.
package pretrain

import (
	"errors"
	"fmt"
	"math"

	"glorot/experiments/train"
	"glorot/graph/kernel"
	"glorot/models"

	"gorgonia.org/tensor"
)

// Options declare a pre-training. The paper does not give these numbers; its authors' later scripts have Batch 10, Rate
// 0.001 and Noise 0.25.
type Options struct {
	Model     models.Config      // of type float32; its output layer is not trained
	Params    *models.Parameters // W and b of the hidden layers are trained in place
	Source    train.Source       // training images, layer after layer from one source; labels are ignored
	Low, High float64            // the scale of the source's images: [0, 1] or [-1, 1]
	Batch     int                // examples of a mini-batch
	Rate      float64            // of SGD, on the mean over the mini-batch of the cost summed over the units; above 0
	Noise     float64            // probability of setting an input of a layer to 0, in [0, 1)
	Updates   int                // of each layer
	Seed      uint64             // of the noise: layer k's is the stream "noise<k>"
	Engine    *kernel.Engine     // closed by the caller
}

// Layer says how well a hidden layer's code reconstructs the layer's uncorrupted input: the cross entropy of an example in nats,
// summed over the units, as a mean over updates. The cross entropy cannot fall below the entropy of the inputs, which is above 0
// unless all inputs are 0 or 1.
type Layer struct {
	Layer int     `json:"layer"` // 1 is the first hidden layer
	First float64 `json:"first"` // over the first Window updates
	Last  float64 `json:"last"`  // over the last Window updates
}

// The costs in a Layer are means over Window updates, or over all if there are fewer.
const Window = 500

func (o *Options) check() error {
	switch {
	case o.Model.Dtype != (tensor.Dtype{}) && o.Model.Dtype != tensor.Float32:
		return fmt.Errorf("pre-training a network of %v; want float32", o.Model.Dtype)
	case o.Source == nil:
		return errors.New("pre-training without a source of images")
	case !(o.Rate > 0) || math.IsInf(o.Rate, 1):
		return fmt.Errorf("a rate of %v; want a number above 0", o.Rate)
	case !(o.Noise >= 0 && o.Noise < 1):
		return fmt.Errorf("noise of %v; want a probability in [0, 1)", o.Noise)
	case o.Updates < 1:
		return fmt.Errorf("%d updates per layer; want at least 1", o.Updates)
	}
	for i := range o.Model.Hidden { // before the first layer is trained
		if _, err := o.Model.Autoencoder(i, o.Low, o.High); err != nil {
			return fmt.Errorf("pre-training layer %d: %w", i+1, err)
		}
	}
	return nil
}
