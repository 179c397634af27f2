package dataset

// The Mersenne Twister MT19937 with its 32-bit outputs, and on top of it the
// three draws of numpy's legacy RandomState that the authors' generator uses.
//
// References:
//   - M. Matsumoto and T. Nishimura, "Mersenne Twister: a 623-dimensionally
//     equidistributed uniform pseudo-random number generator", ACM TOMACS 8
//     (1998); seeded by init_genrand of the 2002 version.
//   - numpy.random.RandomState, whose stream numpy keeps unchanged (NEP 19).

const (
	mtWords  = 624
	mtOffset = 397
)

// mt19937 is the state of one twister. It must be seeded before use.
type mt19937 struct {
	words [mtWords]uint32
	next  int // words[next] is the next output; mtWords when a new block is due
}

// seed sets the state as init_genrand and numpy.random.RandomState(s) do.
func (m *mt19937) seed(s uint32) {
	m.words[0] = s
	for i := uint32(1); i < mtWords; i++ {
		s = 1812433253*(s^s>>30) + i
		m.words[i] = s
	}
	m.next = mtWords
}

func twist(high, low, far uint32) uint32 {
	y := high&0x80000000 | low&0x7fffffff
	return far ^ y>>1 ^ -(y&1)&0x9908b0df
}

// refill makes the next block of words.
func (m *mt19937) refill() {
	w := &m.words
	for i := 0; i < mtWords-mtOffset; i++ {
		w[i] = twist(w[i], w[i+1], w[i+mtOffset])
	}
	for i := mtWords - mtOffset; i < mtWords-1; i++ {
		w[i] = twist(w[i], w[i+1], w[i+mtOffset-mtWords])
	}
	w[mtWords-1] = twist(w[mtWords-1], w[0], w[mtOffset-1])
	m.next = 0
}

// uint32 draws one output.
func (m *mt19937) uint32() uint32 {
	if m.next == mtWords {
		m.refill()
	}
	y := m.words[m.next]
	m.next++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

// float64 is rand(): 53 bits from two outputs, in [0, 1).
func (m *mt19937) float64() float64 {
	high, low := m.uint32()>>5, m.uint32()>>6
	return float64(uint64(high)<<26|uint64(low)) / (1 << 53)
}

// uniform is uniform(low, high).
func (m *mt19937) uniform(low, high float64) float64 {
	return low + float64((high-low)*m.float64())
}

// intn is randint(low, high), which excludes high: outputs are masked and drawn
// again until one fits. A range of one value draws nothing.
func (m *mt19937) intn(low, high int) int {
	r := uint32(high - 1 - low)
	if r == 0 {
		return low
	}
	mask := r
	for shift := 1; shift < 32; shift *= 2 {
		mask |= mask >> shift
	}
	for {
		if v := m.uint32() & mask; v <= r {
			return low + int(v)
		}
	}
}
