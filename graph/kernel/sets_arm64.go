package kernel

// neon is what every arm64 processor has.
var neon = orPortable(set{
	name:   "neon",
	stream: []func(*chainTile){nil, stream1NEON, stream2NEON, stream3NEON, stream4NEON, stream5NEON, stream6NEON},
	packed: []func(*chainTile){nil, packed1NEON, packed2NEON, packed3NEON, packed4NEON, packed5NEON, packed6NEON},
	panel:  16,
	update: []func(*chainTile){
		nil, update1NEON, update2NEON, update3NEON, update4NEON, update5NEON, update6NEON, update7NEON, update8NEON, update9NEON, update10NEON,
	},
	packPanel: packPanelNEON,
	packGroup: packGroupNEON,
	gather:    8,
	dots:      []func(*dotTile){nil, dots1NEON, dots2NEON, dots3NEON, dots4NEON, dots5NEON, dots6NEON},
	group:     2,
	bundle:    1,
	double:    []func(*tile64){nil, double1NEON, double2NEON, double3NEON, double4NEON, double5NEON, double6NEON},
	panel64:   8,
	lanes:     8,
	axpy:      axpyNEON,
	add:       addNEON,
	unary: [unaries]func(dst, src []float32){
		opTanh: tanhNEON, opSigmoid: sigmoidNEON, opSoftsign: softsignNEON, opRelu: reluNEON, opExp: expNEON, opLog: logNEON,
	},
	grad: [grads]func(dst, z, dz []float32){
		opTanhGrad: tanhGradNEON, opSigmoidGrad: sigmoidGradNEON, opSoftsignGrad: softsignGradNEON, opReluGrad: reluGradNEON,
	},
	peak:  func(rounds int) int { peakNEON(rounds); return rounds * 24 * 4 * 2 },
	sweep: sweepNEON,
})

func sets() []candidate {
	return []candidate{
		{&set{name: "avx512"}, "an amd64 processor"},
		{&set{name: "avx2"}, "an amd64 processor"},
		{&neon, ""},
		{&portable, ""},
	}
}

// pause waits a little between two reads of a variable.
func pause() { pauseNEON() }

// orPortable returns a set whose elementwise functions that it lacks are the portable ones.
func orPortable(s set) set {
	for op, f := range s.unary {
		if f == nil {
			s.unary[op] = portable.unary[op]
		}
	}
	for op, f := range s.grad {
		if f == nil {
			s.grad[op] = portable.grad[op]
		}
	}
	return s
}
