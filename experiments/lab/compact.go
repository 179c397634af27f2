package lab

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"

	"glorot/experiments/measure"
	"glorot/experiments/run"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A drawing is a histogram in the form that the page draws: less exact than the log, and a fifth of its size.
type drawing struct {
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	Below int64   `json:"below,omitempty"`
	Above int64   `json:"above,omitempty"`
	Peak  float64 `json:"peak"` // the largest density

	// Roots has the square root of each bin's share of the largest density, from 0 to 255: the tails stay visible where the peak is high.
	Roots []byte `json:"roots"`
}

func draw(h measure.Histogram) *drawing {
	d := &drawing{Low: h.Low, High: h.High, Below: h.Below, Above: h.Above, Roots: make([]byte, len(h.Counts))}
	density := h.Density()
	d.Peak = slices.Max(density)
	for k, v := range density {
		if v > 0 {
			d.Roots[k] = byte(max(1, math.Round(255*math.Sqrt(v/d.Peak))))
		}
	}
	return d
}

// compact turns a record of a log into the form that the page reads, or into nil if the page has no use for it. The histograms of a snapshot
// become drawings; everything else is passed on as it is, so that the page sees statistics that this package does not know.
func compact(line []byte) ([]byte, error) {
	var b bytes.Buffer
	in, out := jsontext.NewDecoder(bytes.NewBuffer(line)), jsontext.NewEncoder(&b)
	for {
		t, err := in.ReadToken()
		if err != nil {
			return nil, fmt.Errorf("a record of a log: %w", err)
		}
		name := ""
		if kind, n := in.StackIndex(in.StackDepth()); kind == '{' && n%2 == 1 {
			name = t.String()
		}
		switch {
		case name == "event" && in.StackDepth() == 1:
			event, err := in.ReadValue()
			if err != nil {
				return nil, err
			}
			if e := event.String(); e == `"`+run.DigestEvent+`"` || e == `"`+run.DataEvent+`"` {
				return nil, nil
			}
			err = errors.Join(out.WriteToken(jsontext.String(name)), out.WriteValue(event))
			if err != nil {
				return nil, err
			}
			continue
		case name == "wrong" && in.StackDepth() == 1: // which test images
			if err := in.SkipValue(); err != nil {
				return nil, err
			}
			continue
		case name == "confusion" && in.StackDepth() == 1: // how many classes it has; the page asks for the matrices that it draws
			rows := []jsontext.Value{}
			if err := json.UnmarshalDecode(in, &rows); err != nil {
				return nil, err
			}
			if err := errors.Join(out.WriteToken(jsontext.String(name)), out.WriteToken(jsontext.Int(int64(len(rows))))); err != nil {
				return nil, err
			}
			continue
		case name == "histogram":
			if err := drawNext(in, out); err != nil {
				return nil, err
			}
			continue
		}
		if err := out.WriteToken(t); err != nil {
			return nil, err
		}
		if in.StackDepth() == 0 {
			return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
		}
	}
}

// drawNext reads a histogram, and writes its drawing if it has bins.
func drawNext(in *jsontext.Decoder, out *jsontext.Encoder) error {
	src, err := in.ReadValue()
	if err != nil {
		return err
	}
	var h measure.Histogram
	if err := json.Unmarshal(src, &h, json.MatchCaseInsensitiveNames(false)); err != nil {
		return err
	}
	if len(h.Counts) == 0 || !(h.Low < h.High) {
		return nil
	}
	d, err := json.Marshal(draw(h))
	if err != nil {
		return err
	}
	return errors.Join(out.WriteToken(jsontext.String("histogram")), out.WriteValue(d))
}
