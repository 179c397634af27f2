package live

import (
	"bytes"
	"math"
	"slices"
	"strconv"

	"glorot/experiments/run"

	"github.com/go-json-experiment/json/jsontext"
)

// Layers has the numbers of all layer statistics of a run, without histograms: a column for each quantity of each layer, with a row for each
// snapshot. The names are those of glorot export: the keys of the log's record, such as "z/std", "z/flat" or "dcost_ds/std". A quantity that
// some later version records is there as well. Measures have their own names, such as "dead".
type Layers struct {
	Updates []int // of the snapshots, ascending
	Depth   int   // the number of layers, the output layer included

	columns map[quantity][]float64
	texts   map[int]texts // by layer
	places  []place
}

// texts are what a recorded run says of a layer in words.
type texts struct {
	name string
	rule string // by which an activation counts as saturated
}

// A quantity is a number of one layer.
type quantity struct {
	layer int
	name  string
}

// Column returns a quantity of a layer, which counts from 1, at all Updates: NaN where it was not recorded, and nil if it never was.
func (l *Layers) Column(layer int, name string) []float64 { return l.columns[quantity{layer, name}] }

// Value returns a quantity of a layer in snapshot i, or NaN.
func (l *Layers) Value(i, layer int, name string) float64 {
	if c := l.Column(layer, name); i >= 0 && i < len(c) {
		return c[i]
	}
	return math.NaN()
}

// Name returns the name of a layer of a recorded run, or "" where it has none.
func (l *Layers) Name(layer int) string { return l.texts[layer].name }

// Rule returns the rule, in words, by which an activation of the layer counts as saturated, or "".
func (l *Layers) Rule(layer int) string { return l.texts[layer].rule }

// Has reports whether any layer has the quantity.
func (l *Layers) Has(name string) bool {
	return slices.Contains(l.Names(), name)
}

// Names returns the quantities that some layer has, sorted.
func (l *Layers) Names() (names []string) {
	for q := range l.columns {
		names = append(names, q.name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Before returns the last snapshot up to an update, -1 if there is none.
func (l *Layers) Before(update int) int {
	i, found := slices.BinarySearch(l.Updates, update)
	if found {
		return i
	}
	return i - 1
}

// add adds a snapshot. If there is one at the update already, it adds what that lacks.
func (l *Layers) add(s snapshot, p place) {
	if l.columns == nil {
		l.columns, l.texts = map[quantity][]float64{}, map[int]texts{}
	}
	for layer, t := range s.texts {
		l.texts[layer] = t
		l.Depth = max(l.Depth, layer)
	}
	row, found := slices.BinarySearch(l.Updates, s.update)
	for q := range s.values {
		if l.columns[q] == nil {
			l.columns[q] = slices.Repeat([]float64{math.NaN()}, len(l.Updates))
		}
		l.Depth = max(l.Depth, q.layer)
	}
	if found {
		for q, v := range s.values {
			if math.IsNaN(l.columns[q][row]) {
				l.columns[q][row] = v
			}
		}
		return
	}
	for q, column := range l.columns {
		v, ok := s.values[q]
		if !ok {
			v = math.NaN()
		}
		l.columns[q] = slices.Insert(column, row, v)
	}
	l.Updates = slices.Insert(l.Updates, row, s.update)
	l.places = slices.Insert(l.places, row, p)
}

// A snapshot is one record of layer statistics.
type snapshot struct {
	update, examples int
	values           map[quantity]float64
	texts            map[int]texts
}

// readSnapshot reads a record without its histograms.
func readSnapshot(line []byte) (s snapshot, err error) {
	s.values, s.texts = map[quantity]float64{}, map[int]texts{}
	r := reader{d: jsontext.NewDecoder(bytes.NewBuffer(line), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))}
	r.object(func(name string) {
		switch {
		case name == "update":
			s.update = int(r.number())
		case name == "examples":
			s.examples = int(r.number())
		case name == "layers" && r.d.PeekKind() == jsontext.KindBeginArray:
			r.token()
			for r.err == nil && r.d.PeekKind() != jsontext.KindEndArray {
				r.layer(&s)
			}
			r.token()
		default:
			r.skip()
		}
	})
	return s, r.err
}

// A reader reads JSON until its first error.
type reader struct {
	d   *jsontext.Decoder
	err error
}

func (r *reader) token() (t jsontext.Token) {
	if r.err == nil {
		t, r.err = r.d.ReadToken()
	}
	return t
}

func (r *reader) skip() {
	if r.err == nil {
		r.err = r.d.SkipValue()
	}
}

// number reads a number, one that JSON lacks, which is a string, or null, which is NaN. Anything else is skipped.
func (r *reader) number() float64 {
	switch r.d.PeekKind() {
	case jsontext.KindNumber, jsontext.KindString:
		if v, err := strconv.ParseFloat(r.token().String(), 64); err == nil {
			return v
		}
	default:
		r.skip()
	}
	return math.NaN()
}

// object calls member with the name of every member of an object; member must read its value. What is not an object is skipped.
func (r *reader) object(member func(name string)) {
	if r.d.PeekKind() != jsontext.KindBeginObject {
		r.skip()
		return
	}
	r.token()
	for r.err == nil && r.d.PeekKind() != jsontext.KindEndObject {
		member(r.token().String())
	}
	r.token()
}

// layer reads the numbers and the texts of one layer.
func (r *reader) layer(s *snapshot) {
	own, layer, t := map[string]float64{}, 0, texts{}
	r.object(func(name string) {
		switch text := r.d.PeekKind() == jsontext.KindString; {
		case name == "layer":
			layer = int(r.number())
		case name == "name" && text:
			t.name = run.Printable(r.token().String())
		case name == "flat" && text:
			t.rule = run.Printable(r.token().String())
		case name == "measures":
			r.object(func(part string) { r.quantity(own, part) })
		default:
			r.quantity(own, name)
		}
	})
	if layer < 1 || layer > mostLayers {
		return
	}
	s.texts[layer] = t
	for name, v := range own {
		s.values[quantity{layer, name}] = v
	}
}

// mostLayers is far above the depth of any network. It prevents that a wrong number of a layer takes all memory.
const mostLayers = 100_000

// quantity reads a number, or the numbers of an object.
func (r *reader) quantity(values map[string]float64, name string) {
	switch r.d.PeekKind() {
	case jsontext.KindNumber, jsontext.KindNull:
		values[name] = r.number()
	case jsontext.KindString:
		if v := r.number(); !math.IsNaN(v) {
			values[name] = v
		}
	case jsontext.KindBeginObject:
		r.object(func(part string) {
			if part == "histogram" {
				r.skip()
				return
			}
			r.quantity(values, name+"/"+part)
		})
	default:
		r.skip()
	}
}
