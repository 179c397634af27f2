// Package stream derives named random streams from one seed: each layer's weights, the order of the data and every noise
// have their own stream, so that an additional draw from one stream never changes another.
package stream

import (
	"crypto/sha256"
	"math/rand/v2"
	"strconv"
)

// New returns the stream called name of the given seed: ChaCha8 keyed with the SHA-256 of "seed/name". It implements
// encoding.BinaryMarshaler, so that its position can be saved.
func New(seed uint64, name string) *rand.ChaCha8 {
	return rand.NewChaCha8(sha256.Sum256([]byte(strconv.FormatUint(seed, 10) + "/" + name)))
}
