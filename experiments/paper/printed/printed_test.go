package printed_test

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"glorot/experiments/paper/printed"
)

// Each row of a printed table has all layers, and epochs rise.
func TestPrintedEpochsAreWhole(t *testing.T) {
	for _, table := range []struct {
		name                string
		rows                []printed.Epoch
		mean, std, p99, end int // layers in each column, last epoch
	}{
		{"fig2", printed.Figure2, 4, 4, 0, 139},
		{"fig3 tanh", printed.Figure3Tanh, 0, 5, 5, 92},
		{"fig3 softsign", printed.Figure3Softsign, 0, 5, 5, 92},
		{"fig9 standard", printed.Figure9Standard, 0, 5, 0, 90},
		{"fig9 normalized", printed.Figure9Normalized, 0, 5, 0, 90},
		{"fig10", printed.Figure10, 0, 5, 5, 94},
	} {
		last := -1.0
		for _, r := range table.rows {
			if r.Epoch <= last {
				t.Errorf("%s: epoch %v follows %v", table.name, r.Epoch, last)
			}
			last = r.Epoch
			if len(r.Mean) != table.mean || len(r.P99) != table.p99 || (r.Std != nil && len(r.Std) != table.std) {
				t.Errorf("%s: epoch %v has %d means, %d stds, %d percentiles", table.name, r.Epoch, len(r.Mean), len(r.Std), len(r.P99))
			}
			for i := range r.P99 {
				if r.P99[i] <= r.Std[i] || r.P99[i] > 1 {
					t.Errorf("%s: epoch %v, layer %d: 99th percentile %v, std %v", table.name, r.Epoch, i+1, r.P99[i], r.Std[i])
				}
			}
		}
		if last != float64(table.end) {
			t.Errorf("%s ends at epoch %v, want %d", table.name, last, table.end)
		}
	}
}

// A density's peak and std were read apart from each other: their product is
// near that of a Gaussian, 1/sqrt(2 pi) = 0.399, and up to twice that for the
// heavy tails of the gradients.
func TestPrintedPeaksFitTheirStds(t *testing.T) {
	for name, d := range map[string]printed.Density{
		"fig6 standard": printed.Figure6.Standard, "fig6 normalized": printed.Figure6.Normalized,
		"fig7 standard": printed.Figure7.Standard, "fig7 normalized": printed.Figure7.Normalized,
		"fig8 standard": printed.Figure8.Standard, "fig8 normalized": printed.Figure8.Normalized,
	} {
		for i := range d.Peak {
			if got := d.Peak[i] * d.Std[i]; got < 0.39 || got > 0.83 {
				t.Errorf("%s, layer %d: peak x std = %.3f", name, i+1, got)
			}
		}
	}
}

// Caption of Figure 6: "Top: 0-peak increases for higher layers"; of Figure 7:
// "Top: 0-peak decreases for higher layers".
func TestPrintedPeaksFollowTheCaptions(t *testing.T) {
	if p := printed.Figure6.Standard.Peak; !slices.IsSorted(p) {
		t.Errorf("Figure 6, standard: peaks %v do not rise", p)
	}
	p := slices.Clone(printed.Figure7.Standard.Peak)
	if slices.Reverse(p); !slices.IsSorted(p) {
		t.Errorf("Figure 7, standard: peaks %v rise", printed.Figure7.Standard.Peak)
	}
}

// Section 3.2: with tanh and standard initialization the layers saturate one
// after the other, so a higher layer has the smaller 99th percentile.
func TestPrintedFig3SaturatesInOrder(t *testing.T) {
	for _, r := range printed.Figure3Tanh {
		for i := 1; i < 5; i++ {
			if r.P99[i] > r.P99[i-1] {
				t.Errorf("epoch %v: layer %d at %v, layer %d at %v", r.Epoch, i, r.P99[i-1], i+1, r.P99[i])
			}
		}
	}
}

