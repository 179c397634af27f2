package runner

import (
	"bytes"
	"context"
	"testing"

	"glorot/experiments/run"
)

// The initial network has the layer statistics and the spectra that its run logs at update 0, digit by digit.
func TestInitial(t *testing.T) {
	for _, init := range []string{"standard", "lsuv"} { // lsuv depends on the first mini-batch
		t.Run(init, func(t *testing.T) { testInitial(t, init) })
	}
}

func testInitial(t *testing.T, init string) {
	c := small()
	c.Model.Init = init
	c.Observe.Jacobians = run.Schedule{At: []int{0}}
	dir := t.TempDir() + "/run"
	do(t, dir, c)
	layers, spectrum, err := (&Runner{Data: library}).Initial(context.Background(), c, true)
	if err != nil {
		t.Fatal(err)
	}
	log := read(t, dir, run.LogFile)
	for _, record := range []any{layers, spectrum} {
		line, err := run.Encode(record)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(log, append(line, '\n')) {
			t.Errorf("the log does not have %.200s", line)
		}
	}
	if _, none, err := (&Runner{Data: library}).Initial(context.Background(), c, false); none != nil || err != nil {
		t.Errorf("spectra that nobody asked for: %v, %v", none, err)
	}
}

// The bench of the laboratory draws a network of this size again with each movement of a slider.
func BenchmarkInitial(b *testing.B) {
	c := run.Default()
	c.Model.Hidden = []int{300, 300, 300, 300, 300}
	c.Threads = 1 // several threads would wait for each other while trainings run
	r := &Runner{Data: library}
	for b.Loop() {
		if _, _, err := r.Initial(context.Background(), c, false); err != nil {
			b.Fatal(err)
		}
	}
}
