// Package weights reads and writes the weights of networks in files of other programs: arrays with the names of [models.Parameters], or
// a PyTorch state_dict.
//
// A state_dict is that of a torch.nn.Sequential of Linear layers, with norms and PReLU between them, or of a module whose attributes have numbers
// (fc1, bn1, fc2, …): each name is that of a module, a dot, and weight, bias, running_mean or running_var. A Linear has its weights as
// [out, in], the transpose of ours. Its bias in front of batch normalisation has no effect but on the running mean, from which Load
// subtracts it, as our networks have no such bias.
//
// References: torch.nn.Module.state_dict; https://github.com/huggingface/safetensors; numpy.lib.format.
package weights

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"glorot/experiments/dataset/npz"
	"glorot/experiments/run/safetensors"
	"glorot/models"
)

// An array is one of a file.
type array struct {
	Name       string // ours, as of models.Parameter
	Source     string // the name in the file
	Shape      []int  // as ours
	Transposed bool   // in the file
	Data       []float32
}

// own are the names that models.Parameters has.
var own = regexp.MustCompile(`^(W|b|gamma|beta|mean|var|alpha)[1-9][0-9]*$`)

// read reads the weights of a network in a file, under our names.
func read(path string, c models.Config) ([]array, error) {
	list, err := arrays(path)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("has no arrays")
	}
	if err == nil && !slices.ContainsFunc(list, func(t array) bool { return own.MatchString(t.Source) }) {
		list, err = fromTorch(list, c)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for i, t := range list {
		if t.Name == "" {
			list[i].Name = t.Source
		}
	}
	return list, nil
}

// arrays reads the arrays of a file, under the names that they have there.
func arrays(path string) ([]array, error) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".npz":
		return fromNumpy(path)
	case ".safetensors":
		return fromSafetensors(path)
	case ".pt", ".pth", ".bin", ".ckpt":
		return nil, fmt.Errorf("is a pickle of Python, which is not read; safetensors.torch.save_file(model.state_dict(), \"weights.safetensors\") writes a file that is")
	}
	return nil, fmt.Errorf("want a name that ends in .npz or .safetensors")
}

func fromNumpy(path string) ([]array, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	r, err := npz.NewReader(f, info.Size())
	if err != nil {
		return nil, err
	}
	var list []array
	for _, name := range r.Names {
		if counts(name) {
			continue
		}
		a, err := r.Read(name)
		if err != nil {
			return nil, err
		}
		t, err := floats(name, a.Shape, a.Data)
		if err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, nil
}

func fromSafetensors(path string) ([]array, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	file, err := safetensors.Parse(src)
	if err != nil {
		return nil, err
	}
	var list []array
	for _, x := range file.Tensors {
		if counts(x.Name) || strings.Contains(x.Name, "/") { // the state of an optimizer, in our checkpoints
			continue
		}
		t, err := floats(x.Name, x.Shape, x.Data)
		if err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, nil
}

// counts reports whether an array is a counter of PyTorch's batch normalisation, which has no effect.
func counts(name string) bool {
	return name == "num_batches_tracked" || strings.HasSuffix(name, ".num_batches_tracked")
}

// floats makes an array of floats, whose numbers must be finite in float32.
func floats(name string, shape []int, data any) (array, error) {
	t := array{Source: name, Shape: shape}
	switch x := data.(type) {
	case []float32:
		t.Data = x
	case []float64:
		t.Data = make([]float32, len(x))
		for i, v := range x {
			t.Data[i] = float32(v)
		}
	default:
		return t, fmt.Errorf("%s has elements of another type; want float32 or float64", name)
	}
	for i, v := range t.Data {
		if x := float64(v); math.IsNaN(x) || math.IsInf(x, 0) {
			return t, fmt.Errorf("element %d of %s is %v in float32; want finite numbers", i, name, v)
		}
	}
	return t, nil
}

// Load copies the weights in a file to the parameters of a network, all of which must be in the file, and nothing else. The parameters are of
// type float32.
func Load(path string, c models.Config, p *models.Parameters) error {
	list, err := read(path, c)
	if err != nil {
		return err
	}
	if err := fill(list, c, p); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func fill(list []array, c models.Config, p *models.Parameters) error {
	layers := fmt.Sprintf("the layers of the file are %s, those of the network %s", sizes(shapes(list)), sizes(c.Sizes()))
	all := p.List()
	for _, t := range list {
		if !slices.ContainsFunc(all, func(q models.Parameter) bool { return q.Name == t.Name }) {
			return fmt.Errorf("the network has no place for %v; %s", t, layers)
		}
	}
	for _, q := range all {
		want := q.Value.Shape()
		i := slices.IndexFunc(list, func(t array) bool { return t.Name == q.Name })
		if i < 0 {
			return fmt.Errorf("there is no %s, which must be %v; %s", q.Name, []int(want), layers)
		}
		t := list[i]
		if !slices.Equal(t.Shape, want) {
			return fmt.Errorf("%v must be %v; %s", t, t.stored(want), layers)
		}
		copy(q.Value.Float32s(), t.Data)
	}
	return nil
}

// String names the tensor and its shape as they are in the file.
func (t array) String() string {
	name := t.Source
	if t.Source != t.Name {
		name += " (" + t.Name + ")"
	}
	return fmt.Sprintf("%s %v", name, t.stored(t.Shape))
}

// stored returns a shape as the file has it.
func (t array) stored(shape []int) []int {
	shape = slices.Clone(shape)
	if t.Transposed {
		slices.Reverse(shape)
	}
	return shape
}

// shapes returns the sizes of the layers whose weights are in a file, inputs first, as far as these are matrices.
func shapes(list []array) []int {
	var sizes []int
	for i := 1; ; i++ {
		at := slices.IndexFunc(list, func(t array) bool { return t.Name == fmt.Sprintf("W%d", i) && len(t.Shape) == 2 })
		if at < 0 {
			return sizes
		}
		if i == 1 {
			sizes = append(sizes, list[at].Shape[0])
		}
		sizes = append(sizes, list[at].Shape[1])
	}
}

// sizes joins the sizes of layers: "784-100-10".
func sizes(list []int) string {
	if len(list) == 0 {
		return "unknown"
	}
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(list), "[]"), " ", "-")
}
