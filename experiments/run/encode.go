package run

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
)

// nonFinite maps the strings for numbers that JSON lacks to these numbers.
var nonFinite = map[string]float64{"NaN": math.NaN(), "+Inf": math.Inf(1), "-Inf": math.Inf(-1)}

// recordOptions write and read JSON like encoding/json, except that numbers which JSON lacks are the strings "NaN", "+Inf" and "-Inf".
var recordOptions = json.JoinOptions(jsonv1.DefaultOptionsV1(),
	json.WithMarshalers(json.JoinMarshalers(json.MarshalToFunc(encodeFloat[float64]), json.MarshalToFunc(encodeFloat[float32]))),
	json.WithUnmarshalers(json.JoinUnmarshalers(json.UnmarshalFromFunc(decodeFloat[float64]), json.UnmarshalFromFunc(decodeFloat[float32]))))

// Encode returns the line of a record: JSON as encoding/json writes it, except that numbers which JSON lacks become the strings "NaN",
// "+Inf" and "-Inf".
func Encode(record any) ([]byte, error) { return json.Marshal(record, recordOptions) }

// Decode stores the record in the struct or map that v points to, like encoding/json, and reads "NaN", "+Inf" and "-Inf" as numbers
// wherever v has a number.
func (r Record) Decode(v any) error {
	if err := json.Unmarshal(r.JSON, v, recordOptions); err != nil {
		return fmt.Errorf("%s:%d: the record %q cannot be read as a %T: %w", r.path, r.line, r.Event, v, err)
	}
	return nil
}

func encodeFloat[T float32 | float64](e *jsontext.Encoder, f T) error {
	if x := float64(f); math.IsNaN(x) || math.IsInf(x, 0) {
		return e.WriteToken(jsontext.String(strconv.FormatFloat(x, 'g', -1, 64)))
	}
	return errors.ErrUnsupported
}

func decodeFloat[T float32 | float64](d *jsontext.Decoder, f *T) error {
	if d.PeekKind() != '"' {
		return errors.ErrUnsupported
	}
	token, err := d.ReadToken()
	if err != nil {
		return err
	}
	x, ok := nonFinite[token.String()]
	if !ok {
		return fmt.Errorf("%q is not a number", token.String())
	}
	*f = T(x)
	return nil
}
