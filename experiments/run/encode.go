package run

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Encode is the line of a record: the JSON of encoding/json, except that numbers which JSON lacks become the
// strings "NaN", "+Inf" and "-Inf".
func Encode(record any) ([]byte, error) {
	line, err := json.Marshal(record)
	var unsupported *json.UnsupportedValueError
	if errors.As(err, &unsupported) && isFloat(unsupported.Value.Kind()) {
		return appendJSON(nil, reflect.ValueOf(record), 0)
	}
	return line, err
}

// maxDepth is as deep as records may be nested: a pointer that leads to itself goes on
// for ever.
const maxDepth = 1000

// appendJSON appends what encoding/json makes of v, by the same rules for struct tags
// (but for the option "string"), except for the numbers that JSON lacks.
func appendJSON(b []byte, v reflect.Value, depth int) ([]byte, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("a record nested more than %d deep", maxDepth)
	}
	switch {
	case !v.IsValid():
		return append(b, "null"...), nil
	case marshals(v.Type()):
	case isFloat(v.Kind()):
		f := v.Float()
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return append(b, `"`+strconv.FormatFloat(f, 'g', -1, 64)+`"`...), nil
		}
	case v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface:
		return appendJSON(b, v.Elem(), depth+1)
	case v.Kind() == reflect.Struct:
		return appendStruct(b, v, depth)
	case v.Kind() == reflect.Map && !v.IsNil():
		return appendMap(b, v, depth)
	case v.Kind() == reflect.Array, v.Kind() == reflect.Slice && !v.IsNil() && v.Type().Elem().Kind() != reflect.Uint8:
		b = append(b, '[')
		for i := range v.Len() {
			var err error
			if b, err = appendJSON(comma(b, i), v.Index(i), depth+1); err != nil {
				return nil, err
			}
		}
		return append(b, ']'), nil
	}
	j, err := json.Marshal(v.Interface())
	return append(b, j...), err
}

func appendStruct(b []byte, v reflect.Value, depth int) ([]byte, error) {
	b = append(b, '{')
	n := 0
	for _, f := range fields(v.Type()) {
		x, err := v.FieldByIndexErr(f.index)
		if err != nil || f.omitEmpty && isEmpty(x) || f.omitZero && x.IsZero() {
			continue // err is an embedded pointer that is nil
		}
		name, err := json.Marshal(f.name)
		if err != nil {
			return nil, err
		}
		b = append(append(comma(b, n), name...), ':')
		if b, err = appendJSON(b, x, depth+1); err != nil {
			return nil, err
		}
		n++
	}
	return append(b, '}'), nil
}

func appendMap(b []byte, v reflect.Value, depth int) ([]byte, error) {
	// encoding/json sorts and writes the keys, whatever their type.
	members := reflect.MakeMap(reflect.MapOf(v.Type().Key(), reflect.TypeFor[json.RawMessage]()))
	for it := v.MapRange(); it.Next(); {
		j, err := appendJSON(nil, it.Value(), depth+1)
		if err != nil {
			return nil, err
		}
		members.SetMapIndex(it.Key(), reflect.ValueOf(json.RawMessage(j)))
	}
	j, err := json.Marshal(members.Interface())
	return append(b, j...), err
}

// comma separates the i-th element from the one before it.
func comma(b []byte, i int) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	return b
}

// A field is a member of the JSON object that a struct becomes.
type field struct {
	name                string
	index               []int
	omitEmpty, omitZero bool
}

// fields are those of a struct and of the structs embedded in it; of two with the same
// name the outer one hides the inner.
func fields(t reflect.Type) []field {
	var list []field
	depth := map[string]int{}
	for _, f := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		inlined := f.Anonymous && name == "" && (f.Type.Kind() == reflect.Struct || f.Type.Kind() == reflect.Pointer)
		if inlined || !f.IsExported() || f.Tag.Get("json") == "-" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		if d, ok := depth[name]; !ok || len(f.Index) < d {
			depth[name] = len(f.Index)
		}
		list = append(list, field{name: name, index: f.Index,
			omitEmpty: strings.Contains(options, "omitempty"), omitZero: strings.Contains(options, "omitzero")})
	}
	return slices.DeleteFunc(list, func(f field) bool { return len(f.index) > depth[f.name] })
}

var (
	marshaler     = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
)

// marshals tells whether values of the type say themselves what their JSON is.
func marshals(t reflect.Type) bool {
	return t.Implements(marshaler) || t.Implements(textMarshaler)
}

func isFloat(k reflect.Kind) bool { return k == reflect.Float32 || k == reflect.Float64 }

// isEmpty is what omitempty means.
func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}
