package work

import "testing"

// Paths in a command that a message shows are as a shell takes them.
func TestQuote(t *testing.T) {
	for path, want := range map[string]string{"data": "data", "my data": "'my data'", "it's": `'it'\''s'`, "a[1]": "'a[1]'", "~x": "'~x'", "données": "données", "": "''"} {
		if got := Quote(path); got != want {
			t.Errorf("Quote(%s) = %s, want %s", path, got, want)
		}
	}
}
