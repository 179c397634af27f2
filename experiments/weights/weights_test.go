package weights

import (
	"bytes"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"glorot/experiments/dataset/npz"
	"glorot/experiments/run/safetensors"
	"glorot/experiments/train"
	"glorot/graph"
	"glorot/models"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

var update = flag.Bool("update", false, "write the files that testdata/state_dicts.py reads")

// network declares the networks of testdata/state_dicts.py.
func network(t *testing.T, activation, norm string, hidden ...int) models.Config {
	t.Helper()
	f, err1 := models.ActivationByName(activation)
	n, err2 := models.NormByName(norm)
	init, err3 := models.InitializerByName("standard")
	cost, err4 := models.CostByName("nll")
	for _, err := range []error{err1, err2, err3, err4} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return models.Config{Inputs: 6, Hidden: hidden, Classes: 3, Activation: f, Norm: n, Init: init, Cost: cost}
}

func parameters(t *testing.T, c models.Config) *models.Parameters {
	t.Helper()
	p, err := c.Parameters(1)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// logits are those of four examples, sin(i), in an evaluation.
func logits(t *testing.T, c models.Config, p *models.Parameters) []float32 {
	t.Helper()
	net, err := c.Build(p, 4)
	if err != nil {
		t.Fatal(err)
	}
	m, err := graph.New(net.Graph, graph.Observe(net.Logits))
	if err != nil {
		t.Fatal(err)
	}
	x := tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(4, 6))
	for i, d := 0, x.Float32s(); i < len(d); i++ {
		d[i] = float32(math.Sin(float64(i)))
	}
	if err := G.Let(net.X, x); err != nil {
		t.Fatal(err)
	}
	if err := m.RunAll(); err != nil {
		t.Fatal(err)
	}
	return net.Logits.Value().(*tensor.Dense).Float32s()
}

func torchLogits(t *testing.T) map[string][]float64 {
	t.Helper()
	text, err := os.ReadFile("testdata/logits.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Logits map[string][]float64 }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	return file.Logits
}

func near(t *testing.T, got []float32, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d logits, torch has %d", len(got), len(want))
	}
	for i, x := range want {
		if d := math.Abs(float64(got[i]) - x); !(d <= 1e-6*math.Max(1, math.Abs(x))) {
			t.Errorf("logit %d is %v, torch has %v", i, got[i], x)
		}
	}
}

// A network with the weights of a PyTorch state_dict has PyTorch's logits to 1e-6, from both kinds of files.
func TestFromTorch(t *testing.T) {
	want := torchLogits(t)
	for name, c := range map[string]models.Config{
		"plain": network(t, "tanh", "none", 5, 4),
		"batch": network(t, "relu", "batch", 5, 4),
		"layer": network(t, "gelu", "layer", 5, 4),
		"rms":   network(t, "prelu_units", "rms", 5, 4),
		// of which the state_dict has no epsilon
		"rms_torch": network(t, "prelu_units", "rms_torch", 5, 4),
		"prelu":     network(t, "prelu", "none", 5, 4),
		"named":     network(t, "relu", "batch", 5, 4),
		"many":      network(t, "tanh", "none", 4, 4, 4, 4, 4, 4), // module 10 comes after 8
	} {
		for _, ext := range []string{".npz", ".safetensors"} {
			t.Run(name+ext, func(t *testing.T) {
				p := parameters(t, c)
				if err := Load(filepath.Join("testdata", name+ext), c, p); err != nil {
					t.Fatal(err)
				}
				near(t, logits(t, c, p), want[name])
			})
		}
	}
}

// ours are networks whose weights testdata/state_dicts.py has loaded strictly into the module that Sequential names.
func ours(t *testing.T) map[string]models.Config {
	all := map[string]models.Config{
		"plain": network(t, "softsign", "none", 5, 4), "batch": network(t, "silu", "batch", 5, 4),
		"layer": network(t, "prelu", "layer", 5, 4), "rms": network(t, "prelu_units", "rms", 5, 4), "rms_torch": network(t, "prelu_units", "rms_torch", 5, 4),
		"all": network(t, "tanh", "none"), "dropout": network(t, "relu", "batch", 5),
	}
	for _, f := range models.Activations() { // one layer for each
		c := all["all"]
		c.Hidden, c.Layers = append(c.Hidden, 4), append(c.Layers, f)
		all["all"] = c
	}
	c := all["dropout"]
	c.Dropout = 0.5
	all["dropout"] = c
	return all
}

// PyTorch has the logits of our networks to 1e-6 after it loaded their weights.
func TestToTorch(t *testing.T) {
	for name, c := range ours(t) {
		t.Run(name, func(t *testing.T) {
			p := parameters(t, c)
			k := 0
			for _, v := range p.List() {
				for i, d := 0, v.Value.Float32s(); i < len(d); i++ {
					if d[i] = float32(math.Sin(float64(k))); strings.HasPrefix(v.Name, "var") {
						d[i] = 1 + d[i]/2
					}
					k++
				}
			}
			tensors, python, err := Sequential(c, train.Tensors(p))
			if err != nil {
				t.Fatal(err)
			}
			var file bytes.Buffer
			if err := safetensors.Write(&file, safetensors.File{Tensors: tensors}); err != nil {
				t.Fatal(err)
			}
			quoted, err := json.Marshal(python)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", "ours-"+name)
			for ext, content := range map[string][]byte{".safetensors": file.Bytes(), ".json": append(quoted, '\n')} {
				if *update {
					if err := os.WriteFile(path+ext, content, 0o666); err != nil {
						t.Fatal(err)
					}
				}
				if kept, err := os.ReadFile(path + ext); err != nil || !bytes.Equal(kept, content) {
					t.Errorf("%s is not what Sequential makes, which PyTorch has not loaded: %v", path+ext, err)
				}
			}
			near(t, logits(t, c, p), torchLogits(t)["ours-"+name])

			back := parameters(t, c)
			if err := Load(path+".safetensors", c, back); err != nil {
				t.Fatal(err)
			}
			if train.DigestOf(back).SHA256 != train.DigestOf(p).SHA256 {
				t.Error("the weights differ after a round trip")
			}
		})
	}
}

// write writes arrays of ones as an .npz file.
func write(t *testing.T, arrays ...npz.Array) string {
	t.Helper()
	var b bytes.Buffer
	for i, a := range arrays {
		if a.Data == nil {
			n := 1
			for _, d := range a.Shape {
				n *= d
			}
			arrays[i].Data = slices.Repeat([]float64{1}, n)
		}
	}
	if err := npz.Write(&b, arrays...); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "w.npz")
	if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// Each file that does not fit has an error of one line that names the tensor, its shape and what is needed.
func TestBadFiles(t *testing.T) {
	c := network(t, "tanh", "none", 5)
	const layers = "; the layers of the file are 6-5-3, those of the network 6-5-3"
	a := func(name string, shape ...int) npz.Array { return npz.Array{Name: name, Shape: shape} }
	good := []npz.Array{a("W1", 6, 5), a("b1", 5), a("W2", 5, 3), a("b2", 3)}
	with := func(more ...npz.Array) []npz.Array { return append(slices.Clone(good), more...) }
	for _, x := range []struct {
		arrays []npz.Array
		want   string
	}{
		{with(), ""},
		{good[:3], "there is no b2, which must be [3]" + layers},
		{with(a("gamma1", 5)), "the network has no place for gamma1 [5]" + layers},
		{with(a("extra", 5)), "the network has no place for extra [5]" + layers},
		{[]npz.Array{a("W1", 5, 6), good[1], good[2], good[3]}, "W1 [5 6] must be [6 5]; the layers of the file are 5-6-3, those of the network 6-5-3"},
		{with(a("W3", 3, 2), a("b3", 2)), "the network has no place for W3 [3 2]; the layers of the file are 6-5-3-2, those of the network 6-5-3"},
		{[]npz.Array{a("0.weight", 4, 6), a("0.bias", 4), a("2.weight", 3, 4), a("2.bias", 3)},
			"0.weight (W1) [4 6] must be [5 6]; the layers of the file are 6-4-3, those of the network 6-5-3"},
		{[]npz.Array{a("0.weight", 5, 6), a("2.weight", 3, 5), a("2.bias", 3)}, "there is no b1, which must be [5]" + layers},
		{[]npz.Array{a("in.weight", 5, 6), a("out.weight", 3, 5)}, "the order of the layers does not follow from the names in.weight, out.weight; want names with numbers, such as 0.weight, 2.weight"},
		{[]npz.Array{a("0.weight", 5, 6), a("2.weight", 5), a("2.bias", 5), a("3.weight", 3, 5)},
			"2 does not follow 0 directly; want each norm between a Linear and its activation, as our networks compute it"},
		{[]npz.Array{a("0.weight", 5, 6), a("1.weight", 5), a("1.bias", 5), a("2.weight", 5), a("2.bias", 5), a("3.weight", 3, 5)},
			"the network has no place for 1.weight (gamma1) [5]" + layers},
		{[]npz.Array{a("0.weight", 5, 6), a("1.weight", 1), a("2.weight", 1), a("3.weight", 3, 5)}, "the network has no place for 1.weight (alpha1) [1]" + layers},
		{[]npz.Array{a("0.weight", 5), a("1.weight", 3, 5)}, "0 comes before the first Linear, 1.weight"},
		{[]npz.Array{a("0.weight", 5)}, "no array has a name that ends in .weight and two dimensions, as that of a Linear"},
		{[]npz.Array{a("0.weight", 5, 6), a("1.bias", 5)}, "there is no 1.weight"},
		{[]npz.Array{a("coef", 5, 6)}, "the array coef is neither one of W1, b1, gamma1, beta1, mean1, var1, alpha1, W2, … nor of a state_dict of Linear layers: 0.weight, 0.bias, …"},
		{[]npz.Array{{Name: "W1", Shape: []int{2}, Data: []int64{1, 2}}}, "W1 has elements of another type; want float32 or float64"},
		{[]npz.Array{{Name: "b1", Shape: []int{2}, Data: []float64{1, 1e300}}}, "element 1 of b1 is +Inf in float32; want finite numbers"},
		{[]npz.Array{{Name: "b1", Shape: []int{1}, Data: []float32{float32(math.NaN())}}}, "element 0 of b1 is NaN in float32; want finite numbers"},
	} {
		path := write(t, x.arrays...)
		err := Load(path, c, parameters(t, c))
		if got := problem(err, path); got != x.want {
			t.Errorf("got  %s\nwant %s", got, x.want)
		}
	}
	for name, want := range map[string]string{
		"w.pt":          `is a pickle of Python, which is not read; safetensors.torch.save_file(model.state_dict(), "weights.safetensors") writes a file that is`,
		"w.txt":         "want a name that ends in .npz or .safetensors",
		"w.npz":         "not an .npz file, or an incomplete one: zip: not a valid zip file",
		"w.safetensors": "is cut off after 3 bytes, expected: the 8 bytes of the header's length",
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte("abc"), 0o666); err != nil {
			t.Fatal(err)
		}
		if got := problem(Load(path, c, parameters(t, c)), path); got != want {
			t.Errorf("%s: got %s\nwant %s", name, got, want)
		}
	}
}

