package hook_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"glorot/graph/hook"
)

// Functions are called in order, once for an update, until one fails; Again calls them again.
func TestCalls(t *testing.T) {
	var c hook.Calls
	var seen []int
	broken := errors.New("broken")
	fails := true
	c.On(hook.Every(2), func(_ context.Context, u int) error { seen = append(seen, u); return nil })
	c.On(hook.At(2), func(context.Context, int) error {
		if fails {
			return broken
		}
		return nil
	})
	c.On(hook.Every(1), func(_ context.Context, u int) error { seen = append(seen, 10+u); return nil })
	at := func(update int, want error) {
		t.Helper()
		if err := c.At(t.Context(), update); err != want {
			t.Errorf("at %d: got %v, want %v", update, err, want)
		}
	}
	at(0, nil)
	at(0, nil)
	at(1, nil)
	at(2, broken)
	fails = false
	at(2, nil)
	at(2, nil)
	c.Again()
	at(2, nil)
	if want := []int{0, 10, 11, 2, 2, 12, 2, 12}; !slices.Equal(seen, want) {
		t.Errorf("called as %v, want %v", seen, want)
	}
}
