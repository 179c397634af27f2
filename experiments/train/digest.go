package train

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"

	"glorot/experiments/run/safetensors"
	"glorot/models"
)

// A Digest identifies weights bit by bit.
type Digest struct {
	// SHA256 is the SHA-256, in hexadecimal, of the lines "NAME SHAPE SHA256" of all tensors in order.
	SHA256 string `json:"sha256"`
	// Tensors maps the name of each tensor to the SHA-256, in hexadecimal, of its bytes, little-endian and row-major.
	Tensors map[string]string `json:"tensors"`
}

// DigestOf returns the digest of a network's parameters.
func DigestOf(p *models.Parameters) Digest { return digestOf(Tensors(p)) }

func digestOf(tensors []safetensors.Tensor) Digest {
	d := Digest{Tensors: make(map[string]string, len(tensors))}
	all := sha256.New()
	for _, t := range tensors {
		sum := sumOf(t.Data.([]float32))
		d.Tensors[t.Name] = sum
		fmt.Fprintf(all, "%s %v %s\n", t.Name, t.Shape, sum)
	}
	d.SHA256 = hex.EncodeToString(all.Sum(nil))
	return d
}

func sumOf(x []float32) string {
	h := sha256.New()
	buffer := make([]byte, 0, 1<<14)
	for i, v := range x {
		buffer = binary.LittleEndian.AppendUint32(buffer, math.Float32bits(v))
		if len(buffer) == cap(buffer) || i == len(x)-1 {
			h.Write(buffer)
			buffer = buffer[:0]
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Tensors returns the parameters by name, W1, b1, W2, …, sharing their memory: weights row-major [in, out], the others [out].
func Tensors(p *models.Parameters) []safetensors.Tensor {
	var list []safetensors.Tensor
	for _, v := range p.List() {
		list = append(list, safetensors.Tensor{Name: v.Name, Shape: v.Value.Shape(), Data: v.Value.Float32s()})
	}
	return list
}

// A Difference is the first element in which two sets of weights differ.
type Difference struct {
	Tensor string
	Index  []int   // of the element
	A, B   float32 // its values
}

// String names the element and its values with their bits.
func (d *Difference) String() string {
	return fmt.Sprintf("%s%v is %v (%08x), not %v (%08x)", d.Tensor, d.Index, d.A, math.Float32bits(d.A), d.B, math.Float32bits(d.B))
}

// FirstDifference compares two sets of weights bit by bit; nil means that they are the same. It fails if they are not tensors of the
// same names and shapes, of float32.
func FirstDifference(a, b []safetensors.Tensor) (*Difference, error) {
	if len(a) != len(b) {
		return nil, fmt.Errorf("%d tensors and %d", len(a), len(b))
	}
	other := safetensors.File{Tensors: b}
	for _, t := range a {
		x, ok := t.Data.([]float32)
		if !ok {
			return nil, fmt.Errorf("tensor %q is %T; want float32", t.Name, t.Data)
		}
		y, err := safetensors.Get[float32](other, t.Name, t.Shape...)
		if err != nil {
			return nil, err
		}
		for i := range x {
			if math.Float32bits(x[i]) != math.Float32bits(y[i]) {
				return &Difference{Tensor: t.Name, Index: unravel(i, t.Shape), A: x[i], B: y[i]}, nil
			}
		}
	}
	return nil, nil
}

// unravel is the index of element i of a row-major array.
func unravel(i int, shape []int) []int {
	index := make([]int, len(shape))
	for d := len(shape) - 1; d >= 0; d-- {
		index[d], i = i%shape[d], i/shape[d]
	}
	return index
}
