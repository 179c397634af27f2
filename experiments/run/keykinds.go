package run

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"glorot/experiments/train"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// unsigned is an integer from low to high that keeps all 64 bits.
func unsigned[T uint32 | uint64](name string, low, high T, field func(*Config) *T) key {
	return key{
		name: name,
		want: func(Allowed) string { return fmt.Sprintf("an integer from %d to %d", low, high) },
		read: func(c *Config, n ast.Node, _ Allowed) ast.Node {
			v, err := strconv.ParseUint(plain(n), 10, 64)
			if err != nil || v < uint64(low) || v > uint64(high) || strconv.FormatUint(v, 10) != plain(n) {
				return n
			}
			*field(c) = T(v)
			return nil
		},
		write: func(c *Config) string { return strconv.FormatUint(uint64(*field(c)), 10) },
	}
}

// imageSeed is a seed of generated images, or auto (0), which follows the run's seed.
func imageSeed(name string, field func(*Config) *uint32) key {
	k := zeroWord(autoWord, unsigned(name, testImages+1, validImages-1, field), field)
	k.want = func(Allowed) string {
		return fmt.Sprintf("%s (each seed has its own images), or for %s an integer from %d to %d (%d makes the test images, %d the validation images)",
			autoWord, generated, testImages+1, uint32(validImages-1), testImages, uint32(validImages))
	}
	return k
}

// autoWord is the value of a key that follows another key.
const autoWord = "auto"

// count is an integer from low to high.
func count[T ~int](name string, low, high int, field func(*Config) *T) key {
	return key{
		name: name,
		want: func(Allowed) string { return wantInteger(low, high) },
		read: func(c *Config, n ast.Node, _ Allowed) ast.Node {
			v, ok := integer(n, low, high)
			if !ok {
				return n
			}
			*field(c) = T(v)
			return nil
		},
		write: func(c *Config) string { return strconv.Itoa(int(*field(c))) },
	}
}

// widths is a list of layer widths.
func widths(name string, field func(*Config) *[]int) key {
	return key{
		name: name,
		want: func(Allowed) string {
			return fmt.Sprintf("a list of widths from 1 to %d, such as [1000, 1000]", maxWidth)
		},
		read: func(c *Config, n ast.Node, _ Allowed) ast.Node {
			seq, ok := n.(*ast.SequenceNode)
			if !ok || len(seq.Values) == 0 {
				return n
			}
			ws := make([]int, len(seq.Values))
			for i, e := range seq.Values {
				if ws[i], ok = integer(e, 1, maxWidth); !ok {
					return e
				}
			}
			*field(c) = ws
			return nil
		},
		write: func(c *Config) string { return list(*field(c)) },
	}
}

// maxDepth is the largest model.depth; models.MaxLayers is the real limit.
const maxDepth = 100_000

// depth sets the number of layers of one width.
func depth(name string) key {
	return shorthand(name, 1, maxDepth, func(hidden []int) int { return len(hidden) },
		func(hidden []int, v int) []int { return slices.Repeat(hidden[:1], v) })
}

// width sets the width of all layers.
func width(name string) key {
	return shorthand(name, 1, maxWidth, func(hidden []int) int { return hidden[0] },
		func(hidden []int, v int) []int { return slices.Repeat([]int{v}, len(hidden)) })
}

// shorthand is an integer that sets the widths of the hidden layers, which are equal.
func shorthand(name string, low, high int, get func(hidden []int) int, set func(hidden []int, v int) []int) key {
	k := count(name, low, high, func(*Config) *int { return new(int) })
	k.shorthand = true
	k.read = func(c *Config, n ast.Node, _ Allowed) ast.Node {
		v, ok := integer(n, low, high)
		if !ok {
			return n
		}
		c.Model.Hidden = set(c.Model.Hidden, v)
		return nil
	}
	k.write = func(c *Config) string {
		if h := c.Model.Hidden; slices.Max(h) != slices.Min(h) && name == "model.width" {
			return "mixed"
		}
		return strconv.Itoa(get(c.Model.Hidden))
	}
	return k
}

// noneWord and allWord are the values of keys that choose from names.
const (
	noneWord = "none"
	allWord  = "all"
)

