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
	"glorot/models"
)

// A Checkpoint holds everything a Loop needs to resume training with bit-identical results: its state when the parameters have had Update updates,
// before the hooks of that update. Another stage of training, such as pre-training, stores its own state in a Checkpoint under its name.
type Checkpoint struct {
	Stage   string // that made it; "" is a Loop
	Update  int
	Steps   int                  // updates that the optimizer's state has had; less than Update if the state began afresh after a fork
	Tensors []safetensors.Tensor // the weights; see Tensors
	State   []safetensors.Tensor // what the optimizer keeps between updates, float32; their names have a slash: momentum/W1
	Source  []byte               // the source's position: its random stream and the next example
	Extra   []byte               // what else the stage keeps, in its own format; a Loop keeps nothing
	Notes   map[string]string    // notes of the caller
}

// A Stateful source returns its position as bytes. Another source that is made from them continues with the next example.
type Stateful interface {
	Source
	State() []byte
}

// Checkpoint returns the loop's state. The tensors share the loop's memory, so write them before the next update. It fails if the
// source is not Stateful.
func (l *Loop) Checkpoint() (*Checkpoint, error) {
	c, err := NewCheckpoint("", l.done, l.params, l.source)
	if err == nil && (l.second == nil || l.second.begun) {
		c.State, c.Steps = l.state(), l.machine.Updates()
	}
	return c, err
}

// NewCheckpoint returns a checkpoint of a stage without State and Extra. The tensors share the parameters' memory. It fails if the
// source is not Stateful.
func NewCheckpoint(stage string, update int, p *models.Parameters, s Source) (*Checkpoint, error) {
	source, ok := s.(Stateful)
	if !ok {
		return nil, fmt.Errorf("cannot make a checkpoint: the source, a %T, cannot save its position", s)
	}
	return &Checkpoint{Stage: stage, Update: update, Steps: update, Tensors: Tensors(p), Source: source.State(), Notes: map[string]string{}}, nil
}

// Resume puts the loop into the state of a checkpoint: Run continues with the hooks of that update and then with the next update. The
// caller has made the source from the checkpoint's Source. Resume fails if the checkpoint belongs to another stage, network or optimizer,
// or if the source is at another position. Without State in the checkpoint the optimizer starts afresh: a fork with another optimizer drops
// it. After an error the parameters may be a mixture of old and new ones.
func (l *Loop) Resume(c *Checkpoint) error {
	if err := c.Restore("", l.params, l.source); err != nil {
		return err
	}
	own := l.state()
	if len(c.State) > 0 {
		if err := fill(own, c.State); err != nil {
			return fmt.Errorf("checkpoint of update %d: the optimizer's state: %w", c.Update, err)
		}
		l.machine.SetUpdates(c.Steps)
	} else {
		l.machine.SetUpdates(0)
		for _, t := range own {
			clear(t.Data.([]float32))
		}
	}
	if l.second != nil {
		l.second.begun = len(c.State) > 0
		l.second.derive()
	}
	l.done = c.Update
	l.calls.Again()
	return nil
}

// Restore copies the checkpoint's weights to the parameters. It fails if the checkpoint belongs to another stage or network, or
// if the source is at another position; after an error some of the parameters may have been copied.
func (c *Checkpoint) Restore(stage string, p *models.Parameters, s Source) error {
	source, ok := s.(Stateful)
	var err error
	switch {
	case c.Stage != stage:
		err = fmt.Errorf("it belongs to the stage %q; want %q", c.Stage, stage)
	case !ok || !bytes.Equal(source.State(), c.Source):
		err = errors.New("the source is not at the position that the checkpoint gives")
	default:
		err = fill(Tensors(p), c.Tensors)
	}
	if err != nil {
		return fmt.Errorf("checkpoint of update %d: %w", c.Update, err)
	}
	return nil
}

// fill copies float32 tensors of the same names and shapes.
func fill(to, from []safetensors.Tensor) error {
	if len(to) != len(from) {
		return fmt.Errorf("got %d tensors, want %d", len(from), len(to))
	}
	for _, t := range to {
		data, err := safetensors.Get[float32](safetensors.File{Tensors: from}, t.Name, t.Shape...)
		if err != nil {
			return err
		}
		copy(t.Data.([]float32), data)
	}
	return nil
}

// state returns what the optimizer keeps, one tensor per parameter, sharing its memory: the velocities of momentum, the
// average curvatures that determine the rates, or nothing for SGD.
func (l *Loop) state() []safetensors.Tensor {
	params, _ := l.Net.Learnables()
	var list []safetensors.Tensor
	for i, n := range params {
		t := safetensors.Tensor{Name: n.Name(), Shape: n.Shape()}
		if l.second != nil {
			t.Name, t.Data = l.second.o.Method+"/"+t.Name, l.second.average[i]
			list = append(list, t)
			continue
		}
		for _, s := range l.machine.States(n) {
			list = append(list, safetensors.Tensor{Name: stateName(s.Name) + "/" + n.Name(), Shape: n.Shape(), Data: s.Float32s()})
		}
	}
	return list
}

