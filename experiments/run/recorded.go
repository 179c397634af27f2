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
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"glorot/experiments/run/atomicfile"
	"glorot/experiments/run/lease"
)

// RecordedFile is the file of a run that another program trained and recorded, which has it instead of run.yaml and manifest.json.
const RecordedFile = "recorded.json"

// recordedFormat is the version of RecordedFile, and of the log beside it.
const recordedFormat = 1

// OwnPrefix begins the names of the keys that belong to a recorded run alone, in queries: config.lr.
const OwnPrefix = "config."

// ThisName is the name of this program among the programs that train runs.
const ThisName = "glorot"

// Recorded says what a run is that another program trained. It is the content of RecordedFile. Only Format and Start are required.
type Recorded struct {
	Format  int                        `json:"recorded"` // 1
	ID      string                     `json:"id,omitempty"`
	Program string                     `json:"program,omitempty"` // and its version
	Network string                     `json:"network,omitempty"` // in words, like Data and Training
	Data    string                     `json:"data,omitempty"`
	Train   string                     `json:"training,omitempty"`
	Config  map[string]json.RawMessage `json:"config,omitempty"`  // any keys; those that glorot has too mean the same
	Updates int                        `json:"updates,omitempty"` // up to which it will be trained; 0 if that is not known
	Start   time.Time                  `json:"start"`
	End     *time.Time                 `json:"end,omitempty"`
	Status  string                     `json:"status,omitempty"` // how it ended; "" before
	Reason  string                     `json:"reason,omitempty"`
}

// IsRecorded reports whether a directory holds a run that another program recorded.
func IsRecorded(dir string) bool {
	_, err := os.Lstat(filepath.Join(dir, RecordedFile))
	_, own := os.Lstat(filepath.Join(dir, ConfigFile)) // a run of glorot's in which somebody has put the file
	return err == nil && own != nil
}

// ReadRecorded reads what a directory says of the run that another program recorded in it.
func ReadRecorded(dir string) (*Recorded, error) {
	path := filepath.Join(dir, RecordedFile)
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	r := &Recorded{}
	ended := []string{"", Done, Diverged, Interrupted, Failed}
	switch err := json.Unmarshal(src, r); {
	case err != nil:
		return nil, fmt.Errorf("%s: is not a record of a run: %w", path, err)
	case r.Format > recordedFormat:
		return nil, fmt.Errorf("%s: has format %d, this program reads %d at most: a later version of glorot defines it", path, r.Format, recordedFormat)
	case r.Format < 1:
		return nil, fmt.Errorf(`%s: has no "recorded", expected: the version of the format, %d`, path, recordedFormat)
	case r.Start.IsZero():
		return nil, fmt.Errorf(`%s: has no "start", expected: a time such as 2026-03-01T12:00:00Z`, path)
	case !slices.Contains(ended, r.Status):
		return nil, fmt.Errorf("%s: has the status %q, expected: %s, or none before the end", path, r.Status, strings.Join(ended[1:], ", "))
	case r.Updates < 0:
		return nil, fmt.Errorf("%s: has %d updates, expected: 0 or more", path, r.Updates)
	}
	for _, text := range []*string{&r.ID, &r.Program, &r.Network, &r.Data, &r.Train, &r.Reason} {
		*text = Printable(*text)
	}
	for key := range r.Config {
		if key != Printable(key) {
			return nil, fmt.Errorf("%s: the key %q of config has characters that cannot be printed", path, key)
		}
	}
	if r.Program == "" {
		r.Program = "another program"
	}
	if r.ID == "" {
		config, _ := json.Marshal(r.Config) // which came from JSON
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %v %s", r.Program, r.Start, config))
		r.ID = hex.EncodeToString(sum[:8])
	}
	return r, nil
}

// Printable returns a text that another program wrote without the characters that a terminal would obey.
func Printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, text)
}

// Create makes the directory of a new recorded run, with an empty log. It is a [*UsageError] if the directory is not empty.
func (r *Recorded) Create(dir string) error {
	if err := mustBeFree(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, LogFile), nil, 0o666); err != nil {
		return err
	}
	return r.Write(dir)
}

