package train

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"glorot/experiments/run/safetensors"
)

// A Checkpoint is all from which a Loop goes on with the same bits: its state when the parameters have had Update updates, before
// the hooks of that update.
type Checkpoint struct {
	Update  int
	Tensors []safetensors.Tensor // the weights; see Tensors
	Source  []byte               // where the source stands: its random stream and the next example
	Notes   map[string]string    // what the caller keeps with it
}

// A Stateful source can tell where it stands, in bytes from which another one is made that goes on with the next example.
type Stateful interface {
	Source
	State() []byte
}

// Checkpoint returns the loop's state. The weights are the loop's own: they are to be written before the next update. It fails if
// the loop has a Curvature, whose averages it does not hold, or a source that is not Stateful.
func (l *Loop) Checkpoint() (*Checkpoint, error) {
	source, ok := l.source.(Stateful)
	if !ok {
		return nil, fmt.Errorf("a checkpoint of a loop whose source, a %T, cannot tell where it stands", l.source)
	}
	if l.second != nil {
		return nil, errCurvature
	}
	return &Checkpoint{Update: l.done, Tensors: Tensors(l.params), Source: source.State(), Notes: map[string]string{}}, nil
}

var errCurvature = errors.New("a checkpoint of a loop with a curvature; want plain SGD: its rates would be lost")

// Resume takes the loop to a checkpoint: Run goes on with its hooks and then its next update. The source was made from the
// checkpoint's Source before. After an error the parameters may be neither the old nor the new ones.
func (l *Loop) Resume(c *Checkpoint) error {
	if l.second != nil {
		return errCurvature
	}
	source, ok := l.source.(Stateful)
	if !ok || !bytes.Equal(source.State(), c.Source) {
		return fmt.Errorf("checkpoint of update %d: the source does not stand where the checkpoint says", c.Update)
	}
	file := safetensors.File{Tensors: c.Tensors}
	own := Tensors(l.params)
	if len(own) != len(c.Tensors) {
		return fmt.Errorf("checkpoint of update %d: %d tensors, the network has %d", c.Update, len(c.Tensors), len(own))
	}
	for _, t := range own {
		data, err := safetensors.Get[float32](file, t.Name, t.Shape...)
		if err != nil {
			return fmt.Errorf("checkpoint of update %d: %w", c.Update, err)
		}
		copy(t.Data.([]float32), data)
	}
	l.done, l.seen = c.Update, -1
	return nil
}

// Keys of a checkpoint's metadata. Those of a tensor's digest and of the caller's notes have the name behind them.
const (
	formatKey  = "format"
	updateKey  = "update"
	sourceKey  = "source"  // base64
	digestKey  = "sha256"  // of the tensors, as in Digest
	tensorKey  = "sha256." // of one tensor
	noteKey    = "note."
	checkKey   = "check" // of the metadata
	formatName = "glorot checkpoint 1"
)

// Write writes the checkpoint as a safetensors file with a digest of all that is in it.
func (c *Checkpoint) Write(w io.Writer) error {
	d := digestOf(c.Tensors)
	m := map[string]string{
		formatKey: formatName,
		updateKey: strconv.Itoa(c.Update),
		sourceKey: base64.StdEncoding.EncodeToString(c.Source),
		digestKey: d.SHA256,
	}
	for name, sum := range d.Tensors {
		m[tensorKey+name] = sum
	}
	for name, note := range c.Notes {
		m[noteKey+name] = note
	}
	m[checkKey] = check(m)
	return safetensors.Write(w, safetensors.File{Metadata: m, Tensors: c.Tensors})
}

// check is the SHA-256 of all metadata but itself.
func check(m map[string]string) string {
	h := sha256.New()
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if key != checkKey {
			fmt.Fprintf(h, "%q: %q\n", key, m[key])
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// ReadCheckpoint reads the checkpoint in the file at path. An error other than that there is no such file says how it is damaged.
func ReadCheckpoint(path string) (*Checkpoint, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	c, err := parseCheckpoint(src)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

func parseCheckpoint(src []byte) (*Checkpoint, error) {
	file, err := safetensors.Parse(src)
	if err != nil {
		return nil, err
	}
	m := file.Metadata
	if m[formatKey] != formatName {
		return nil, fmt.Errorf("is of the format %q, expected: %q", m[formatKey], formatName)
	}
	if m[checkKey] != check(m) {
		return nil, errors.New("is damaged: the metadata are not those of their SHA-256")
	}
	for _, t := range file.Tensors {
		x, ok := t.Data.([]float32)
		if !ok || sumOf(x) != m[tensorKey+t.Name] {
			return nil, fmt.Errorf("is damaged: tensor %s is not that of its SHA-256", t.Name)
		}
	}
	if digestOf(file.Tensors).SHA256 != m[digestKey] {
		return nil, errors.New("is damaged: the tensors are not those of their SHA-256")
	}
	c := &Checkpoint{Tensors: file.Tensors, Notes: map[string]string{}}
	if c.Update, err = strconv.Atoi(m[updateKey]); err != nil || c.Update < 0 {
		return nil, fmt.Errorf("update %q, expected: an integer, 0 or more", m[updateKey])
	}
	if c.Source, err = base64.StdEncoding.DecodeString(m[sourceKey]); err != nil {
		return nil, fmt.Errorf("source: %w", err)
	}
	for key, value := range m {
		if name, ok := strings.CutPrefix(key, noteKey); ok {
			c.Notes[name] = value
		}
	}
	return c, nil
}
