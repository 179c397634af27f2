package run

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"glorot/experiments/dataset"
)

// Origin holds what a run's numbers depend on in addition to its configuration, and what computes
// them.
type Origin struct {
	Numbers int    // version of the training arithmetic
	Data    Images // the images that are learned
	Weights string // SHA-256 of the weights that Model.From has; "" if they are drawn
	Seeds   map[string]uint64
	Parent  *Parent // nil for a run from initial weights
	Kernels string  // set of kernels; results do not depend on it
	Time    time.Time
}

// Images identifies and counts the images of a run.
type Images struct {
	Checksum string `json:"checksum"` // SHA-256 of the images; for generated ones, of the validation and the test set only
	Train    int    `json:"train"`    // 0 if they are generated without end
	Valid    int    `json:"valid"`
	Test     int    `json:"test"`
}

// Parent is the run from which a fork continues.
type Parent struct {
	ID     string `json:"id"`
	Dir    string `json:"dir"`    // where it was
	Update int    `json:"update"` // up to which it is the past of the child
}

// Path returns the directory of the parent of the child in the given directory.
func (p *Parent) Path(child string) string {
	if filepath.IsAbs(p.Dir) {
		return p.Dir
	}
	return filepath.Join(child, p.Dir)
}

// A Manifest records what made a run.
type Manifest struct {
	Format  int               `json:"format"`               // of the run's files: 2, or 0 for runs whose log contains their end
	ID      string            `json:"id"`                   // of the trajectory: a hash of everything that changes a number
	Earlier string            `json:"earlier_id,omitempty"` // the former id of a run of format 0, which is in its checkpoints
	Parent  *Parent           `json:"parent,omitempty"`
	Config  json.RawMessage   `json:"config"`
	Seeds   map[string]uint64 `json:"seeds"`
	Numbers int               `json:"numbers"`
	Data    Images            `json:"data"`
	Weights string            `json:"weights,omitempty"` // SHA-256 of the weights with which the run began, if they were given
	Program Program           `json:"program"`
	Machine Machine           `json:"machine"`

	Start    time.Time  `json:"start"`
	Sessions []Session  `json:"sessions"`
	Resumed  []Session  `json:"resumed,omitempty"` // of format 0: all sessions except the first
	End      *time.Time `json:"end,omitempty"`     // nil while it runs, or if it was killed
	Exit     string     `json:"exit,omitempty"`    // Done, Diverged, Interrupted or Failed; "" while it runs, or if it was killed
	Reason   string     `json:"reason,omitempty"`  // why; "" if it is Done after its train.updates
	Log      *LogSum    `json:"log,omitempty"`     // nil while it runs, or if it was killed
}

// A LogSum shows whether a log is complete and unchanged.
type LogSum struct {
	Records int    `json:"records"`
	SHA256  string `json:"sha256"` // of the file
}

// A Session is the part of a run that one process computed.
type Session struct {
	Start   time.Time  `json:"start"`
	End     *time.Time `json:"end,omitempty"`     // nil while it runs, or if it was killed
	Update  int        `json:"update"`            // the update from which it started
	To      int        `json:"to"`                // up to its newest checkpoint, or its end
	Program *Program   `json:"program,omitempty"` // nil if the same as at the beginning
	Machine *Machine   `json:"machine,omitempty"` // nil if the same as at the beginning
}

// Program says what the running program was built from.
type Program struct {
	Module       string            `json:"module"`
	Version      string            `json:"version"`
	Revision     string            `json:"revision,omitempty"`
	Go           string            `json:"go"`
	Dependencies map[string]string `json:"dependencies"` // versions of modules
}

// Machine describes the computer that the program runs on.
type Machine struct {
	OS         string `json:"os"`
	Arch       string `json:"arch"`
	Processor  string `json:"processor,omitempty"` // as Linux names it
	Processors int    `json:"processors"`
	Kernels    string `json:"kernels"`
}

// format is the format of the runs that this program writes.
const format = 2

// newManifest returns the manifest of a new run.
func newManifest(c Config, o Origin) Manifest {
	first := Session{Start: o.Time}
	if o.Parent != nil {
		first.Update, first.To = o.Parent.Update, o.Parent.Update
	}
	return Manifest{
		Format: format, ID: c.ID(o), Parent: o.Parent, Config: c.JSON(), Seeds: o.Seeds, Numbers: o.Numbers, Data: o.Data, Weights: o.Weights,
		Program: ThisProgram(), Machine: thisMachine(o.Kernels), Start: o.Time, Sessions: []Session{first},
	}
}

// NewManifest returns the manifest of a run that another program computed, with the given configuration, origin and exit.
func NewManifest(c Config, o Origin, exit string) Manifest {
	m := newManifest(c, o)
	m.Program, m.Machine, m.Exit, m.Sessions[0].To = Program{}, Machine{}, exit, c.Train.Updates
	return m
}

