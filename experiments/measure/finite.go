package measure

import "math"

// exponent is the mask of a float32's exponent; all its bits are set in NaN
// and ±Inf, and in no finite number (IEEE 754, binary32).
const exponent = 0x7f800000

func finite(v float32) bool {
	return math.Float32bits(v)&exponent != exponent
}

// FirstNonFinite returns the index of the first NaN or infinity in x, or -1
// when every value is finite.
func FirstNonFinite(x []float32) int {
	for i, v := range x {
		if !finite(v) {
			return i
		}
	}
	return -1
}

// appendFinite appends the finite values of x to dst, in order.
func appendFinite(dst, x []float32) []float32 {
	for _, v := range x {
		if finite(v) {
			dst = append(dst, v)
		}
	}
	return dst
}
