package wording

import (
	"testing"
	"time"
)

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		400 * time.Millisecond: "0s", 59 * time.Second: "59s", 59900 * time.Millisecond: "1m00s", 200 * time.Second: "3m20s", 130 * time.Minute: "2h10m",
	} {
		if got := Duration(d); got != want {
			t.Errorf("Duration(%v) = %s, want %s", d, got, want)
		}
	}
}

func TestPlural(t *testing.T) {
	for n, want := range []string{"0 runs", "1 run", "2 runs"} {
		if got := Plural(n, "run"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestOr(t *testing.T) {
	for want, words := range map[string][]string{"": nil, "a": {"a"}, "a or b": {"a", "b"}, "a, b or c": {"a", "b", "c"}} {
		if got := Or(words...); got != want {
			t.Errorf("%v: got %s, want %s", words, got, want)
		}
	}
}
