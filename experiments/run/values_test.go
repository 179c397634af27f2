package run

import (
	"slices"
	"testing"
)

// The values of all keys at once are those of each key, also in a file that lacks some keys, or is written with carriage returns.
func TestValuesIn(t *testing.T) {
	for _, yaml := range []string{string(Default().YAML()), "seed: 7\nmodel:\n  hidden: [1, 2]\ntrain:\n  rate: 0.5\n...\n", "seed: 7\r\ndata:\r\n  seed: 3\r\n...\r\n", ""} {
		var want []string
		for _, key := range Names() {
			want = append(want, ValueIn([]byte(yaml), key))
		}
		if got := ValuesIn([]byte(yaml), Names()); !slices.Equal(got, want) {
			t.Errorf("%q:\ngot  %q\nwant %q", yaml, got, want)
		}
	}
}
