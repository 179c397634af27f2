//go:build !amd64 && !arm64

package kernel

func sets() []candidate {
	return []candidate{
		{&set{name: "avx512"}, "an amd64 processor"},
		{&set{name: "avx2"}, "an amd64 processor"},
		{&set{name: "neon"}, "an arm64 processor"},
		{&portable, ""},
	}
}

// pause waits a little between two reads of a variable.
func pause() {}
