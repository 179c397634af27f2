package run

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// A key ties a name in YAML to a field of Config.
type key struct {
	name string
	want func(Allowed) string // what is allowed, in words
	// read stores the value of n, or returns the node that is not allowed.
	read  func(c *Config, n ast.Node, allowed Allowed) (bad ast.Node)
	write func(c *Config) string // as YAML

	// identity says that the key changes the parameters, and so is part of the trajectory's identity. One that was
	// added to an earlier version of the program is part of it only where it differs from its default, so that the
	// identities of the runs that were made before stay what they are.
	identity, added bool
}

// Bounds that only guard against slips of the keyboard, and against sizes for which no
// memory could be had.
const (
	maxWidth    = 1_000_000
	maxBatch    = 1_000_000
	maxExamples = 10_000 // the fixed test set
	maxThreads  = 1024
)

// Seeds of the generator's images that a network must not learn: dataset.TestSeed and dataset.ValidSeed.
const (
	testImages  = 0
	validImages = math.MaxUint32
)

// keys in the order of run.yaml; the keys of a section follow each other.
var keys = []key{
	identity(unsigned("seed", 0, math.MaxUint64, func(c *Config) *uint64 { return &c.Seed })),
	identity(widths("model.hidden", func(c *Config) *[]int { return &c.Model.Hidden })),
	identity(oneOf("model.activation", func(c *Config) *string { return &c.Model.Activation }, func(a Allowed) []string { return a.Activations })),
	identity(oneOf("model.init", func(c *Config) *string { return &c.Model.Init }, func(a Allowed) []string { return a.Inits })),
	identity(oneOf("model.cost", func(c *Config) *string { return &c.Model.Cost }, func(a Allowed) []string { return a.Costs })),
	identity(oneOf("data.name", func(c *Config) *string { return &c.Data.Name }, func(a Allowed) []string { return a.Data })),
	imageSeed("data.seed", func(c *Config) *uint32 { return &c.Data.Seed }), // its part of the identity is Config.ImageSeed
	identity(number("data.low", "a number in the range of float32", anyFloat32, func(c *Config) *float64 { return &c.Data.Low })),
	identity(number("data.high", "a number in the range of float32", anyFloat32, func(c *Config) *float64 { return &c.Data.High })),
	count("train.updates", 0, math.MaxInt, func(c *Config) *int { return &c.Train.Updates }),
	identity(count("train.batch", 1, maxBatch, func(c *Config) *int { return &c.Train.Batch })),
	identity(number("train.rate", "a number above 0 in the range of float32", positiveFloat32, func(c *Config) *float64 { return &c.Train.Rate })),
	added(oneOf("train.optimizer", func(c *Config) *string { return &c.Train.Optimizer }, func(Allowed) []string { return Optimizers() })),
	added(number("train.momentum", "a number from 0 below 1", share, func(c *Config) *float64 { return &c.Train.Momentum })),
	added(number("train.curvature_mu", "a number above 1e-38 in the range of float32", invertible, func(c *Config) *float64 { return &c.Train.CurvatureMu })),
	added(count("train.curvature_every", 1, math.MaxInt, func(c *Config) *int { return &c.Train.CurvatureEvery })),
	added(number("train.curvature_decay", "a number from 0 below 1", share, func(c *Config) *float64 { return &c.Train.CurvatureDecay })),
	added(count("pretrain.updates", 0, math.MaxInt, func(c *Config) *int { return &c.Pretrain.Updates })),
	added(number("pretrain.rate", "a number above 0 in the range of float32", positiveFloat32, func(c *Config) *float64 { return &c.Pretrain.Rate })),
	added(number("pretrain.noise", "a number from 0 below 1", share, func(c *Config) *float64 { return &c.Pretrain.Noise })),
	count("observe.every", 0, math.MaxInt, func(c *Config) *int { return &c.Observe.Every }),
	count("observe.examples", 1, maxExamples, func(c *Config) *int { return &c.Observe.Examples }),
	orWord("observe.images", "all", 1, math.MaxInt, func(c *Config) *int { return &c.Observe.Images }),
	autoSchedule("observe.layers", func(c *Config) **Schedule { return &c.Observe.Layers }),
	autoSchedule("observe.histograms", func(c *Config) **Schedule { return &c.Observe.Histograms }),
	autoSchedule("observe.errors", func(c *Config) **Schedule { return &c.Observe.Errors }),
	schedule("observe.jacobians", func(c *Config) *Schedule { return &c.Observe.Jacobians }),
	yesNo("observe.gradients", func(c *Config) *bool { return &c.Observe.Gradients }),
	yesNo("observe.wrong", func(c *Config) *bool { return &c.Observe.Wrong }),
	count("checkpoint.every", 0, math.MaxInt, func(c *Config) *int { return &c.Checkpoint.Every }),
	count("checkpoint.keep", 1, math.MaxInt, func(c *Config) *int { return &c.Checkpoint.Keep }),
	ascending("checkpoint.at", func(c *Config) *[]int { return &c.Checkpoint.At }),
	count("checkpoint.digest", 0, math.MaxInt, func(c *Config) *int { return &c.Checkpoint.Digest }),
	orWord("threads", allThreads, 1, maxThreads, func(c *Config) *Threads { return &c.Threads }),
}

