package weights

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"glorot/experiments/run/safetensors"
	"glorot/models"
)

// A module is what a state_dict has of a module: its tensors by their last name.
type module struct {
	name    string
	tensors map[string]array
}

// linear reports whether it has a matrix of weights.
func (m *module) linear() bool { return len(m.tensors["weight"].Shape) == 2 }

// place is the name without its numbers, and these, by which modules are ordered.
func (m *module) place() (stem string, numbers []int) {
	for _, word := range digits.FindAllString(m.name, -1) {
		n, _ := strconv.Atoi(word)
		numbers = append(numbers, n)
	}
	return digits.ReplaceAllString(m.name, "#"), numbers
}

var digits = regexp.MustCompile(`[0-9]{1,9}`)

// fromTorch gives the tensors of a state_dict our names.
func fromTorch(list []array, c models.Config) ([]array, error) {
	var modules []*module
	for _, t := range list {
		at := strings.LastIndex(t.Source, ".")
		leaf := t.Source[at+1:]
		if !slices.Contains([]string{"weight", "bias", "running_mean", "running_var"}, leaf) {
			return nil, fmt.Errorf("the array %s is neither one of W1, b1, gamma1, beta1, mean1, var1, alpha1, W2, … nor of a state_dict of Linear layers: 0.weight, 0.bias, …", t.Source)
		}
		name := t.Source[:max(at, 0)]
		i := slices.IndexFunc(modules, func(m *module) bool { return m.name == name })
		if i < 0 {
			i = len(modules)
			modules = append(modules, &module{name, map[string]array{}})
		}
		modules[i].tensors[leaf] = t
	}
	layers, err := byLayer(modules)
	if err != nil {
		return nil, err
	}
	var out []array
	for i, of := range layers {
		named, err := layer(i+1, of, c.Norm.Torch != "")
		if err != nil {
			return nil, err
		}
		out = append(out, named...)
	}
	return out, nil
}

// byLayer divides modules into layers, each of which begins with a Linear. If all names are the same but for numbers, the numbers give the
// order, as in a Sequential. Otherwise the Linears must be numbered, and so the other modules, each kind for itself.
func byLayer(modules []*module) ([][]*module, error) {
	slices.SortStableFunc(modules, func(a, b *module) int {
		_, x := a.place()
		_, y := b.place()
		return slices.Compare(x, y)
	})
	stems := map[string][]*module{}
	var linear, others []string // stems
	for _, m := range modules {
		stem, _ := m.place()
		stems[stem] = append(stems[stem], m)
		if m.linear() {
			linear = append(linear, stem)
		} else {
			others = append(others, stem)
		}
	}
	linear = slices.Compact(linear)
	if len(linear) == 0 {
		return nil, fmt.Errorf("no array has a name that ends in .weight and two dimensions, as that of a Linear")
	}
	if len(linear) > 1 {
		return nil, fmt.Errorf("the order of the layers does not follow from the names %s; want names with numbers, such as 0.weight, 2.weight",
			strings.Join(names(modules, (*module).linear), ", "))
	}
	var layers [][]*module
	if len(stems) == 1 {
		for _, m := range modules {
			if m.linear() {
				layers = append(layers, nil)
			}
			if len(layers) == 0 {
				return nil, fmt.Errorf("%s comes before the first Linear, %s", m.name, names(modules, (*module).linear)[0])
			}
			last := &layers[len(layers)-1]
			*last = append(*last, m)
		}
		return layers, nil
	}
	for _, m := range stems[linear[0]] {
		if m.linear() {
			layers = append(layers, []*module{m})
		}
	}
	slices.Sort(others)
	for _, stem := range slices.Compact(others) {
		for i, m := range stems[stem] {
			if m.linear() || i >= len(layers) {
				return nil, fmt.Errorf("the layer of %s does not follow from its name; want the names of a Sequential, such as 0.weight, 1.weight", m.name)
			}
			layers[i] = append(layers[i], m)
		}
	}
	return layers, nil
}

func names(modules []*module, which func(*module) bool) (list []string) {
	for _, m := range modules {
		if which(m) {
			list = append(list, m.name+".weight")
		}
	}
	return list
}

