package run

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// maxConfigSize is far above the size of any configuration. It prevents reading a wrong file to its
// end.
const maxConfigSize = 16 << 10

// Load resolves a configuration: the defaults, then the YAML file, then each "key=value" of set in
// order. An empty file name means that there is no file. A mistake in the content is a
// [*UsageError] that names its place, and so is a file that does not exist; any other error is a
// failure to read.
func Load(file string, set []string, allowed Allowed) (Config, error) {
	r := newReader(allowed)
	if file != "" {
		src, err := readConfig(file)
		if err != nil {
			return Config{}, err
		}
		if err := r.document(file, src); err != nil {
			return Config{}, err
		}
	}
	for _, arg := range set {
		if err := r.argument(arg); err != nil {
			return Config{}, err
		}
	}
	return r.finish()
}

// Parse resolves a configuration from a YAML document over the defaults; name stands
// for the document in errors, which are all [*UsageError].
func Parse(name string, src []byte, allowed Allowed) (Config, error) {
	return parseOver(Default(), name, src, allowed)
}

// parseOver resolves a configuration from a YAML document over another one.
func parseOver(c Config, name string, src []byte, allowed Allowed) (Config, error) {
	r := newReader(allowed)
	r.config = c
	if err := r.document(name, src); err != nil {
		return Config{}, err
	}
	return r.finish()
}

// Set changes c by one "key=value", where value is YAML: "model.hidden=[100, 100]".
// After an error c is unchanged.
func (c *Config) Set(arg string, allowed Allowed) error { return c.SetAll([]string{arg}, allowed) }

// SetAll changes c by several "key=value", and then checks those that depend on each other. After an error c is unchanged.
func (c *Config) SetAll(args []string, allowed Allowed) error {
	r := newReader(allowed)
	r.config = *c
	for _, arg := range args {
		if err := r.argument(arg); err != nil {
			return err
		}
	}
	changed, err := r.finish()
	if err == nil {
		*c = changed
	}
	return err
}

// Validate returns a [*UsageError] about the first value that is not allowed in a Config that was written in Go, or nil.
func (c Config) Validate(allowed Allowed) error {
	_, err := Parse("", c.YAML(), allowed)
	var usage *UsageError
	if errors.As(err, &usage) {
		usage.Place = Place{}
	}
	return err
}

func readConfig(name string) ([]byte, error) {
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil, &UsageError{Place: Place{File: name}, Problem: "there is no such configuration file"}
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, &UsageError{Place: Place{File: name}, Problem: "is a directory, allowed: a YAML file"}
	}
	src, err := io.ReadAll(io.LimitReader(f, maxConfigSize+1))
	if err != nil {
		return nil, err
	}
	return src, nil
}

// A reader builds a Config, and remembers where each key was set.
type reader struct {
	allowed  Allowed
	config   Config
	settings map[string]setting
	count    int // of assignments
}

// A setting is the last assignment to a key: where it was made, and its number among all assignments.
type setting struct {
	place  Place
	number int
}

func newReader(allowed Allowed) *reader {
	return &reader{allowed: allowed, config: Default(), settings: map[string]setting{}}
}

// document reads a file of one YAML document.
func (r *reader) document(name string, src []byte) error {
	if len(src) > maxConfigSize {
		return &UsageError{Place: Place{File: name}, Problem: fmt.Sprintf("is too long for a configuration, allowed: %d bytes", maxConfigSize)}
	}
	s := source{reader: r, place: Place{File: name}, seen: map[string]Place{}}
	body, err := s.parse(strings.TrimPrefix(string(src), "\uFEFF"))
	if err != nil || body == nil {
		return err
	}
	return s.section("", body)
}

// argument reads one key=value.
func (r *reader) argument(arg string) error {
	s := source{reader: r, place: Place{Argument: "--set " + arg}, seen: map[string]Place{}}
	name, value, ok := strings.Cut(arg, "=")
	name = strings.TrimSpace(name)
	if !ok || name == "" {
		return &UsageError{Place: s.place, Problem: "allowed: key=value, such as train.rate=0.01"}
	}
	if len(arg) > maxConfigSize {
		return &UsageError{Place: Place{Argument: "--set " + name}, Problem: fmt.Sprintf("is too long, allowed: %d bytes", maxConfigSize)}
	}
	body, err := s.parse(value)
	if err != nil {
		return err
	}
	if body == nil {
		body = ast.Null(nil)
	}
	return s.assign(name, nil, body)
}

// finish checks what depends on several keys.
func (r *reader) finish() (Config, error) {
	if err := r.checkData(); err != nil {
		return Config{}, err
	}
	if err := r.network(); err != nil {
		return Config{}, err
	}
	r.config.Train.ResolveSchedule()
	return r.config, nil
}

// network checks what depends on several keys of the model.
func (r *reader) network() error {
	m := r.config.Model
	hidden, explicit := r.settings["model.hidden"]
	for _, name := range []string{"model.depth", "model.width"} {
		if s, ok := r.settings[name]; ok && explicit {
			return &UsageError{Place: s.place, Key: name, Problem: "is set together with model.hidden" + hidden.place.onLine() + ", allowed: model.hidden, or model.depth and model.width"}
		}
	}
	if n := len(m.ActivationNames()); n > 1 && n != len(m.Hidden) {
		return &UsageError{Place: r.settings["model.activation"].place, Key: "model.activation",
			Problem: fmt.Sprintf("got a list of %d, allowed: one name, or a list of %d, one for each hidden layer", n, len(m.Hidden))}
	}
	if m.Norm == "batch" && r.config.Train.Batch < 2 {
		return &UsageError{Place: r.settings["train.batch"].place, Key: "train.batch", Problem: "got 1, allowed: 2 or more with model.norm batch"}
	}
	if err := m.givenError(); err != nil {
		err.Place = r.settings[err.Key].place
		return err
	}
	if err := r.config.optimizerError(); err != nil {
		err.Place = r.settings[err.Key].place
		return err
	}
	return nil
}

