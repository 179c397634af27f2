package measure

import (
	"math"
	"reflect"
	"testing"
)

// Pairs count as a histogram does, with values outside, few or many bins, and counts that are moved before they overflow.
func TestPairs(t *testing.T) {
	for _, bins := range []int{1, 2, 201, 256} {
		for _, most := range []int64{0, math.MaxUint32 - 5} {
			x := gaussian(5003, 0.3)
			x[7], x[700], x[5002] = nan, float32(math.Inf(1)), -5
			want, got, p := NewHistogram(-0.5, 0.7, bins), NewHistogram(-0.5, 0.7, bins), pairs{}
			for range 2 {
				for _, v := range x {
					want.addOne(v)
				}
				p.add(got, x)
				p.most += most
			}
			p.addTo(got)
			if want.Total() != 2*5001 || !reflect.DeepEqual(got, want) {
				t.Errorf("%d bins: %+v, want %+v", bins, got, want)
			}
		}
	}
}