// measures chooses from train.MeasureRequests, in their order: none, all, a name, or a list of names.
func measures(name string, field func(*Config) *[]string) key {
	one := func(word *string) key {
		return oneOf(name, func(*Config) *string { return word }, func(a Allowed) []string { return a.Measures })
	}
	return key{
		name: name,
		want: func(a Allowed) string {
			return fmt.Sprintf("%s, %s, or some of %s, such as [dead, rank]", noneWord, allWord, one(nil).want(a))
		},
		read: func(c *Config, n ast.Node, a Allowed) ast.Node {
			elements := []ast.Node{n}
			switch n := n.(type) {
			case *ast.SequenceNode:
				elements = n.Values
			case *ast.StringNode:
				switch n.Value {
				case noneWord:
					elements = nil
				case allWord:
					*field(c) = train.MeasureRequests()
					return nil
				}
			}
			var list []string
			for _, e := range elements {
				var word string
				if bad := one(&word).read(c, e, a); bad != nil {
					return bad
				}
				list = append(list, word)
			}
			*field(c) = inOrder(list, train.MeasureRequests())
			return nil
		},
		write: func(c *Config) string {
			if len(*field(c)) == 0 {
				return noneWord
			}
			return "[" + strings.Join(*field(c), ", ") + "]"
		},
	}
}

// inOrder returns names in the order of a list, each once, and then those that the list lacks.
func inOrder(names, order []string) (sorted []string) {
	for _, name := range slices.Concat(order, names) {
		if slices.Contains(names, name) && !slices.Contains(sorted, name) {
			sorted = append(sorted, name)
		}
	}
	return sorted
}

// ascending is a list of updates, each above the one before it; it may be empty.
func ascending(name string, field func(*Config) *[]int) key {
	return key{
		name: name,
		want: func(Allowed) string { return "a list of ascending updates, such as [1000, 5000]" },
		read: func(c *Config, n ast.Node, _ Allowed) ast.Node {
			updates, bad := readUpdates(n)
			if bad == nil {
				*field(c) = updates
			}
			return bad
		},
		write: func(c *Config) string { return list(*field(c)) },
	}
}

// list is integers as YAML.
func list(x []int) string { return strings.ReplaceAll(fmt.Sprint(x), " ", ", ") }

// oneOf is a name from a list; any name if the list is empty.
func oneOf(name string, field func(*Config) *string, list func(Allowed) []string) key {
	return key{
		name: name,
		want: func(a Allowed) string {
			if names := list(a); len(names) > 0 {
				return strings.Join(names, ", ")
			}
			return "a name of lower-case letters, digits, hyphens and underscores"
		},
		read: func(c *Config, n ast.Node, a Allowed) ast.Node {
			s, ok := n.(*ast.StringNode)
			if !ok {
				return n
			}
			value, ok := a.resolve(name, s.Value, list(a))
			if ok {
				*field(c) = value
				return nil
			}
			return n
		},
		write: func(c *Config) string {
			s := *field(c)
			// Quoted if YAML would take it for something else, such as null.
			if b, err := yaml.Marshal(s); err == nil && isName(s) {
				return strings.TrimSpace(string(b))
			}
			return strconv.Quote(s)
		},
	}
}

// oneOfEach is a name from a list, or a list of such names, one for each hidden layer, which the field holds as YAML.
func oneOfEach(name string, field func(*Config) *string, list func(Allowed) []string) key {
	k := oneOf(name, field, list)
	want, one, write := k.want, k.read, k.write
	k.want = func(a Allowed) string {
		return fmt.Sprintf("%s; or a list of these with one for each hidden layer", want(a))
	}
	k.read = func(c *Config, n ast.Node, a Allowed) ast.Node {
		seq, ok := n.(*ast.SequenceNode)
		if !ok {
			return one(c, n, a)
		}
		if len(seq.Values) == 0 {
			return n
		}
		names := make([]string, len(seq.Values))
		for i, e := range seq.Values {
			if bad := one(c, e, a); bad != nil {
				return bad
			}
			names[i] = *field(c)
		}
		*field(c) = "[" + strings.Join(names, ", ") + "]"
		return nil
	}
	k.write = func(c *Config) string {
		if strings.HasPrefix(*field(c), "[") {
			return *field(c)
		}
		return write(c)
	}
	return k
}

// resolve returns the name that a value of a key means, which may be an alias, and whether it is allowed.
func (a Allowed) resolve(key, value string, names []string) (string, bool) {
	if canonical := a.Canonical[key]; canonical != nil {
		value = canonical(value)
	}
	if len(names) == 0 {
		return value, isName(value)
	}
	return value, slices.Contains(names, value)
}

// isName reports whether s is a lower-case letter followed by letters, digits, hyphens and underscores.
func isName(s string) bool {
	for i, r := range s {
		letter := 'a' <= r && r <= 'z'
		if !letter && (i == 0 || r != '-' && r != '_' && (r < '0' || r > '9')) {
			return false
		}
	}
	return s != ""
}

