package kernel

import "math"

const (
	dotLanes      = 8   // virtual lanes of a dot product
	portablePanel = 256 // columns that stay in the first cache
	portableRows  = 12  // rows that share what must be known of B

	portablePanel64 = 64
)

// portable is the set that defines the others.
var portable = set{
	name:      "portable",
	stream:    rowKernels(streamRows),
	packed:    rowKernels(packedRows),
	panel:     portablePanel,
	packPanel: pack(portablePanel),
	packGroup: pack(portableRows),
	gather:    portableRows,
	dots:      rowKernels(dotsRows),
	group:     1,
	bundle:    1,
	double:    rowKernels(doubleRows),
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
		opTanh:      each(func(x float32) float32 { return float32(tanh(float64(x))) }),
		opSigmoid:   each(func(x float32) float32 { return float32(sigmoid(float64(x))) }),
		opExp:       each(func(x float32) float32 { return float32(exp(float64(x))) }),
		opLog:       each(func(x float32) float32 { return float32(log(float64(x))) }),
		opNormalCDF: each(func(x float32) float32 { return float32(normalCDF(float64(x))) }),
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
	peak:      portablePeak,
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
