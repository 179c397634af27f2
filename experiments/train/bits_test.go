package train

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"hash"
	"os"
	"strconv"
	"testing"

	"glorot/experiments/dataset"
	"glorot/graph/kernel"
	"glorot/models"

	"gorgonia.org/tensor"
)

var updateBits = flag.Bool("update-bits", false, "write the digests of testdata/bits.json anew")

const bitsFile = "testdata/bits.json"

// Training ends in the same bits with every kernel set and every number of threads, on every machine: a network small enough for
// the portable set, and the paper's own for the sets with vector instructions. The digests are those of the kernels' definitions and
// change only with them.
func TestSameBits(t *testing.T) {
	golden := make(map[string]string)
	text, err := os.ReadFile(bitsFile)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatalf("%s: %v", bitsFile, err)
	}
	version := strconv.Itoa(Numbers)
	switch {
	case *updateBits && golden["numbers"] == version:
		t.Fatalf("other digests are other numbers: raise Numbers from %s first", version)
	case *updateBits:
		golden = map[string]string{"numbers": version}
	case golden["numbers"] != version:
		t.Fatalf("the digests are those of numbers %q, want %s", golden["numbers"], version)
	}
	for _, set := range kernel.Sets() {
		t.Run(set, func(t *testing.T) {
			for _, threads := range []int{1, 2, 3} {
				for _, activation := range []string{"tanh", "sigmoid", "softsign"} {
					name := "1024-50-37-9 " + activation
					checkBits(t, golden, name, set, threads, []int{50, 37}, activation, 60)
				}
			}
			if set != "portable" && !testing.Short() {
				checkBits(t, golden, "1024-1000x5-9 tanh", set, 2, []int{1000, 1000, 1000, 1000, 1000}, "tanh", 500)
			}
		})
	}
	if *updateBits {
		text, err := json.MarshalIndent(golden, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(bitsFile, append(text, '\n'), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func checkBits(t *testing.T, golden map[string]string, name, set string, threads int, hidden []int, activation string, updates int) {
	t.Helper()
	got := trainedDigest(t, set, threads, hidden, activation, updates)
	name = fmt.Sprintf("%s, %d updates", name, updates)
	want, known := golden[name]
	if !known && *updateBits {
		golden[name] = got
		return
	}
	if got != want {
		t.Errorf("%s with %s on %d threads: weights %s, want %s", name, set, threads, got, want)
	}
}

// trainedDigest trains and returns the SHA-256 of the weights and biases.
func trainedDigest(t *testing.T, set string, threads int, hidden []int, activation string, updates int) string {
	t.Helper()
	e, err := kernel.New(kernel.Options{Set: set, Threads: threads})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	c := models.Config{Inputs: 1024, Hidden: hidden, Classes: 9}
	if c.Activation, err = models.ActivationByName(activation); err != nil {
		t.Fatal(err)
	}
	if c.Init, err = models.InitializerByName("normalized"); err != nil {
		t.Fatal(err)
	}
	if c.Cost, err = models.CostByName("nll"); err != nil {
		t.Fatal(err)
	}
	p, err := c.Parameters(1)
	if err != nil {
		t.Fatal(err)
	}
	gen, err := dataset.DefaultShapeset().NewGenerator(1)
	if err != nil {
		t.Fatal(err)
	}
	source := dataset.NewStream(gen, dataset.Scale{Low: 0, High: 1}, 10, 8)
	defer source.Close()
	loop, err := New(Options{Model: c, Params: p, Source: source, Batch: 10, Rate: 0.1, Engine: e})
	if err != nil {
		t.Fatal(err)
	}
	if err := loop.Run(context.Background(), updates); err != nil {
		t.Fatal(err)
	}
	return parametersDigest(p)
}

// parametersDigest returns the SHA-256 of the weights and biases.
func parametersDigest(p *models.Parameters) string {
	h := sha256.New()
	for i := range p.W {
		digest(h, p.W[i])
		digest(h, p.B[i])
	}
	return hex.EncodeToString(h.Sum(nil))
}

func digest(h hash.Hash, t *tensor.Dense) { binary.Write(h, binary.LittleEndian, t.Float32s()) }

// The slopes of PReLU are learned with the same bits by every kernel set, on any number of threads.
func TestSameBitsOfSlopes(t *testing.T) {
	for _, activation := range []string{"prelu", "prelu_units"} {
		want := trainedDigest(t, "portable", 1, []int{50, 37}, activation, 60)
		for _, set := range kernel.Sets() {
			for _, threads := range []int{1, 3} {
				if got := trainedDigest(t, set, threads, []int{50, 37}, activation, 60); got != want {
					t.Errorf("%s with %s on %d threads: weights %s, want %s", activation, set, threads, got, want)
				}
			}
		}
	}
}