// identity makes a key part of the trajectory's identity.
func identity(k key) key { k.identity = true; return k }

// added makes a key part of the identity where it differs from its default.
func added(k key) key { k.identity, k.added = true, true; return k }

// unsigned is an integer from low to high that is read without losing a bit.
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

// imageSeed is a seed of generated images, or auto, 0, for that of the run's seed.
func imageSeed(name string, field func(*Config) *uint32) key {
	k := unsigned(name, testImages+1, validImages-1, field)
	want, read, write := k.want, k.read, k.write
	k.want = func(a Allowed) string {
		return fmt.Sprintf("%s (each seed has images of its own), or for %s %s (%d makes the test images, %d the validation images)",
			autoWord, generated, want(a), testImages, uint32(validImages))
	}
	k.read = func(c *Config, n ast.Node, a Allowed) ast.Node {
		if plain(n) == autoWord {
			*field(c) = 0
			return nil
		}
		return read(c, n, a)
	}
	k.write = func(c *Config) string {
		if *field(c) == 0 {
			return autoWord
		}
		return write(c)
	}
	return k
}

// autoWord is the value of a key that follows another one.
const autoWord = "auto"

// count is an integer from low to high.
func count(name string, low, high int, field func(*Config) *int) key {
	return key{
		name: name,
		want: func(Allowed) string { return wantInteger(low, high) },
		read: func(c *Config, n ast.Node, _ Allowed) ast.Node {
			v, ok := integer(n, low, high)
			if !ok {
				return n
			}
			*field(c) = v
			return nil
		},
		write: func(c *Config) string { return strconv.Itoa(*field(c)) },
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
			return "a name of lower-case letters, digits and hyphens"
		},
		read: func(c *Config, n ast.Node, a Allowed) ast.Node {
			s, ok := n.(*ast.StringNode)
			if !ok {
				return n
			}
			if names := list(a); !slices.Contains(names, s.Value) && (len(names) > 0 || !isName(s.Value)) {
				return n
			}
			*field(c) = s.Value
			return nil
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

// isName reports whether s is made as names are: a lower-case letter, then letters,
// digits and hyphens.
func isName(s string) bool {
	for i, r := range s {
		letter := 'a' <= r && r <= 'z'
		if !letter && (i == 0 || r != '-' && (r < '0' || r > '9')) {
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

// anyFloat32 and positiveFloat32 judge a number by what float32 arithmetic, in which it
// is going to be used, makes of it.
func anyFloat32(v float64) bool {
	return math.Abs(v) <= math.MaxFloat32 // false for NaN
}

func positiveFloat32(v float64) bool {
	return anyFloat32(v) && float32(v) > 0
}

// share judges a part of 1, other than 1.
func share(v float64) bool { return v >= 0 && v < 1 }

// invertible judges a number whose inverse is to be a float32.
func invertible(v float64) bool { return positiveFloat32(v) && v > 1e-38 }

// orWord is an integer from low to high, or a word, which is 0.
func orWord[T ~int](name, word string, low, high int, field func(*Config) *T) key {
	return key{
		name: name,
		want: func(Allowed) string { return word + " or " + wantInteger(low, high) },
		read: func(c *Config, n ast.Node, _ Allowed) ast.Node {
			v, ok := integer(n, low, high)
			if !ok && plain(n) != word {
				return n
			}
			*field(c) = T(v)
			return nil
		},
		write: func(c *Config) string {
			if v := *field(c); v != 0 {
				return strconv.Itoa(int(v))
			}
			return word
		},
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

// plain is the text of a scalar that is not in quotes, "" for any other node. Numbers
// are read from it, because YAML's own types lose some (1e-05 is a string there).
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

// integer is the decimal integer from low to high that n is; 0 and false if it is none.
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
