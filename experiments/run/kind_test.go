package run

import "testing"

// The kind of a key is that of what it takes, whatever its default looks like.
func TestKindOf(t *testing.T) {
	for key, want := range map[string]Kind{
		"seed": Unsigned, "train.updates": Integer, "observe.every": Integer, "train.rate": Number, "data.low": Number,
		"threads": Text, "model.hidden": Text, "model.init": Text, "checkpoint.at": Text, "no.key": Text,
	} {
		if got := KindOf(key); got != want {
			t.Errorf("%s is of kind %d, want %d", key, got, want)
		}
	}
}

func TestCanonical(t *testing.T) {
	for _, c := range [][3]string{
		{"train.rate", "1e-2", "0.01"}, {"train.rate", "1e30", "1e+30"}, {"model.hidden", "[100,  100]", "[100, 100]"},
		{"model.hidden", "[\n 100,\n 100\n]", "[100, 100]"}, {"model.init", `"normalized"`, "normalized"}, {"threads", `"all"`, "all"},
		{"seed", "18446744073709551615", "18446744073709551615"}, {"data.low", "7", "7"},
	} {
		if got, err := Canonical(c[0], c[1], Allowed{}); err != nil || got != c[2] {
			t.Errorf("%s of %s is %q, %v; want %q", c[1], c[0], got, err, c[2])
		}
	}
	for _, c := range [][3]string{
		{"model.inti", "x", "unknown key model.inti, did you mean model.init?"},
		{"model", "x", "model is a section, allowed: one of its keys hidden, depth, width, activation, init, gain, zero_last, bias, from, norm, residual, dropout, cost"},
		{"train.rate", "fast", "train.rate: got fast, allowed: a number above 0 in the range of float32"},
	} {
		if _, err := Canonical(c[0], c[1], Allowed{}); err == nil || err.Error() != c[2] {
			t.Errorf("%s=%s: %v; want %s", c[0], c[1], err, c[2])
		}
	}
}

// A word is suggested if it is two slips away at most, and less than half another word.
func TestNearest(t *testing.T) {
	for name, want := range map[string]string{"sett": "set", "ot": "out", "xyz": "", "resmue": "resume", "o": ""} {
		if got := Nearest(name, []string{"set", "out", "resume"}); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