// layer gives the tensors of layer i our names. The first module is a Linear. The next one with a bias or running statistics is a norm. One that
// has neither is an RMSNorm if it comes first and the network has a norm, or else a PReLU.
func layer(i int, modules []*module, norm bool) ([]array, error) {
	var out []array
	add := func(m *module, leaf, name string) {
		if t, ok := m.tensors[leaf]; ok {
			t.Name = fmt.Sprintf("%s%d", name, i)
			out = append(out, t)
		}
	}
	linear := modules[0]
	w := linear.tensors["weight"]
	linear.tensors["weight"] = array{Source: w.Source, Shape: []int{w.Shape[1], w.Shape[0]}, Transposed: true, Data: transposed(w)}
	for _, m := range modules {
		_, ok := m.tensors["weight"]
		_, biased := m.tensors["bias"]
		mean, running := m.tensors["running_mean"]
		switch {
		case !ok:
			return nil, fmt.Errorf("there is no %s.weight", m.name)
		case m == linear:
			add(m, "weight", "W")
			add(m, "bias", "b")
		case !biased && !running && !norm:
			add(m, "weight", "alpha")
		default:
			norm = false // the next one is none
			if b, ok := linear.tensors["bias"]; ok && running && len(b.Data) == len(mean.Data) {
				mean.Data = slices.Clone(mean.Data)
				for k := range mean.Data {
					mean.Data[k] -= b.Data[k]
				}
				m.tensors["running_mean"] = mean
				out = slices.DeleteFunc(out, func(t array) bool { return t.Name == fmt.Sprintf("b%d", i) })
			}
			add(m, "weight", "gamma")
			add(m, "bias", "beta")
			add(m, "running_mean", "mean")
			add(m, "running_var", "var")
		}
	}
	return out, nil
}

func transposed(t array) []float32 {
	rows, columns := t.Shape[0], t.Shape[1]
	out := make([]float32, len(t.Data))
	for i := range rows {
		for j := range columns {
			out[j*rows+i] = t.Data[i*columns+j]
		}
	}
	return out
}

// Sequential returns our tensors as the state_dict of a torch.nn.Sequential, and the Python expression that makes this module.
func Sequential(c models.Config, ours []safetensors.Tensor) (state []safetensors.Tensor, python string, err error) {
	if c.Residual > 0 {
		return nil, "", fmt.Errorf("a torch.nn.Sequential has no residual connections, and the network has model.residual %d", c.Residual)
	}
	var modules []string
	add := func(i int, class string, pairs ...string) { // pairs of torch's name and ours
		for ; len(pairs) > 0; pairs = pairs[2:] {
			at := slices.IndexFunc(ours, func(t safetensors.Tensor) bool { return t.Name == fmt.Sprintf("%s%d", pairs[1], i+1) })
			if at < 0 {
				continue
			}
			t := ours[at]
			if pairs[1] == "W" {
				t.Shape, t.Data = []int{t.Shape[1], t.Shape[0]}, transposed(array{Shape: t.Shape, Data: t.Data.([]float32)})
			}
			t.Name = fmt.Sprintf("%d.%s", len(modules), pairs[0])
			state = append(state, t)
		}
		modules = append(modules, "nn."+class)
	}
	for i, out := range c.Sizes()[1:] {
		linear := fmt.Sprintf("Linear(%d, %d)", c.Sizes()[i], out)
		if !slices.ContainsFunc(ours, func(t safetensors.Tensor) bool { return t.Name == fmt.Sprintf("b%d", i+1) }) {
			linear = strings.TrimSuffix(linear, ")") + ", bias=False)"
		}
		add(i, linear, "weight", "W", "bias", "b")
		if i == len(c.Hidden) {
			break
		}
		if c.Norm.Torch != "" {
			add(i, strings.ReplaceAll(c.Norm.Torch, "UNITS", strconv.Itoa(out)), "weight", "gamma", "bias", "beta", "running_mean", "mean", "running_var", "var")
		}
		f := c.ActivationOf(i)
		if f.Torch == "" {
			return nil, "", fmt.Errorf("torch.nn has no module for the activation %s", f.Name)
		}
		add(i, strings.ReplaceAll(f.Torch, "UNITS", strconv.Itoa(out)), "weight", "alpha")
		if c.Dropout > 0 {
			add(i, fmt.Sprintf("Dropout(%v)", c.Dropout))
		}
	}
	return state, "nn.Sequential(" + strings.Join(modules, ", ") + ")", nil
}
