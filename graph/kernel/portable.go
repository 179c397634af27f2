package kernel

import "math"

const (
	dotLanes      = 8   // virtual lanes of a dot product
	portablePanel = 256 // columns that stay in the first cache

	portablePanel64 = 64
)

// portable is the set that defines the others.
var portable = set{
	name:      "portable",
	stream:    []func(*chainTile){nil, stream1},
	packed:    []func(*chainTile){nil, packed1},
	panel:     portablePanel,
	packPanel: pack(portablePanel),
	packGroup: pack(1),
	gather:    1,
	dots:      []func(*dotTile){nil, dots1},
	group:     1,
	bundle:    1,
	double:    []func(*tile64){nil, double1},
	panel64:   portablePanel64,
	lanes:     1,
	axpy: func(y, x []float32, alpha float32) {
		for i, v := range x {
			y[i] = fma(alpha, v, y[i])
		}
	},
	add: func(y, x []float32) {
		for i, v := range x {
			y[i] += v
		}
	},
	unary: [unaries]func(dst, src []float32){
		opTanh:    each(func(x float32) float32 { return float32(tanh(float64(x))) }),
		opSigmoid: each(func(x float32) float32 { return float32(sigmoid(float64(x))) }),
		opExp:     each(func(x float32) float32 { return float32(exp(float64(x))) }),
		opLog:     each(func(x float32) float32 { return float32(log(float64(x))) }),
		opSoftsign: each(func(x float32) float32 {
			a := abs(x)
			if a > math.MaxFloat32 {
				a = math.MaxFloat32
			}
			return float32(math.Copysign(float64(a/(1+a)), float64(x)))
		}),
		opRelu: each(func(x float32) float32 {
			if x < 0 {
				return 0
			}
			return x
		}),
	},
	grad: [grads]func(dst, z, dz []float32){
		opTanhGrad:    eachGrad(func(z, dz float32) float32 { return dz * fma(-z, z, 1) }),
		opSigmoidGrad: eachGrad(func(z, dz float32) float32 { return dz * (z * (1 - z)) }),
		opSoftsignGrad: eachGrad(func(z, dz float32) float32 {
			t := 1 - abs(z)
			return dz * (t * t)
		}),
		opReluGrad: eachGrad(func(z, dz float32) float32 {
			if z > 0 {
				return dz
			}
			return 0
		}),
	},
	rules32:   portableRules[float32](),
	rules64:   portableRules[float64](),
	squares32: squares[float32],
	squares64: squares[float64],
	peak: func(rounds int) int {
		var s [8]float32
		for range rounds {
			for l := range s {
				s[l] = fma(s[l], 0.5, 1)
			}
		}
		return 2 * len(s) * rounds
	},
	sweep: func(x []float32) float32 {
		var s float32
		for _, v := range x {
			s += v
		}
		return s
	},
}

// pack returns the copying of blocks of n numbers.
func pack(n int) func(dst, src []float32, alpha float32, count, srcStep, dstStep int) {
	return func(dst, src []float32, alpha float32, count, srcStep, dstStep int) {
		for b := range count {
			dst, src := dst[b*dstStep:][:n], src[b*srcStep:][:n]
			for i, v := range src {
				dst[i] = alpha * v
			}
		}
	}
}

func each(f func(float32) float32) func(dst, src []float32) {
	return func(dst, src []float32) {
		for i, x := range src {
			dst[i] = f(x)
		}
	}
}

func eachGrad(f func(z, dz float32) float32) func(dst, z, dz []float32) {
	return func(dst, z, dz []float32) {
		for i, v := range z {
			dst[i] = f(v, dz[i])
		}
	}
}

func abs(x float32) float32 { return math.Float32frombits(math.Float32bits(x) &^ (1 << 31)) }

// packed1 is the packed kernel of one row: a stream, for A is the same.
func packed1(t *chainTile) {
	t.bDepth = portablePanel
	stream1(t)
}

// stream1 is the stream kernel of one row.
func stream1(t *chainTile) {
	c := t.c[:t.cols]
	if t.resume == 0 {
		clear(c)
	}
	const panel = portablePanel
	for j := 0; j < len(c); j += panel {
		c, b := c[j:min(j+panel, len(c))], t.b[j/panel*t.bPanel:]
		for d := range t.depth {
			a, b := float64(t.a[d]), b[d*t.bDepth:][:len(c)]
			for j, v := range b { // fma
				p, q := a*float64(v), float64(c[j])
				s := p + q
				if suspect(s) {
					s = sumToOdd(p, q)
				}
				c[j] = float32(s)
			}
		}
	}
	if len(t.bias) > 0 {
		for j, v := range t.bias[:len(c)] {
			c[j] += v
		}
	}
}

// dots1 is the dots kernel of one row.
func dots1(t *dotTile) {
	a := t.a[:t.cols]
	for k := range t.groups {
		s := dot(a, t.b[k*t.bRow:][:len(a)])
		if t.resume != 0 {
			s += t.c[k]
		}
		t.c[k] = s
	}
}

// dot is the sum of one block.
func dot(a, b []float32) float32 {
	var s [dotLanes]float32
	for ; len(a) >= dotLanes; a, b = a[dotLanes:], b[dotLanes:] {
		x, y := (*[dotLanes]float32)(a), (*[dotLanes]float32)(b)
		for l := range s { // fma
			p, q := float64(x[l])*float64(y[l]), float64(s[l])
			r := p + q
			if suspect(r) {
				r = sumToOdd(p, q)
			}
			s[l] = float32(r)
		}
	}
	if len(a) > 0 {
		var x, y [dotLanes]float32 // the padding
		copy(x[:], a)
		copy(y[:], b)
		for l := range s {
			s[l] = fma(x[l], y[l], s[l])
		}
	}
	return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
}