// number is a float64 that ok accepts.
func number(name, want string, ok func(float64) bool, field func(*Config) *float64) key {
	return key{
		name: name,
		want: func(Allowed) string { return want },
		read: func(c *Config, n ast.Node, _ Allowed) ast.Node {
			v, err := strconv.ParseFloat(plain(n), 64)
			if err != nil || !ok(v) {
				return n
			}
			*field(c) = v
			return nil
		},
		write: func(c *Config) string { return strconv.FormatFloat(*field(c), 'g', -1, 64) },
	}
}

// anyFloat32 and positiveFloat32 check a number after rounding to float32, as the arithmetic is in
// float32.
func anyFloat32(v float64) bool {
	return math.Abs(v) <= math.MaxFloat32 // false for NaN
}

func positiveFloat32(v float64) bool {
	return anyFloat32(v) && float32(v) > 0
}

// fromZero accepts 0 and positive float32.
func fromZero(v float64) bool { return v == 0 || positiveFloat32(v) }

// share accepts a share, from 0 to less than 1.
func share(v float64) bool { return v >= 0 && v < 1 }

// invertible accepts a number whose inverse is a float32.
func invertible(v float64) bool { return positiveFloat32(v) && v > 1e-38 }

// orWord is an integer from low to high, or a word, which is 0.
func orWord[T ~int](name, word string, low, high int, field func(*Config) *T) key {
	return zeroWord(word, count(name, low, high, field), field)
}

// orAuto is a number that ok accepts, or auto, which is 0 in the configuration.
func orAuto(name, want string, ok func(float64) bool, field func(*Config) *float64) key {
	return zeroWord(autoWord, number(name, want, ok, field), field)
}

// zeroWord adds to a key, which does not allow the zero value, a word for it.
func zeroWord[T comparable](word string, k key, field func(*Config) *T) key {
	var zero T
	want, read, write := k.want, k.read, k.write
	k.want = func(a Allowed) string { return word + " or " + want(a) }
	k.read = func(c *Config, n ast.Node, a Allowed) ast.Node {
		if plain(n) == word {
			*field(c) = zero
			return nil
		}
		return read(c, n, a)
	}
	k.write = func(c *Config) string {
		if *field(c) == zero {
			return word
		}
		return write(c)
	}
	return k
}

// bias is a number, or a word: uniform, or auto, which is "".
func bias(name string, field func(*Config) *string) key {
	return key{
		name: name,
		want: func(Allowed) string { return autoWord + ", " + UniformBias + " or a number in the range of float32" },
		read: func(c *Config, n ast.Node, a Allowed) ast.Node {
			v, err := strconv.ParseFloat(plain(n), 64)
			switch word := plain(n); {
			case word == autoWord:
				*field(c) = ""
			case word == UniformBias:
				*field(c) = word
			case err == nil && anyFloat32(v):
				*field(c) = strconv.FormatFloat(v, 'g', -1, 64)
			default:
				return n
			}
			return nil
		},
		write: func(c *Config) string { return cmp.Or(*field(c), autoWord) },
	}
}

// yesNo is true or false.
func yesNo(name string, field func(*Config) *bool) key {
	return key{
		name: name,
		want: func(Allowed) string { return "true or false" },
		read: func(c *Config, n ast.Node, _ Allowed) ast.Node {
			b, ok := n.(*ast.BoolNode)
			if !ok {
				return n
			}
			*field(c) = b.Value
			return nil
		},
		write: func(c *Config) string { return strconv.FormatBool(*field(c)) },
	}
}

// plain is the text of a scalar without quotes, or "" for any other node. Numbers are read from
// this text, because YAML would take some of them (such as 1e-05) for strings.
func plain(n ast.Node) string {
	switch n.(type) {
	case *ast.IntegerNode, *ast.FloatNode:
		return n.GetToken().Value
	case *ast.StringNode:
		if n.GetToken().Type == token.StringType {
			return n.GetToken().Value
		}
	}
	return ""
}

// integer returns the decimal integer of n, or false if n is not an integer from low to high.
func integer(n ast.Node, low, high int) (int, bool) {
	v, err := strconv.Atoi(plain(n))
	if err != nil || v < low || v > high || strconv.Itoa(v) != plain(n) {
		return 0, false
	}
	return v, true
}

func wantInteger(low, high int) string {
	if high == math.MaxInt {
		return fmt.Sprintf("an integer, %d or more", low)
	}
	return fmt.Sprintf("an integer from %d to %d", low, high)
}
