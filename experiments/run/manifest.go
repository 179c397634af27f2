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
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

// Origin is what a run's numbers depend on besides its configuration, and with what it is
// made.
type Origin struct {
	Numbers int    // version of the numbers that training makes
	Data    Images // that are learned
	Seeds   map[string]uint64
	Parent  *Parent // nil for a run from initial weights
	Kernels string  // set of kernels; results do not depend on it
	Time    time.Time
}

// Images are the images of a run: which, and how many of them.
type Images struct {
	Checksum string `json:"checksum"` // SHA-256 of what is stored: of generated images those of the validation and the test set
	Train    int    `json:"train"`    // 0 for images that are made without end
	Valid    int    `json:"valid"`
	Test     int    `json:"test"`
}

// Parent is the run that a child goes on from.
type Parent struct {
	ID     string `json:"id"`
	Dir    string `json:"dir"`    // where it was
	Update int    `json:"update"` // up to which it is the child's past
}

// A Manifest says what made a run.
type Manifest struct {
	ID      string            `json:"id"` // hash of everything that changes a number
	Parent  *Parent           `json:"parent,omitempty"`
	Config  json.RawMessage   `json:"config"`
	Seeds   map[string]uint64 `json:"seeds"`
	Numbers int               `json:"numbers"`
	Data    Images            `json:"data"`
	Program Program           `json:"program"`
	Machine Machine           `json:"machine"`
	Start   time.Time         `json:"start"`
	Resumed []Session         `json:"resumed,omitempty"`
	End     *time.Time        `json:"end,omitempty"` // nil while it runs, or if it was killed
	Exit    string            `json:"exit,omitempty"`
	Reason  string            `json:"reason,omitempty"` // of another exit than Done
}

// A Session is one time that a run was gone on with.
type Session struct {
	Start   time.Time `json:"start"`
	Update  int       `json:"update"`            // from which
	Program *Program  `json:"program,omitempty"` // nil for that of the beginning
	Machine *Machine  `json:"machine,omitempty"` // nil for that of the beginning
}

// Program is what the running program is made from.
type Program struct {
	Module       string            `json:"module"`
	Version      string            `json:"version"`
	Revision     string            `json:"revision,omitempty"`
	Go           string            `json:"go"`
	Dependencies map[string]string `json:"dependencies"` // versions of modules
}

// Machine is what the program runs on.
type Machine struct {
	OS         string `json:"os"`
	Arch       string `json:"arch"`
	Processor  string `json:"processor,omitempty"` // as Linux names it
	Processors int    `json:"processors"`
	Kernels    string `json:"kernels"`
}

// newManifest is that of a run which begins.
func newManifest(c Config, o Origin) Manifest {
	return Manifest{
		ID: identity(c, o), Parent: o.Parent, Config: c.json(), Seeds: o.Seeds, Numbers: o.Numbers, Data: o.Data,
		Program: ThisProgram(), Machine: thisMachine(o.Kernels), Start: o.Time,
	}
}

// ID is the id of the run of a configuration with that origin, before it is made.
func (c Config) ID(o Origin) string { return identity(c, o) }

// identity is the run's id: the first 16 hexadecimal digits of the SHA-256 of all that
// changes a number in it. Threads and checkpoints change none.
func identity(c Config, o Origin) string {
	h := sha256.New()
	fmt.Fprintf(h, "numbers: %d\ndata: %s\n", o.Numbers, o.Data.Checksum)
	if o.Parent != nil {
		fmt.Fprintf(h, "parent: %s at %d\n", o.Parent.ID, o.Parent.Update)
	}
	for _, k := range keys {
		if k.name != "threads" && !strings.HasPrefix(k.name, "checkpoint.") {
			fmt.Fprintf(h, "%s: %s\n", k.name, k.write(&c))
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// json is the configuration as an object of its keys.
func (c Config) json() json.RawMessage {
	b := bytes.NewBufferString("{")
	for i, k := range keys {
		value := []byte(k.write(&c))
		if !json.Valid(value) { // a name
			value, _ = json.Marshal(string(value)) // a string always has a JSON
		}
		if i > 0 {
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

// processor is the name of the processor, "" if the system does not tell it this way.
func processor() string {
	src, _ := os.ReadFile("/proc/cpuinfo") // there on Linux alone
	for line := range strings.Lines(string(src)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// readManifest reads the manifest of a run that has one.
func readManifest(path string) (Manifest, error) {
	src, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Manifest{}, fmt.Errorf("%s: there is no manifest, expected: what a run is made from", path)
	}
	if err != nil {
		return Manifest{}, err
	}
	var m Manifest
	if err := json.Unmarshal(src, &m); err != nil {
		return Manifest{}, fmt.Errorf("%s: is no manifest: %w", path, err)
	}
	return m, nil
}

func (r *Run) writeManifest() error {
	return r.WriteFile(ManifestFile, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(r.manifest)
	})
}
