package graph

// arithmetic returns the loop of a binary op that is one instruction, written out for its three cases: x and y of dst's length, x a
// single number, and y one. It is nil for other ops.
func arithmetic[T float](symbol string) (both func(dst, x, y []T), left func(dst []T, x T, y []T), right func(dst, x []T, y T)) {
	switch symbol {
	case "+":
		right = func(dst, x []T, y T) {
			for i, v := range x[:len(dst)] {
				dst[i] = v + y
			}
		}
		left = func(dst []T, x T, y []T) { right(dst, y, x) }
		both = func(dst, x, y []T) {
			y = y[:len(dst)]
			for i, v := range x[:len(dst)] {
				dst[i] = v + y[i]
			}
		}
	case "⊙":
		right = func(dst, x []T, y T) {
			for i, v := range x[:len(dst)] {
				dst[i] = v * y
			}
		}
		left = func(dst []T, x T, y []T) { right(dst, y, x) }
		both = func(dst, x, y []T) {
			y = y[:len(dst)]
			for i, v := range x[:len(dst)] {
				dst[i] = v * y[i]
			}
		}
	case "-":
		right = func(dst, x []T, y T) {
			for i, v := range x[:len(dst)] {
				dst[i] = v - y
			}
		}
		left = func(dst []T, x T, y []T) {
			for i, v := range y[:len(dst)] {
				dst[i] = x - v
			}
		}
		both = func(dst, x, y []T) {
			y = y[:len(dst)]
			for i, v := range x[:len(dst)] {
				dst[i] = v - y[i]
			}
		}
	case "÷":
		right = func(dst, x []T, y T) {
			for i, v := range x[:len(dst)] {
				dst[i] = v / y
			}
		}
		left = func(dst []T, x T, y []T) {
			for i, v := range y[:len(dst)] {
				dst[i] = x / v
			}
		}
		both = func(dst, x, y []T) {
			y = y[:len(dst)]
			for i, v := range x[:len(dst)] {
				dst[i] = v / y[i]
			}
		}
	}
	return both, left, right
}
