package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
)

// nonFinite are the numbers that JSON lacks, and their strings.
var nonFinite = map[string]float64{
	`"NaN"`:  math.NaN(),
	`"+Inf"`: math.Inf(1),
	`"-Inf"`: math.Inf(-1),
}

// Decode stores the record in the struct or map that v points to, as json.Unmarshal
// does, and reads "NaN", "+Inf" and "-Inf" as numbers wherever v has a number.
func (r Record) Decode(v any) error {
	err := json.Unmarshal(r.JSON, v)
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) && wrong.Value == "string" && isFloat(wrong.Type.Kind()) {
		err = decode(r.JSON, reflect.ValueOf(v))
	}
	if err != nil {
		return fmt.Errorf("%s:%d: the record %q is not a %T: %w", r.path, r.line, r.Event, v, err)
	}
	return nil
}

// decode stores a JSON value in v, which can be set, or in what v points to.
func decode(src json.RawMessage, v reflect.Value) error {
	t := v.Type()
	f, isNonFinite := nonFinite[string(src)]
	switch {
	case isNonFinite && isFloat(t.Kind()):
		v.SetFloat(f)
		return nil
	case string(src) == "null" || t.Kind() != reflect.Pointer && reflect.PointerTo(t).Implements(unmarshaler):
	case t.Kind() == reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(t.Elem()))
		}
		return decode(src, v.Elem())
	case t.Kind() == reflect.Struct:
		var members map[string]json.RawMessage
		if err := json.Unmarshal(src, &members); err != nil {
			return err
		}
		for _, f := range fields(t) {
			if m := member(members, f.name); m != nil {
				if err := decode(m, fieldOf(v, f.index)); err != nil {
					return fmt.Errorf("%s: %w", f.name, err)
				}
			}
		}
		return nil
	case t.Kind() == reflect.Map && t.Key().Kind() == reflect.String:
		var members map[string]json.RawMessage
		if err := json.Unmarshal(src, &members); err != nil {
			return err
		}
		v.Set(reflect.MakeMapWithSize(t, len(members)))
		for name, m := range members {
			elem := reflect.New(t.Elem()).Elem()
			if err := decode(m, elem); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			v.SetMapIndex(reflect.ValueOf(name).Convert(t.Key()), elem)
		}
		return nil
	case t.Kind() == reflect.Array || t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8:
		var list []json.RawMessage
		if err := json.Unmarshal(src, &list); err != nil {
			return err
		}
		if t.Kind() == reflect.Slice {
			v.Set(reflect.MakeSlice(t, len(list), len(list)))
		}
		for i, e := range list[:min(len(list), v.Len())] {
			if err := decode(e, v.Index(i)); err != nil {
				return err
			}
		}
		return nil
	}
	return json.Unmarshal(src, v.Addr().Interface())
}

// member is the one of that name, or else one whose name differs only in case, as
// encoding/json has it.
func member(members map[string]json.RawMessage, name string) json.RawMessage {
	if m, ok := members[name]; ok {
		return m
	}
	for other, m := range members {
		if strings.EqualFold(name, other) {
			return m
		}
	}
	return nil
}

// fieldOf is a field of v, where embedded pointers on the way to it get a struct.
func fieldOf(v reflect.Value, index []int) reflect.Value {
	for i, x := range index {
		if i > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		v = v.Field(x)
	}
	return v
}

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()