// stateName is torch's name of a state, except for the velocity, which checkpoints have had under another one.
func stateName(name string) string {
	if name == "momentum_buffer" {
		return "momentum"
	}
	return name
}

// Keys of a checkpoint's metadata. The keys of a tensor's digest and of the caller's notes end with its name.
const (
	formatKey  = "format"
	stageKey   = "stage" // this and the next two are left out if empty
	stateKey   = "state" // the digest of State, as digestKey
	extraKey   = "extra" // base64
	updateKey  = "update"
	stepsKey   = "steps"   // left out if the same as update
	sourceKey  = "source"  // base64
	digestKey  = "sha256"  // of the weights, as in Digest
	tensorKey  = "sha256." // of one tensor
	noteKey    = "note."
	checkKey   = "check" // of the metadata
	formatName = "glorot checkpoint 1"
)

// Write writes the checkpoint as a safetensors file with a digest of all that is in it.
func (c *Checkpoint) Write(w io.Writer) error {
	for _, t := range c.State {
		if !isState(t) {
			return fmt.Errorf("checkpoint: a tensor of the state is called %q; want a name with a slash", t.Name)
		}
	}
	d, state := digestOf(c.Tensors), digestOf(c.State)
	m := map[string]string{
		formatKey: formatName,
		updateKey: strconv.Itoa(c.Update),
		sourceKey: base64.StdEncoding.EncodeToString(c.Source),
		digestKey: d.SHA256,
	}
	for key, value := range map[string]string{stageKey: c.Stage, extraKey: base64.StdEncoding.EncodeToString(c.Extra)} {
		if value != "" {
			m[key] = value
		}
	}
	if len(c.State) > 0 {
		m[stateKey] = state.SHA256
	}
	if len(c.State) > 0 && c.Steps != c.Update {
		m[stepsKey] = strconv.Itoa(c.Steps)
	}
	for _, sums := range []map[string]string{d.Tensors, state.Tensors} {
		for name, sum := range sums {
			m[tensorKey+name] = sum
		}
	}
	for name, note := range c.Notes {
		m[noteKey+name] = note
	}
	m[checkKey] = check(m)
	return safetensors.Write(w, safetensors.File{Metadata: m, Tensors: slices.Concat(c.Tensors, c.State)})
}

// isState reports whether a tensor is part of the optimizer's state, not a weight.
func isState(t safetensors.Tensor) bool { return strings.Contains(t.Name, "/") }

// check is the SHA-256 of all metadata except itself.
func check(m map[string]string) string {
	h := sha256.New()
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if key != checkKey {
			fmt.Fprintf(h, "%q: %q\n", key, m[key])
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// take sorts a file's tensors into weights and state, and compares them with their digests.
func (c *Checkpoint) take(file safetensors.File) error {
	m := file.Metadata
	for _, t := range file.Tensors {
		x, ok := t.Data.([]float32)
		if !ok || sumOf(x) != m[tensorKey+t.Name] {
			return fmt.Errorf("is damaged: tensor %s does not match its SHA-256", t.Name)
		}
		if isState(t) {
			c.State = append(c.State, t)
		} else {
			c.Tensors = append(c.Tensors, t)
		}
	}
	state, ok := m[stateKey]
	if digestOf(c.Tensors).SHA256 != m[digestKey] || ok != (len(c.State) > 0) || ok && digestOf(c.State).SHA256 != state {
		return errors.New("is damaged: the tensors do not match their SHA-256")
	}
	return nil
}

// ReadCheckpoint reads the checkpoint in the file at path. If the file exists, an error says how it is damaged.
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
		return nil, errors.New("is damaged: the metadata do not match their SHA-256")
	}
	c := &Checkpoint{Stage: m[stageKey], Notes: map[string]string{}}
	if err := c.take(file); err != nil {
		return nil, err
	}
	if c.Update, err = strconv.Atoi(m[updateKey]); err != nil || c.Update < 0 {
		return nil, fmt.Errorf("update %q, expected: an integer, 0 or more", m[updateKey])
	}
	c.Steps = c.Update
	if steps, ok := m[stepsKey]; ok {
		if c.Steps, err = strconv.Atoi(steps); err != nil || c.Steps < 0 || c.Steps > c.Update {
			return nil, fmt.Errorf("steps %q, expected: an integer from 0 to %d", steps, c.Update)
		}
	}
	if c.Source, err = base64.StdEncoding.DecodeString(m[sourceKey]); err != nil {
		return nil, fmt.Errorf("source: %w", err)
	}
	if extra, ok := m[extraKey]; ok {
		if c.Extra, err = base64.StdEncoding.DecodeString(extra); err != nil {
			return nil, fmt.Errorf("extra: %w", err)
		}
	}
	for key, value := range m {
		if name, ok := strings.CutPrefix(key, noteKey); ok {
			c.Notes[name] = value
		}
	}
	return c, nil
}