// ID returns the identity of the trajectory that the configuration declares with that origin: the first 16 hexadecimal digits
// of the SHA-256 of everything that changes its numbers. The length, the recording, threads and checkpoints do not.
func (c Config) ID(o Origin) string {
	c.Train.ResolveSchedule()
	h := sha256.New()
	fmt.Fprintf(h, "numbers: %d\ndata: %s\n", o.Numbers, o.Data.Checksum)
	if o.Weights != "" {
		fmt.Fprintf(h, "weights: %s\n", o.Weights)
	}
	if o.Parent != nil {
		fmt.Fprintf(h, "parent: %s at %d\n", o.Parent.ID, o.Parent.Update)
	}
	if c.Data.Name == generated {
		fmt.Fprintf(h, "data.seed: %d\n", c.ImageSeed())
	}
	defaults := Default()
	for _, k := range keys {
		value := k.write(&c)
		if k.identity && !(k.added && value == k.write(&defaults)) {
			fmt.Fprintf(h, "%s: %s\n", k.name, value)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// ImageSeed returns the seed of the generated training images.
func (c Config) ImageSeed() uint32 {
	if c.Data.Seed != 0 {
		return c.Data.Seed
	}
	return dataset.ImageSeed(c.Seed)
}

// Name describes what is trained, in a form that can begin the name of a file: "shapeset-tanh-normalized-5x1000-0.01-in-0-1-seed1".
func (c Config) Name() string {
	init := c.Model.Init
	if c.Model.From != "" {
		init = "given"
	}
	parts := []string{c.Data.Name, strings.Join(c.Model.ActivationNames(), "+"), init, c.shape()}
	if c.Model.Norm != "none" {
		parts = append(parts, c.Model.Norm+"norm")
	}
	if c.Model.Residual > 0 {
		parts = append(parts, fmt.Sprintf("residual%d", c.Model.Residual))
	}
	if c.Model.Cost != "nll" {
		parts = append(parts, c.Model.Cost)
	}
	if c.Pretrain.Updates > 0 {
		parts = append(parts, "pretrained")
	}
	if c.Train.Optimizer != SGD {
		parts = append(parts, c.Train.Optimizer)
	}
	return strings.Join(append(parts, fmt.Sprintf("%g-in-%g-%g-seed%d", c.Train.Rate, c.Data.Low, c.Data.High, c.Seed)), "-")
}

// shape is "5x1000" for equal widths, otherwise "600+800+1000".
func (c Config) shape() string {
	hidden := c.Model.Hidden
	if slices.Max(hidden) == slices.Min(hidden) {
		return fmt.Sprintf("%dx%d", len(hidden), hidden[0])
	}
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(hidden), "[]"), " ", "+")
}

// JSON is the configuration as an object of its keys.
func (c Config) JSON() json.RawMessage {
	c.Train.ResolveSchedule()
	b := bytes.NewBufferString("{")
	for _, k := range keys {
		if k.shorthand {
			continue
		}
		value := []byte(k.write(&c))
		if !json.Valid(value) { // a name
			value, _ = json.Marshal(string(value)) // a string can always be written as JSON
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		fmt.Fprintf(b, "%q:%s", k.name, value)
	}
	b.WriteByte('}')
	return b.Bytes()
}

// ThisProgram returns what the running program was built from, as far as Go noted it.
func ThisProgram() Program {
	p := Program{Module: "glorot", Version: "(devel)", Go: runtime.Version(), Dependencies: map[string]string{}}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return p
	}
	if info.Main.Path != "" { // not glorot's own module if another Go program imports this package
		p.Module = info.Main.Path
	}
	if info.Main.Version != "" {
		p.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			p.Revision = s.Value
		}
	}
	for _, d := range info.Deps {
		p.Dependencies[d.Path] = d.Version
	}
	return p
}

func thisMachine(kernels string) Machine {
	return Machine{OS: runtime.GOOS, Arch: runtime.GOARCH, Processor: processor(), Processors: runtime.NumCPU(), Kernels: kernels}
}

// processor is the name of the processor, or "" if it is unknown.
func processor() string {
	src, _ := os.ReadFile("/proc/cpuinfo") // exists on Linux only
	for line := range strings.Lines(string(src)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// readManifest reads the manifest of the run in a directory. One of format 0 gets the identity of its trajectory and its sessions.
func readManifest(path string, c Config) (Manifest, error) {
	src, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Manifest{}, fmt.Errorf("%s: there is no manifest, expected: a record of what made the run", path)
	}
	if err != nil {
		return Manifest{}, err
	}
	return parseManifest(path, src, c)
}

func parseManifest(path string, src []byte, c Config) (Manifest, error) {
	var m Manifest
	if err := json.Unmarshal(src, &m); err != nil {
		return Manifest{}, fmt.Errorf("%s: is not a manifest: %w", path, err)
	}
	if m.Format > format {
		return Manifest{}, fmt.Errorf("%s: has format %d, this program reads %d at most: a later version of glorot wrote it", path, m.Format, format)
	}
	if m.Format == 0 {
		m.Earlier, m.ID = m.ID, c.ID(Origin{Numbers: m.Numbers, Data: m.Data, Parent: m.Parent})
		m.Sessions, m.Resumed = append([]Session{{Start: m.Start}}, m.Resumed...), nil
		if m.Parent != nil {
			m.Sessions[0].Update = m.Parent.Update
		}
		for i := range m.Sessions[:len(m.Sessions)-1] {
			m.Sessions[i].To = m.Sessions[i+1].Update
		}
		m.Sessions[len(m.Sessions)-1].End = m.End
	}
	if len(m.Sessions) == 0 {
		return Manifest{}, fmt.Errorf("%s: is not a manifest: it has no session", path)
	}
	return m, nil
}

// First returns the update with which the run begins.
func (m Manifest) First() int {
	if m.Parent != nil {
		return m.Parent.Update
	}
	return 0
}

// Stopped reports whether train.patience ended the run before its train.updates.
func (m Manifest) Stopped() bool { return m.Exit == Done && m.Reason != "" }

// Origin returns the run's origin.
func (m Manifest) Origin() Origin {
	return Origin{Numbers: m.Numbers, Data: m.Data, Weights: m.Weights, Seeds: m.Seeds, Parent: m.Parent, Kernels: m.Machine.Kernels, Time: m.Start}
}

func (r *Run) writeManifest() error {
	return r.WriteFile(ManifestFile, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(r.manifest)
	})
}
