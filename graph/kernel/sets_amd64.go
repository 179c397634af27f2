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
	lanes:     8,
	axpy:      axpyAVX2,
	add:       addAVX2,
	unary: [unaries]func(dst, src []float32){
		opTanh: tanhAVX2, opSigmoid: sigmoidAVX2, opSoftsign: softsignAVX2, opRelu: reluAVX2, opExp: expAVX2, opLog: logAVX2,
	},
	grad: [grads]func(dst, z, dz []float32){
		opTanhGrad: tanhGradAVX2, opSigmoidGrad: sigmoidGradAVX2, opSoftsignGrad: softsignGradAVX2, opReluGrad: reluGradAVX2,
	},
	peak:  func(rounds int) int { peakAVX2(rounds); return rounds * 12 * 8 * 2 },
	sweep: sweepAVX2,
}

func sets() []candidate {
	return []candidate{
		{&set{name: "avx512"}, "x"},
		{&avx2, missing("AVX2", cpu.X86.HasAVX2, "FMA", cpu.X86.HasFMA)},
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

// pause waits a little between two looks at a variable.
func pause() { pauseAVX2() }