// Write writes the file into a directory, whole or not at all.
func (r *Recorded) Write(dir string) error {
	return atomicfile.Write(filepath.Join(dir, RecordedFile), func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(r)
	})
}

// Keys returns the keys of the configuration, sorted, as queries name them: those that glorot has too by their name, the others with OwnPrefix.
func (r *Recorded) Keys() []string {
	keys := slices.Sorted(maps.Keys(r.Config))
	for i, key := range keys {
		if find(key) == nil {
			keys[i] = OwnPrefix + key
		}
	}
	return keys
}

// Value returns the value of a key of the configuration, or "".
func (r *Recorded) Value(key string) string {
	own, isOwn := strings.CutPrefix(key, OwnPrefix)
	raw, ok := r.Config[own]
	switch {
	case !ok && key == "train.updates" && r.Updates > 0:
		return strconv.Itoa(r.Updates)
	case !ok:
		return ""
	}
	if isOwn {
		return OwnValue(string(raw))
	}
	value, err := Canonical(key, string(raw), Allowed{})
	if err != nil {
		return OwnValue(string(raw))
	}
	return value
}

// OwnValue returns the text of a value that no key of glorot has, which is JSON or a word: the same text for equal numbers.
func OwnValue(value string) string {
	if v, err := strconv.ParseFloat(value, 64); err == nil {
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	var text string
	if json.Unmarshal([]byte(value), &text) == nil {
		return Printable(text)
	}
	var b bytes.Buffer
	if json.Compact(&b, []byte(value)) == nil {
		return b.String()
	}
	return value
}

// Training describes how it was trained: in the words of the program, or by its configuration.
func (r *Recorded) Training() string {
	if r.Train != "" {
		return r.Train
	}
	var words []string
	for _, key := range slices.Sorted(maps.Keys(r.Config)) {
		words = append(words, key+" "+OwnValue(string(r.Config[key])))
	}
	return strings.Join(words, ", ")
}

// manifest returns what is known of the run in the form of a manifest.
func (r *Recorded) manifest() Manifest {
	return Manifest{
		Format: format, ID: r.ID, Start: r.Start, End: r.End, Exit: r.Status, Reason: r.Reason,
		Program: Program{Module: r.Program}, Sessions: []Session{{Start: r.Start, End: r.End}},
	}
}

// status returns the status of a recorded run. No lock shows whether the other program lives: the run is running as long as one of its files was
// changed a short while ago.
func (r *Recorded) status(dir string, now time.Time) string {
	if r.Status != "" {
		return r.Status
	}
	for _, name := range []string{RecordedFile, LogFile} {
		if info, err := os.Stat(filepath.Join(dir, name)); err == nil && now.Sub(info.ModTime()) < lease.Expiry {
			return Running
		}
	}
	return Killed
}

// PeekRecorded is [Peek] for a recorded run, at a time.
func PeekRecorded(dir string, now time.Time) (State, error) {
	r, err := ReadRecorded(dir)
	if err != nil {
		return State{}, err
	}
	s := State{Config: r.config(), Manifest: r.manifest(), Status: r.status(dir, now)}
	s.Ends, err = ReadEnds(dir)
	if errors.Is(err, fs.ErrNotExist) { // its first record is not there yet
		err = nil
	}
	return s, err
}

// config returns a configuration that says nothing but that the run was recorded.
func (r *Recorded) config() Config {
	c := Config{Recorded: r}
	c.Train.Updates = r.Updates
	return c
}

// MustBeOwn returns nil if glorot trained the run, and otherwise a [*UsageError] that says why it cannot be replayed, resumed or forked.
func (r *Run) MustBeOwn() error {
	rec := r.config.Recorded
	if rec == nil {
		return nil
	}
	return &UsageError{Place: Place{File: r.dir}, Problem: fmt.Sprintf("was trained by %s, and has only what that recorded: no weights and nothing "+
		"to compute them from; allowed: a run that glorot trained", rec.Program)}
}
