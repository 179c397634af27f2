package kernel

import (
	"strings"

	"golang.org/x/sys/cpu"
)

var avx2 = set{
	name:      "avx2",
	stream:    []func(*chainTile){nil, stream1AVX2, stream2AVX2, stream3AVX2, stream4AVX2, stream5AVX2, stream6AVX2},
	packed:    []func(*chainTile){nil, packed1AVX2, packed2AVX2, packed3AVX2, packed4AVX2, packed5AVX2, packed6AVX2},
	panel:     16,
	packPanel: packPanelAVX2,
	packGroup: packGroupAVX2,
	gather:    8,
	dots:      []func(*dotTile){nil, dots1AVX2, dots2AVX2, dots3AVX2, dots4AVX2, dots5AVX2, dots6AVX2},
	group:     2,
	bundle:    1,
	double:    []func(*tile64){nil, double1AVX2, double2AVX2, double3AVX2, double4AVX2, double5AVX2, double6AVX2},
	panel64:   8,
	lanes:     8,
	axpy:      axpyAVX2,
	add:       addAVX2,
	unary: [unaries]func(dst, src []float32){
		opTanh: tanhAVX2, opSigmoid: sigmoidAVX2, opSoftsign: softsignAVX2, opRelu: reluAVX2, opExp: expAVX2, opLog: logAVX2,
		opNormalCDF: normalCDFAVX2,
	},
	grad: [grads]func(dst, z, dz []float32){
		opTanhGrad: tanhGradAVX2, opSigmoidGrad: sigmoidGradAVX2, opSoftsignGrad: softsignGradAVX2, opReluGrad: reluGradAVX2,
	},
	rules32: [forms]func(*ruleTile[float32]){
		Plain: plainAVX2, Velocity: velocityAVX2, Ahead: aheadAVX2, Scaled: scaledAVX2, Moments: momentsAVX2,
	},
	rules64: [forms]func(*ruleTile[float64]){
		Plain: plainDoubleAVX2, Velocity: velocityDoubleAVX2, Ahead: aheadDoubleAVX2, Scaled: scaledDoubleAVX2, Moments: momentsDoubleAVX2,
	},
	squares32: squaresAVX2,
	squares64: squaresDoubleAVX2,
	ruleBytes: 32,
	peak:      func(rounds int) int { peakAVX2(rounds); return rounds * 12 * 8 * 2 },
	sweep:     sweepAVX2,
}

// avx512 is wider where it matters; the elementwise functions, some percent of the work, are those of avx2.
var avx512 = set{
	name: "avx512",
	stream: []func(*chainTile){
		nil, stream1AVX512, stream2AVX512, stream3AVX512, stream4AVX512, stream5AVX512, stream6AVX512,
		stream7AVX512, stream8AVX512, stream9AVX512, stream10AVX512, stream11AVX512, stream12AVX512,
	},
	packed: []func(*chainTile){
		nil, packed1AVX512, packed2AVX512, packed3AVX512, packed4AVX512, packed5AVX512, packed6AVX512,
		packed7AVX512, packed8AVX512, packed9AVX512, packed10AVX512, packed11AVX512, packed12AVX512,
	},
	panel: 32,
	update: []func(*chainTile){
		nil, update1AVX512, update2AVX512, update3AVX512, update4AVX512, update5AVX512, update6AVX512,
		update7AVX512, update8AVX512, update9AVX512, update10AVX512,
	},
	packPanel: packPanelAVX512,
	packGroup: packGroupAVX512,
	gather:    16,
	dots: []func(*dotTile){
		nil, dots1AVX512, dots2AVX512, dots3AVX512, dots4AVX512, dots5AVX512, dots6AVX512,
		dots7AVX512, dots8AVX512, dots9AVX512, dots10AVX512, dots11AVX512, dots12AVX512,
	},
	group:  4,
	bundle: 2,
	double: []func(*tile64){
		nil, double1AVX512, double2AVX512, double3AVX512, double4AVX512, double5AVX512, double6AVX512,
		double7AVX512, double8AVX512, double9AVX512, double10AVX512, double11AVX512, double12AVX512,
	},
	panel64: 16,
	lanes:   avx2.lanes,
	axpy:    avx2.axpy,
	add:     avx2.add,
	unary:   avx2.unary,
	grad:    avx2.grad,
	rules32: [forms]func(*ruleTile[float32]){
		Plain: plainAVX512, Velocity: velocityAVX512, Ahead: aheadAVX512, Scaled: scaledAVX512, Moments: momentsAVX512,
	},
	rules64: [forms]func(*ruleTile[float64]){
		Plain: plainDoubleAVX512, Velocity: velocityDoubleAVX512, Ahead: aheadDoubleAVX512, Scaled: scaledDoubleAVX512, Moments: momentsDoubleAVX512,
	},
	squares32: squaresAVX512,
	squares64: squaresDoubleAVX512,
	ruleBytes: 64,
	peak:      func(rounds int) int { peakAVX512(rounds); return rounds * 24 * 16 * 2 },
	sweep:     avx2.sweep,
}

func sets() []candidate {
	x := &cpu.X86
	return []candidate{
		{&avx512, missing(
			"AVX512F", x.HasAVX512F, "AVX512VL", x.HasAVX512VL, "BMI2", x.HasBMI2, "AVX2", x.HasAVX2, "FMA", x.HasFMA,
		)},
		{&avx2, missing("AVX2", x.HasAVX2, "FMA", x.HasFMA)},
		{&set{name: "neon"}, "an arm64 processor"},
		{&portable, ""},
	}
}

// missing lists the instruction sets that are not there.
func missing(have ...any) string {
	var names []string
	for i := 0; i < len(have); i += 2 {
		if !have[i+1].(bool) {
			names = append(names, have[i].(string))
		}
	}
	return strings.Join(names, ", ")
}

// pause waits a little between two reads of a variable.
func pause() { pauseAVX2() }