// The means of layers 1 to 3 rise with the layer while layer 4 is saturated
// (section 3.1), in Figure 2 from epoch 2 to 80.
func TestPrintedFig2Plateau(t *testing.T) {
	for _, r := range printed.Figure2[1:8] {
		if m := r.Mean; !(m[0] < m[1] && m[1] < m[2] && m[0] >= .5 && m[3] < .13) {
			t.Errorf("epoch %v: means %v", r.Epoch, m)
		}
	}
}

// Caption of Figure 9, top: "smaller variance for higher layers"; the ratio of
// layers 1 and 5 at epochs 60 and 90 reads 3.4 to 3.7, and 1.6 to 2.0 with
// normalized initialization.
func TestPrintedFig9Ratios(t *testing.T) {
	for _, c := range []struct {
		rows      []printed.Epoch
		low, high float64
	}{{printed.Figure9Standard, 3.4, 3.7}, {printed.Figure9Normalized, 1.6, 2.0}} {
		for _, r := range c.rows[len(c.rows)-2:] {
			if got := r.Std[0] / r.Std[4]; got < c.low || got > c.high {
				t.Errorf("epoch %v: ratio %.2f outside %v to %v", r.Epoch, got, c.low, c.high)
			}
		}
	}
}

// The Shapeset column of Table 1 is the right end of Figure 11 within the
// reading error of 0.7 and a rest for the choice of the last point.
func TestPrintedTable1EndsFig11(t *testing.T) {
	end := make(map[string]float64)
	for _, c := range printed.Figure11 {
		if len(c.Examples) != len(c.Percent) {
			t.Errorf("%s: %d numbers of examples, %d errors", c.Network, len(c.Examples), len(c.Percent))
		}
		end[c.Network] = c.Percent[len(c.Percent)-1]
	}
	for _, r := range printed.Table1 {
		name := r.Network
		if name == "Sigmoid" {
			name = "Sigmoid depth 5"
		}
		if math.Abs(end[name]-r.Shapeset) > 0.8 {
			t.Errorf("%s: Table 1 has %v, Figure 11 ends at %v", name, r.Shapeset, end[name])
		}
	}
}

// The MNIST and CIFAR-10 columns of Table 1 are near the ends of Figure 12,
// whose legends are in the order of falling error.
func TestPrintedTable1EndsFig12(t *testing.T) {
	for _, set := range []struct {
		curves []printed.Curve
		column func(printed.Result) float64
		near   float64
	}{
		{printed.Figure12.MNIST, func(r printed.Result) float64 { return r.MNIST }, 0.1},
		{printed.Figure12.CIFAR10, func(r printed.Result) float64 { return r.CIFAR10 }, 0.2},
	} {
		last := math.Inf(1)
		for _, c := range set.curves {
			i := slices.IndexFunc(printed.Table1, func(r printed.Result) bool { return r.Network == c.Network })
			if i < 0 || math.Abs(set.column(printed.Table1[i])-c.Percent[0]) > set.near {
				t.Errorf("%s: Figure 12 ends at %v, Table 1 has %v", c.Network, c.Percent[0], printed.Table1[i])
			}
			if c.Percent[0] >= last {
				t.Errorf("%s: %v after %v", c.Network, c.Percent[0], last)
			}
			last = c.Percent[0]
		}
	}
}

// Small-ImageNet: the order of the text, best first.
func TestPrintedImageNetOrder(t *testing.T) {
	rows := slices.Clone(printed.Table1)
	slices.SortFunc(rows, func(a, b printed.Result) int { return cmp.Compare(a.ImageNet, b.ImageNet) })
	var got []string
	for _, r := range rows {
		got = append(got, r.Network)
	}
	if want := []string{"Softsign N", "Tanh N", "Softsign", "Tanh", "Sigmoid"}; !slices.Equal(got, want) {
		t.Errorf("order %v, want %v", got, want)
	}
}
