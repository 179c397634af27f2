package measure

import (
	"fmt"
	"math"
	"sort"
)

// Percentiles returns the percentiles p (in percent) of x, which it leaves
// unchanged. It is Selector.Percentiles with its own scratch space.
func Percentiles(x []float32, p ...float64) []float64 {
	return new(Selector).Percentiles(make([]float64, len(p)), x, p...)
}

// Selector is the scratch space of Percentiles: 512 KiB for data of any length.
// The zero value is ready to use, by one goroutine at a time.
//
// It finds order statistics by radix selection: the values are counted by the
// upper 16 bits of their key, and those that share the upper bits with the
// requested one are counted by the lower 16. This takes one pass over the data
// and one more for each different upper half. It is exact, and the time hardly
// depends on the order of the data.
//
// Reference: Knuth, The Art of Computer Programming 3, section 5.2.5 (radix
// sorting from the most significant digit; here applied to selection).
type Selector struct {
	upper, lower [1 << 16]uint32 // counts of keys at or below the index
	bucket       int             // the upper half that lower describes, or -1
}

// Percentiles writes to dst, which must be as long as p, the percentiles p
// (0 to 100, in percent) of x, and returns it. With x sorted and
// h = p/100 (n-1), percentile p is the linear interpolation between x[⌊h⌋]
// and x[⌊h⌋+1]: numpy.percentile's default method "linear", definition 7 of
// Hyndman & Fan, in float64. If x is empty or holds a NaN or an infinity,
// all are NaN. It panics if a p is outside [0, 100]. It allocates nothing and
// leaves x unchanged.
//
// Reference: Hyndman & Fan, "Sample quantiles in statistical packages", The
// American Statistician 50 (1996).
func (s *Selector) Percentiles(dst []float64, x []float32, p ...float64) []float64 {
	if len(dst) != len(p) {
		panic(fmt.Sprintf("measure: %d percentiles into a slice of %d", len(p), len(dst)))
	}
	undefined := len(x) == 0 || FirstNonFinite(x) >= 0
	if !undefined {
		s.countUpper(x)
	}
	for i, p := range p {
		if !(p >= 0 && p <= 100) {
			panic(fmt.Sprintf("measure: percentile %v: want 0 to 100", p))
		}
		if undefined {
			dst[i] = math.NaN()
			continue
		}
		h := float64(p / 100 * float64(len(x)-1))
		below := math.Floor(h)
		rank := int(below)
		a := s.orderStatistic(x, rank)
		b := s.orderStatistic(x, min(rank+1, len(x)-1))
		dst[i] = interpolate(a, b, h-below)
	}
	return dst
}

// interpolate returns the point at t in [0, 1) of the way from a to b, from
// the nearer end, which keeps it monotone in t and within [a, b].
func interpolate(a, b, t float64) float64 {
	if t < 0.5 {
		return a + float64((b-a)*t)
	}
	return b - float64((b-a)*(1-t))
}

func (s *Selector) countUpper(x []float32) {
	clear(s.upper[:])
	for _, v := range x {
		s.upper[key(v)>>16]++
	}
	accumulate(&s.upper)
	s.bucket = -1
}

// countLower counts the lower halves of the keys whose upper half is bucket.
func (s *Selector) countLower(x []float32, bucket int) {
	clear(s.lower[:])
	for _, v := range x {
		if k := key(v); k>>16 == uint32(bucket) {
			s.lower[k&0xffff]++
		}
	}
	accumulate(&s.lower)
	s.bucket = bucket
}

// orderStatistic returns the value at place rank, from 0, of x sorted.
func (s *Selector) orderStatistic(x []float32, rank int) float64 {
	bucket := search(&s.upper, rank)
	if bucket != s.bucket {
		s.countLower(x, bucket)
	}
	if bucket > 0 {
		rank -= int(s.upper[bucket-1])
	}
	return float64(valueOf(uint32(bucket)<<16 | uint32(search(&s.lower, rank))))
}

// accumulate turns counts into counts of all up to and including the index.
func accumulate(counts *[1 << 16]uint32) {
	var sum uint32
	for i, c := range counts {
		sum += c
		counts[i] = sum
	}
}

// search returns the first index with more than rank keys up to it.
func search(counts *[1 << 16]uint32, rank int) int {
	return sort.Search(len(counts), func(i int) bool { return int(counts[i]) > rank })
}

// key maps a float32 that is not NaN to an integer of the same order, with
// -0 just below 0: negative numbers have all bits flipped, others the sign.
func key(v float32) uint32 {
	b := math.Float32bits(v)
	return b ^ (uint32(int32(b)>>31) | 1<<31)
}

// valueOf is the inverse of key.
func valueOf(k uint32) float32 {
	if k>>31 == 1 {
		return math.Float32frombits(k ^ 1<<31)
	}
	return math.Float32frombits(^k)
}
