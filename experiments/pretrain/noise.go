package pretrain

import (
	"fmt"
	"math/rand/v2"

	"glorot/models/stream"
)

// noise draws the masks of a layer's inputs.
type noise struct {
	source *rand.ChaCha8
	below  uint64 // an input is destroyed where 32 random bits are less than this
}

func newNoise(seed uint64, layer int, probability float64) *noise {
	return &noise{source: stream.New(seed, fmt.Sprintf("noise%d", layer)), below: uint64(probability * (1 << 32))}
}

// mask fills m with ones, and with zeros where an input is to be destroyed. Two inputs share a draw of 64 bits.
func (n *noise) mask(m []float32) {
	for i := 0; i < len(m); i += 2 {
		u := n.source.Uint64()
		m[i] = n.keep(u & (1<<32 - 1))
		if i+1 < len(m) {
			m[i+1] = n.keep(u >> 32)
		}
	}
}

// keep is 0 if bits < below and 1 otherwise, without a branch that the processor could not predict.
func (n *noise) keep(bits uint64) float32 { return 1 - float32((bits-n.below)>>63) }
