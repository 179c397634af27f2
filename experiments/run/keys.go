package run

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"glorot/experiments/dataset"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// A key ties a name in YAML to a field of Config.
type key struct {
	name    string
	meaning string               // for people; see means
	want    func(Allowed) string // what is allowed, in words
	// read stores the value of n, or returns the node that is not allowed.
	read  func(c *Config, n ast.Node, allowed Allowed) (bad ast.Node)
	write func(c *Config) string // as YAML

	// identity says that the key changes the parameters, and so is part of the trajectory's identity. A key that a
	// later version of the program added is part of it only where it differs from its default, so that earlier runs
	// keep their identities.
	identity, added bool
}

// Bounds that only guard against typing errors, and against sizes for which there is never enough
// memory.
const (
	maxWidth    = 1_000_000
	maxSize     = 4096 // pixels of a picture's side
	maxBatch    = 1_000_000
	maxExamples = 10_000 // the fixed test set
	maxThreads  = 1024
)

// Seeds of the generator whose images a network must not learn: dataset.TestSeed and dataset.ValidSeed.
const (
	testImages  = 0
	validImages = math.MaxUint32
)

// keys in the order of run.yaml; the keys of a section follow each other.
var keys = []key{
	identity(unsigned("seed", 0, math.MaxUint64, func(c *Config) *uint64 { return &c.Seed })).
		means("The seed of all random streams: the initial weights (one stream per layer), the order of stored images, the noise of " +
			"pre-training and, if data.seed is auto, the generated images. Runs that differ only in their seed are replicates."),
	identity(widths("model.hidden", func(c *Config) *[]int { return &c.Model.Hidden })).
		means("The widths of the hidden layers, from the input to the output."),
	identity(oneOf("model.activation", func(c *Config) *string { return &c.Model.Activation }, func(a Allowed) []string { return a.Activations })).
		means("The activation function of the hidden layers."),
	identity(oneOf("model.init", func(c *Config) *string { return &c.Model.Init }, func(a Allowed) []string { return a.Inits })).
		means("How the weights are drawn: standard (eq. 1 of the paper), normalized (eq. 16), or figure: eq. 1 in the first and the output " +
			"layer and a variance of 1.25/n between hidden layers, which reproduces the paper's own \"normalized\" figures."),
	identity(oneOf("model.cost", func(c *Config) *string { return &c.Model.Cost }, func(a Allowed) []string { return a.Costs })).
		means("The cost: nll is the negative log-likelihood, quadratic the squared error of the probabilities."),
	identity(oneOf("data.name", func(c *Config) *string { return &c.Data.Name }, func(a Allowed) []string { return a.Data })).
		means("The data set. shapeset is Shapeset-3x2, whose training images are generated without end; shapeset100k has its first 100,000 " +
			"training images; own is what data.path leads to; the others are files in the folder of --data or GLOROT_DATA, which is not part of " +
			"the configuration."),
	filePath("data.path", func(c *Config) *string { return &c.Data.Path }).
		means("A file or folder of your own, instead of data.name: an .npz file (X and y, or x_train, y_train, x_test and y_test), a .csv file " +
			"with a column of labels, pairs of IDX files, or folders of pictures. glorot data info PATH describes it. The identity of a run " +
			"has the checksum of the content, not the path."),
	added(noneOr("data.standardize", func(c *Config) *string { return &c.Data.Standardize }, dataset.Standards())).
		means("How features become inputs. With none real numbers stay as they are, and bytes are grey levels, which follow data.low and " +
			"data.high. With feature each feature has the mean 0 and the standard deviation 1 over the training examples. With range the " +
			"smallest and the largest training value of each feature become data.low and data.high. A feature that is constant in the " +
			"training examples becomes 0 or data.low."),
	added(shares("data.split", func(c *Config) *[3]float64 { return &c.Data.Split })).
		means("The shares of the training, validation and test examples, for splits that the files of data.path do not have. They are taken from " +
			"the training examples at random, each class in proportion, with data.seed (auto is 1)."),
	added(orWord("data.size", autoWord, 1, maxSize, func(c *Config) *int { return &c.Data.Size })).
		means("For pictures of data.path: each is cut to its central square and scaled to this number of pixels in height and width. auto keeps " +
			"the pictures as they are; then all must have the same size."),
	added(numberOrAuto("data.channels", []int{1, 3}, func(c *Config) *int { return &c.Data.Channels })).
		means("For pictures of data.path: 1 for greys, 3 for red, green and blue. auto is 3 if any picture has colours."),
	imageSeed("data.seed", func(c *Config) *uint32 { return &c.Data.Seed }). // its part of the identity is Config.ImageSeed
											means("The seed of the generated training images; mini-batch k has the images 10k to 10k+9 if train.batch is 10. With auto each seed has " +
			"its own images. For data.path it is the seed of the splits, and auto is 1."),
	identity(number("data.low", "a number in the range of float32", anyFloat32, func(c *Config) *float64 { return &c.Data.Low })).
		means("The input for black pixels (grey level 0), or with data.standardize range for the smallest value of each feature."),
	identity(number("data.high", "a number in the range of float32", anyFloat32, func(c *Config) *float64 { return &c.Data.High })).
		means("The input for white pixels (grey level 255), or with data.standardize range for the largest value of each feature."),
	count("train.updates", 0, math.MaxInt, func(c *Config) *int { return &c.Train.Updates }).
		means("The number of updates, which is the length of the run. 0 writes the initial weights."),
	identity(count("train.batch", 1, maxBatch, func(c *Config) *int { return &c.Train.Batch })).
		means("The number of images in a mini-batch."),
	identity(number("train.rate", "a number above 0 in the range of float32", positiveFloat32, func(c *Config) *float64 { return &c.Train.Rate })).
		means("The learning rate. It is constant and applies to the mean gradient of the mini-batch."),
	added(oneOf("train.optimizer", func(c *Config) *string { return &c.Train.Optimizer }, func(Allowed) []string { return Optimizers() })).
		means("sgd is plain stochastic gradient descent; momentum is classical momentum; hessian and variance give each parameter its own " +
			"rate, from the diagonal of the Hessian or from the variance of its gradient."),
	added(number("train.momentum", "a number from 0 to less than 1", share, func(c *Config) *float64 { return &c.Train.Momentum })).
		means("The momentum of the optimizer momentum."),
	added(number("train.curvature_mu", "a number above 1e-38 in the range of float32", invertible, func(c *Config) *float64 { return &c.Train.CurvatureMu })).
		means("For hessian and variance: this is added to the curvature before dividing by it. The rate of a parameter is train.rate " +
			"mu/(curvature + mu)."),
	added(count("train.curvature_every", 1, math.MaxInt, func(c *Config) *int { return &c.Train.CurvatureEvery })).
		means("For hessian and variance: the number of updates between two estimates of the curvature."),
	added(number("train.curvature_decay", "a number from 0 to less than 1", share, func(c *Config) *float64 { return &c.Train.CurvatureDecay })).
		means("For hessian and variance: the decay of the running mean of the curvature."),
	added(count("pretrain.updates", 0, math.MaxInt, func(c *Config) *int { return &c.Pretrain.Updates })).
		means("The number of updates for which each hidden layer is trained as a denoising auto-encoder before the training. 0 means no " +
			"pre-training."),
	added(number("pretrain.rate", "a number above 0 in the range of float32", positiveFloat32, func(c *Config) *float64 { return &c.Pretrain.Rate })).
		means("The learning rate of pre-training."),
	added(number("pretrain.noise", "a number from 0 to less than 1", share, func(c *Config) *float64 { return &c.Pretrain.Noise })).
		means("The probability with which pre-training sets an input of a layer to 0."),
	count("observe.every", 0, math.MaxInt, func(c *Config) *int { return &c.Observe.Every }).
		means("The number of updates between two records on every schedule that is auto (the default is an epoch of the paper's figures). 0 " +
			"means never."),
	count("observe.examples", 1, maxExamples, func(c *Config) *int { return &c.Observe.Examples }).
		means("The number of test images on which the layer statistics are measured."),
	orWord("observe.images", "all", 1, math.MaxInt, func(c *Config) *int { return &c.Observe.Images }).
		means("The number of validation images and of test images on which the errors are measured: the first ones of each set, or all."),
	autoSchedule("observe.layers", func(c *Config) **Schedule { return &c.Observe.Layers }).
		means("The schedule of snapshots, which are records of the layer statistics. auto follows observe.every."),
	autoSchedule("observe.histograms", func(c *Config) **Schedule { return &c.Observe.Histograms }).
		means("The schedule of the snapshots that have histograms. auto means all snapshots."),
	autoSchedule("observe.errors", func(c *Config) **Schedule { return &c.Observe.Errors }).
		means("The schedule of the validation and test errors. auto follows observe.every."),
	schedule("observe.jacobians", func(c *Config) *Schedule { return &c.Observe.Jacobians }).
		means("The schedule of the singular values of the layers' Jacobians, on the first test image."),
	yesNo("observe.gradients", func(c *Config) *bool { return &c.Observe.Gradients }).
		means("Whether snapshots have the statistics of the gradients."),
	yesNo("observe.wrong", func(c *Config) *bool { return &c.Observe.Wrong }).
		means("Whether each test with a new lowest validation error records which test images are wrong."),
	count("checkpoint.every", 0, math.MaxInt, func(c *Config) *int { return &c.Checkpoint.Every }).
		means("The number of updates between two checkpoints. 0 means that checkpoints are written only at the end and at an interrupt."),
	count("checkpoint.keep", 1, math.MaxInt, func(c *Config) *int { return &c.Checkpoint.Keep }).
		means("The number of checkpoints that are kept, the newest ones."),
	ascending("checkpoint.at", func(c *Config) *[]int { return &c.Checkpoint.At }).
		means("The updates whose checkpoints are never removed."),
	count("checkpoint.digest", 0, math.MaxInt, func(c *Config) *int { return &c.Checkpoint.Digest }).
		means("The number of updates between two digests of the weights in the log. 0 means only at the beginning and at the end."),
	orWord("threads", allThreads, 1, maxThreads, func(c *Config) *Threads { return &c.Threads }).
		means("The number of threads. The results do not depend on it."),
}

// means says what the key means, for people.
func (k key) means(text string) key { k.meaning = text; return k }

// identity makes a key a part of the trajectory's identity.
func identity(k key) key { k.identity = true; return k }

// added makes a key a part of the identity where it differs from its default.
func added(k key) key { k.identity, k.added = true, true; return k }

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
	k := unsigned(name, testImages+1, validImages-1, field)
	want, read, write := k.want, k.read, k.write
	k.want = func(a Allowed) string {
		return fmt.Sprintf("%s (each seed has its own images), or for %s %s (%d makes the test images, %d the validation images)",
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

// autoWord is the value of a key that follows another key.
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

// isName reports whether s is a lower-case letter followed by letters, digits and
// hyphens.
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

// anyFloat32 and positiveFloat32 check a number after rounding to float32, as the arithmetic is in
// float32.
func anyFloat32(v float64) bool {
	return math.Abs(v) <= math.MaxFloat32 // false for NaN
}

func positiveFloat32(v float64) bool {
	return anyFloat32(v) && float32(v) > 0
}

// share accepts a share, from 0 to less than 1.
func share(v float64) bool { return v >= 0 && v < 1 }

// invertible accepts a number whose inverse is a float32.
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
