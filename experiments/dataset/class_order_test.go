package dataset

import (
	"slices"
	"testing"
)

// Classes are in the order of their numbers, and two spellings of one number in an order that does not change.
func TestClassOrder(t *testing.T) {
	for range 50 { // the labels come from a map
		e := &examples{}
		e.splits[train].labels = []string{"10", "1", "2", "01", "+1"}
		got, err := e.classes()
		if want := []string{"+1", "01", "1", "2", "10"}; err != nil || !slices.Equal(got, want) {
			t.Fatalf("got %v, %v, want %v", got, err, want)
		}
	}
}