// givenError returns an error if weights are given and also drawn.
func (m Model) givenError() *UsageError {
	if m.From == "" {
		return nil
	}
	c, def := Config{Model: m}, Default()
	for _, name := range []string{"model.init", "model.gain", "model.zero_last", "model.bias"} {
		if k := find(name); k.write(&c) != k.write(&def) {
			return &UsageError{Key: name, Problem: fmt.Sprintf("got %s, allowed: %s with model.from, whose weights are not drawn", k.write(&c), k.write(&def))}
		}
	}
	return nil
}

// optimizerError returns an error if the optimizer, or pre-training, does not suit the network or other keys of the training.
func (c Config) optimizerError() *UsageError {
	m, t := c.Model, c.Train
	plain := m.Norm == "none" && m.Residual == 0 && m.Dropout == 0
	constant := t.Schedule == "constant" && t.Warmup == 0 && t.WeightDecay == 0 && t.ClipNorm == 0 && t.ClipValue == 0
	switch curvature := t.Optimizer == Hessian || t.Optimizer == Variance; {
	case t.ClipNorm > 0 && t.ClipValue > 0:
		return &UsageError{Key: "train.clip_value", Problem: "is set together with train.clip_norm, allowed: one of them"}
	case curvature && !(plain && constant):
		return &UsageError{Key: "train.optimizer",
			Problem: fmt.Sprintf("got %s, allowed only without model.norm, residual and dropout, and without train.schedule, warmup, weight_decay and clipping", t.Optimizer)}
	case c.Pretrain.Updates > 0 && !plain:
		return &UsageError{Key: "pretrain.updates", Problem: fmt.Sprintf("got %d, allowed: 0 with model.norm, residual or dropout", c.Pretrain.Updates)}
	case !plain && (c.Observe.Jacobians.Every > 0 || len(c.Observe.Jacobians.At) > 0):
		return &UsageError{Key: "observe.jacobians", Problem: "allowed only without model.norm, residual and dropout, whose layers have another Jacobian than eq. 17 of the paper"}
	case m.Norm == "batch" && c.Observe.Gradients && c.Observe.Examples < 2:
		return &UsageError{Key: "observe.examples", Problem: fmt.Sprintf("got %d, allowed: 2 or more for gradients with model.norm batch", c.Observe.Examples)}
	}
	return nil
}

// A source is one document or argument that is being read.
type source struct {
	*reader
	place Place
	seen  map[string]Place // the keys that it has set
}

// at returns the place of a node.
func (s *source) at(n ast.Node) Place {
	p := s.place
	if p.Argument == "" && n != nil && n.GetToken() != nil {
		p.Line, p.Column = n.GetToken().Position.Line, n.GetToken().Position.Column
	}
	return p
}

// parse returns the body of the one document in src, or nil if it is empty.
func (s *source) parse(src string) (ast.Node, error) {
	file, err := parser.ParseBytes([]byte(src), 0, parser.AllowDuplicateMapKey())
	if err != nil {
		e := &UsageError{Place: s.place, Problem: "is not YAML: " + err.Error()}
		var syntax *yaml.SyntaxError
		if errors.As(err, &syntax) {
			e.Problem = "is not YAML: " + syntax.Message
			if e.Place.Argument == "" {
				e.Place.Line, e.Place.Column = syntax.Token.Position.Line, syntax.Token.Position.Column
			}
		}
		return nil, e
	}
	var body ast.Node
	for _, doc := range file.Docs {
		switch _, directive := doc.Body.(*ast.DirectiveNode); {
		case doc.Body == nil || directive:
		case body != nil:
			return nil, &UsageError{Place: s.at(doc.Body), Problem: "a second YAML document, allowed: one"}
		default:
			body = doc.Body
		}
	}
	return body, nil
}

// section reads the keys of a mapping; prefix is "" or the section's name with a dot.
func (s *source) section(prefix string, n ast.Node) error {
	if _, null := n.(*ast.NullNode); null {
		return nil
	}
	m, ok := n.(ast.MapNode)
	if !ok {
		return &UsageError{Place: s.at(n), Key: strings.TrimSuffix(prefix, "."),
			Problem: fmt.Sprintf("got %s, allowed: the keys %s", describe(n), strings.Join(keysUnder(prefix), ", "))}
	}
	for it := m.MapRange(); it.Next(); {
		k := it.Key()
		if err := s.assign(prefix+k.GetToken().Value, k, it.Value()); err != nil {
			return err
		}
	}
	return nil
}

// assign sets the key or the section of that full name, which stands at node k.
func (s *source) assign(name string, k, value ast.Node) error {
	if len(keysUnder(name+".")) > 0 {
		return s.section(name+".", value)
	}
	known := find(name)
	if known == nil {
		return &UsageError{Place: s.at(k), Problem: unknownKey(name)}
	}
	if first, twice := s.seen[name]; twice {
		return &UsageError{Place: s.at(k), Key: name, Problem: "is set already" + first.onLine()}
	}
	s.seen[name] = s.at(k)
	if bad := known.read(&s.config, value, s.allowed); bad != nil {
		return &UsageError{Place: s.at(bad), Key: name,
			Problem: fmt.Sprintf("got %s, allowed: %s", describe(bad), known.want(s.allowed))}
	}
	s.count++
	s.settings[name] = setting{place: s.at(value), number: s.count}
	return nil
}
