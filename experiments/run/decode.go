package run

import (
	"encoding"
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
	case string(src) == "null" || unmarshals(t):
	case t.Kind() == reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(t.Elem()))
		}
		return decode(src, v.Elem())
	case t.Kind() == reflect.Struct:
		return decodeStruct(src, v)
	case t.Kind() == reflect.Map:
		return decodeMap(src, v)
	case t.Kind() == reflect.Array || t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8:
		return decodeList(src, v)
	}
	return json.Unmarshal(src, v.Addr().Interface())
}

func decodeStruct(src json.RawMessage, v reflect.Value) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(src, &members); err != nil {
		return err
	}
	for _, f := range fields(v.Type()) {
		m := member(members, f.name)
		if m == nil {
			continue
		}
		x, err := fieldOf(v, f.index)
		if err == nil {
			err = decode(m, x)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return nil
}

func decodeMap(src json.RawMessage, v reflect.Value) error {
	// encoding/json reads the keys, whatever their type.
	members := reflect.New(reflect.MapOf(v.Type().Key(), reflect.TypeFor[json.RawMessage]()))
	if err := json.Unmarshal(src, members.Interface()); err != nil {
		return err
	}
	v.Set(reflect.MakeMap(v.Type()))
	for it := members.Elem().MapRange(); it.Next(); {
		elem := reflect.New(v.Type().Elem()).Elem()
		if err := decode(it.Value().Bytes(), elem); err != nil {
			return fmt.Errorf("%v: %w", it.Key(), err)
		}
		v.SetMapIndex(it.Key(), elem)
	}
	return nil
}

func decodeList(src json.RawMessage, v reflect.Value) error {
	var list []json.RawMessage
	if err := json.Unmarshal(src, &list); err != nil {
		return err
	}
	if v.Kind() == reflect.Slice {
		v.Set(reflect.MakeSlice(v.Type(), len(list), len(list)))
	}
	for i, e := range list[:min(len(list), v.Len())] {
		if err := decode(e, v.Index(i)); err != nil {
			return err
		}
	}
	return nil
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
func fieldOf(v reflect.Value, index []int) (reflect.Value, error) {
	for _, x := range index {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() && !v.CanSet() {
				return v, fmt.Errorf("an embedded %s of a type that is not exported", v.Type())
			}
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		v = v.Field(x)
	}
	return v, nil
}

var (
	unmarshaler     = reflect.TypeFor[json.Unmarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// unmarshals tells whether values of the type read their JSON themselves.
func unmarshals(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return t.Kind() != reflect.Pointer && (p.Implements(unmarshaler) || p.Implements(textUnmarshaler))
}
