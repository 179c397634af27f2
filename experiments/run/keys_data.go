package run

import (
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"glorot/experiments/dataset"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// defaultSplit is the shares of the training, validation and test examples.
var defaultSplit = [3]float64{.8, .1, .1}

// Choice is what a library of data sets opens for the configuration.
func (d Data) Choice() dataset.Choice {
	c := dataset.Choice{Name: d.Name, Path: d.Path}
	if d.Path != "" {
		c.Own = dataset.OwnOptions{Split: d.Split, Seed: uint64(max(1, d.Seed)), Size: d.Size, Channels: d.Channels}
		if d.Split == [3]float64{} {
			c.Own.Split = defaultSplit
		}
	}
	switch d.Standardize {
	case dataset.StandardFeature:
		c.Standard = dataset.Standard{Method: d.Standardize}
	case dataset.StandardRange:
		c.Standard = dataset.Standard{Method: d.Standardize, Low: d.Low, High: d.High}
	}
	return c
}

// Content names what the runs of a plan read, before it is standardised: the known set, or one's own path with the choices that differ from
// their defaults.
func (d Data) Content() string {
	if d.Path == "" {
		return d.Name
	}
	text, c, def := d.Path, Config{Data: d}, Default()
	for _, name := range []string{"data.split", "data.seed", "data.size", "data.channels"} {
		if k := find(name); k.write(&c) != k.write(&def) {
			text += " " + name + "=" + k.write(&c)
		}
	}
	return text
}

// filePath is the path of a file or folder, which becomes absolute, so that the run can be resumed from another folder.
func filePath(name string, field func(*Config) *string) key {
	return key{
		name: name,
		path: true,
		want: func(Allowed) string { return "the path of a file or folder" },
		read: func(c *Config, n ast.Node, _ Allowed) ast.Node {
			s, ok := n.(*ast.StringNode)
			if !ok || !isPath(s.Value) {
				return n
			}
			*field(c) = s.Value
			if s.Value == "" {
				return nil
			}
			abs, err := filepath.Abs(s.Value)
			if err != nil {
				return n
			}
			*field(c) = abs
			return nil
		},
		write: func(c *Config) string {
			s := *field(c)
			if b, err := yaml.Marshal(s); err == nil && s != "" && !strings.ContainsAny(s, `"'\`) && strings.Count(string(b), "\n") == 1 {
				return strings.TrimSpace(string(b))
			}
			b, _ := json.Marshal(s) // which YAML reads as well; a string has no errors
			return string(b)
		},
	}
}

// isPath reports whether a path can be written into a configuration and read back.
func isPath(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) || r == utf8.RuneError })
}

// shares are three shares that add up to 1, where those of the default are zeros.
func shares(name string, field func(*Config) *[3]float64) key {
	return key{
		name: name,
		want: func(Allowed) string {
			return "three shares above 0 that add up to 1, of the training, validation and test examples, such as [0.8, 0.1, 0.1]"
		},
		read: func(c *Config, n ast.Node, _ Allowed) ast.Node {
			seq, ok := n.(*ast.SequenceNode)
			if !ok || len(seq.Values) != 3 {
				return n
			}
			var list [3]float64
			sum := 0.0
			for i, e := range seq.Values {
				v, err := strconv.ParseFloat(plain(e), 64)
				if err != nil || !(v > 0 && v < 1) {
					return e
				}
				list[i], sum = v, sum+v
			}
			const rounding = 1e-9
			if math.Abs(sum-1) > rounding {
				return n
			}
			if list == defaultSplit {
				list = [3]float64{}
			}
			*field(c) = list
			return nil
		},
		write: func(c *Config) string {
			list := *field(c)
			if list == [3]float64{} {
				list = defaultSplit
			}
			words := make([]string, len(list))
			for i, v := range list {
				words[i] = strconv.FormatFloat(v, 'g', -1, 64)
			}
			return "[" + strings.Join(words, ", ") + "]"
		},
	}
}

// noneOr is a name from a list whose first one is "" in a Config.
func noneOr(name string, field func(*Config) *string, list []string) key {
	k := oneOf(name, field, func(Allowed) []string { return list })
	read := k.read
	k.read = func(c *Config, n ast.Node, a Allowed) ast.Node {
		bad := read(c, n, a)
		if bad == nil && *field(c) == list[0] {
			*field(c) = ""
		}
		return bad
	}
	k.write = func(c *Config) string {
		if s := *field(c); s != "" {
			return s
		}
		return list[0]
	}
	return k
}

// numberOrAuto is one of a few numbers, or auto, which is 0.
func numberOrAuto(name string, list []int, field func(*Config) *int) key {
	k := orWord(name, autoWord, list[0], list[len(list)-1], field)
	read := k.read
	k.want = func(Allowed) string {
		return autoWord + ", " + strings.Trim(strings.ReplaceAll(fmt.Sprint(list), " ", " or "), "[]")
	}
	k.read = func(c *Config, n ast.Node, a Allowed) ast.Node {
		before := *field(c)
		if bad := read(c, n, a); bad != nil {
			return bad
		}
		if v := *field(c); v != 0 && !slices.Contains(list, v) {
			*field(c) = before
			return n
		}
		return nil
	}
	return k
}

// checkData checks what depends on several keys of the data. A path that was set replaces the name from before, or the default name, as a plan
// has it, and a name replaces the path from before.
func (r *reader) checkData() error {
	d := &r.config.Data
	name, path := r.settings["data.name"], r.settings["data.path"]
	wrong := func(key, problem string, args ...any) error {
		return &UsageError{Place: r.settings[key].place, Key: key, Problem: fmt.Sprintf(problem, args...)}
	}
	switch isOwn := d.Name == dataset.OwnName; {
	case d.Path != "" && path.number > 0 && (name.number == 0 || d.Name == generated):
		d.Name = dataset.OwnName
	case d.Path != "" && name.number > 0 && path.number == 0 && !isOwn:
		d.Path = ""
	case d.Path != "" && !isOwn:
		return wrong("data.path", "got %s, but data.name is %s; allowed: one of the two", d.Path, d.Name)
	case d.Path == "" && isOwn && path.number > 0 && name.number == 0: // data.path was set to nothing
		d.Name = generated
	case d.Path == "" && isOwn:
		return wrong("data.name", "got %s, which needs data.path, the path of your own data", d.Name)
	}
	if float32(d.Low) >= float32(d.High) {
		if r.settings["data.low"].number > r.settings["data.high"].number {
			return wrong("data.low", "got %v, allowed: a number below data.high (%v) in float32", d.Low, d.High)
		}
		return wrong("data.high", "got %v, allowed: a number above data.low (%v) in float32", d.High, d.Low)
	}
	if d.Path == "" {
		if d.Name != generated && d.Seed > 1 { // 1 was the default in earlier versions
			return wrong("data.seed", "got %d, allowed: %s, as the images of %s are not generated; their order follows seed", d.Seed, autoWord, d.Name)
		}
		def := Default()
		for _, key := range []string{"data.split", "data.size", "data.channels"} {
			if k := find(key); k.write(&r.config) != k.write(&def) {
				return wrong(key, "got %s, allowed: %s unless there is a data.path; the images and splits of %s are fixed", k.write(&r.config), k.write(&def), d.Name)
			}
		}
	}
	if d.Name == generated && d.Standardize != "" {
		return wrong("data.standardize", "got %s, allowed: %s, as the training images of %s are generated without end", d.Standardize, dataset.StandardNone, generated)
	}
	return nil
}