func problem(err error, path string) string {
	if err == nil {
		return ""
	}
	return strings.TrimPrefix(err.Error(), path+": ")
}

// Two tensors for one place are an error, not the first of them.
func TestTwice(t *testing.T) {
	a := func(name string, shape ...int) npz.Array { return npz.Array{Name: name, Shape: shape} }
	path := write(t, a("0.weight", 5, 6), a("0.bias", 5), a("1.weight", 1), a("2.weight", 1), a("3.weight", 3, 5), a("3.bias", 3))
	c := network(t, "prelu", "none", 5)
	if got := problem(Load(path, c, parameters(t, c)), path); got != "1.weight (alpha1) [1] and 2.weight (alpha1) [1] would both be alpha1; the network has one" {
		t.Error(got)
	}
}

// What a Sequential cannot compute has no state_dict.
func TestNoSequential(t *testing.T) {
	c := network(t, "tanh", "none", 5, 5)
	c.Residual = 1
	if _, _, err := Sequential(c, nil); err == nil || err.Error() != "a torch.nn.Sequential has no residual connections, and the network has model.residual 1" {
		t.Error(err)
	}
	own, err := models.NewActivation("own", "s²", func(s *G.Node) (*G.Node, error) { return G.Square(s) })
	if err != nil {
		t.Fatal(err)
	}
	c.Residual, c.Activation = 0, own
	if _, _, err := Sequential(c, nil); err == nil || err.Error() != "torch.nn has no module for the activation own" {
		t.Error(err)
	}
}
