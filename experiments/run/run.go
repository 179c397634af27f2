package run

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"glorot/experiments/run/atomicfile"
)

// The files of a run.
const (
	ConfigFile   = "run.yaml"            // the resolved configuration
	ManifestFile = "manifest.json"       // what made the run
	LogFile      = "log.jsonl"           // one record a line
	WeightsFile  = "weights.safetensors" // the weights at the end
)

// What a run's exit may be besides others: it came to its end, or to a NaN, as it would
// again. Such a run is finished.
const (
	Done     = "done"
	Diverged = "diverged"
)

// A Run is a run's directory: one that [Create] made or [Resume] goes on with, which is
// written to, or one that [Open] reads.
type Run struct {
	dir      string
	config   Config
	manifest Manifest
	log      *logWriter // nil if the run is only read
}

// Create makes the directory of a new run, with its parents, and writes run.yaml, a
// manifest and an empty log. It is a [*UsageError] if dir is a file, holds a run, or holds
// anything else than what a Create leaves that was killed; whatever goes wrong, nothing is
// overwritten and nothing half-made remains.
func Create(dir string, c Config, o Origin) (r *Run, err error) {
	if err := c.Validate(Allowed{}); err != nil {
		return nil, err
	}
	if err := mustBeFree(dir); err != nil {
		return nil, err
	}
	made, err := mkdirAll(dir)
	if err != nil {
		return nil, fmt.Errorf("cannot make the run directory: %w", err)
	}
	defer func() {
		if err != nil {
			removeEmpty(dir, made)
		}
	}()
	log, err := createLog(filepath.Join(dir, LogFile))
	if err != nil {
		return nil, err
	}
	r = &Run{dir: dir, config: c, manifest: newManifest(c, o), log: log}
	if err := r.begin(); err != nil {
		os.Remove(filepath.Join(dir, ManifestFile))
		os.Remove(filepath.Join(dir, LogFile))
		log.close()
		return nil, err
	}
	return r, nil
}

// begin writes the files that every run has; run.yaml last, as it makes a directory a run.
func (r *Run) begin() error {
	if err := r.sweep(); err != nil {
		return err
	}
	if err := r.writeManifest(); err != nil {
		return err
	}
	return r.WriteFile(ConfigFile, func(w io.Writer) error {
		_, err := w.Write(r.config.YAML())
		return err
	})
}

// mustBeFree refuses a directory in which a run would overwrite something.
func mustBeFree(dir string) error {
	place := Place{File: dir}
	if dir == "" {
		return &UsageError{Problem: "the run's directory has no name"}
	}
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.IsDir():
		return &UsageError{Place: place, Problem: "is a file, allowed: a new or an empty directory"}
	}
	if _, err := os.Lstat(filepath.Join(dir, ConfigFile)); err == nil {
		return taken(dir)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			return err
		}
		left := isLeft(e.Name()) || e.Name() == ManifestFile || e.Name() == LogFile && info.Size() == 0
		if !left || info.IsDir() {
			return &UsageError{Place: place, Problem: "is not empty, allowed: a new or an empty directory"}
		}
	}
	return nil
}

func taken(dir string) error {
	return &UsageError{Place: Place{File: dir}, Problem: "holds a run already, allowed: a new or an empty directory"}
}

// mkdirAll makes dir and returns the topmost directory that did not exist, "" if all did.
func mkdirAll(dir string) (made string, err error) {
	for d := filepath.Clean(dir); ; d = filepath.Dir(d) {
		if _, err := os.Stat(d); !errors.Is(err, fs.ErrNotExist) || d == filepath.Dir(d) {
			break
		}
		made = d
	}
	return made, os.MkdirAll(dir, 0o777)
}

// removeEmpty takes back what mkdirAll made, as far as nothing has come to be in it.
func removeEmpty(dir, made string) {
	for d := filepath.Clean(dir); len(d) >= len(made) && made != ""; d = filepath.Dir(d) {
		if os.Remove(d) != nil {
			return
		}
	}
}

// Open reads the directory of an existing run: its configuration now, its log and
// weights when asked for. A dir that is no run is a [*UsageError]; a run whose files are
// damaged is another error, which names the file.
func Open(dir string) (*Run, error) {
	path := filepath.Join(dir, ConfigFile)
	if info, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil, &UsageError{Place: Place{File: dir}, Problem: "there is no such directory, expected: a run"}
	} else if err == nil && !info.IsDir() {
		return nil, &UsageError{Place: Place{File: dir}, Problem: "is a file, expected: the directory of a run"}
	}
	src, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &UsageError{Place: Place{File: dir}, Problem: "is not a run: it has no " + ConfigFile}
	}
	if err != nil {
		return nil, err
	}
	if !strings.HasSuffix(string(src), "\n"+endMarker+"\n") {
		return nil, fmt.Errorf("%s: is cut off after %d bytes, expected: a configuration that ends in %q", path, len(src), endMarker)
	}
	c, err := Parse(path, src, Allowed{})
	if err != nil {
		return nil, errors.New(err.Error()) // damage, not wrong use
	}
	return &Run{dir: dir, config: c}, nil
}

// Manifest is what made the run. It is an error if a run that was opened has none, or a
// damaged one.
func (r *Run) Manifest() (Manifest, error) {
	if r.log != nil {
		return r.manifest, nil
	}
	return readManifest(r.Path(ManifestFile))
}

// Dir is the run's directory, as it was given.
func (r *Run) Dir() string { return r.dir }

// Config is the run's resolved configuration.
func (r *Run) Config() Config { return r.config }

// Path is the path of one of the run's files.
func (r *Run) Path(name string) string { return filepath.Join(r.dir, filepath.FromSlash(name)) }

// WriteFile makes or replaces the file of that name in the run, whole or not at all; see
// [atomicfile.Write]. The name may have directories in front ("figures/fig6.png"), which
// are made.
func (r *Run) WriteFile(name string, content func(io.Writer) error) error {
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return fmt.Errorf("cannot write %s: the name leads out of the run", name)
	}
	path := r.Path(name)
	if err := r.writable(); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	return atomicfile.Write(path, content)
}

// Log appends one record to the log, as one line of JSON. A record is a struct or a map
// whose JSON is an object with a string "event". Floating-point numbers that JSON lacks
// are written as the strings "NaN", "+Inf" and "-Inf"; [Record.Decode] reads them back.
// After an error the log holds what it held before. Log may be called from several
// goroutines.
func (r *Run) Log(record any) error {
	if err := r.writable(); err != nil {
		return fmt.Errorf("cannot write %s: %w", r.Path(LogFile), err)
	}
	return r.log.append(record)
}

// Finish logs a last record {"event":"finish","status":STATUS}, makes the log last, notes
// the end in the manifest, and closes the run: no more can be written. The status is [Done]
// or [Diverged], after which the run is finished for good, or why the run ended before its
// end, with the reason in words.
func (r *Run) Finish(status, reason string, end time.Time) error {
	err := r.Log(struct {
		Event  string `json:"event"`
		Status string `json:"status"`
	}{finishEvent, status})
	if err == nil {
		err = r.log.sync()
	}
	if err == nil {
		r.manifest.End, r.manifest.Exit, r.manifest.Reason = &end, status, reason
		err = r.writeManifest()
	}
	if e := r.Close(); err == nil {
		err = e
	}
	return err
}

const finishEvent = "finish"

// Close ends writing without a word in the log, as when the process were killed. It does
// nothing to a run that is closed already, or only read.
func (r *Run) Close() error {
	if r.log == nil {
		return nil
	}
	return r.log.close()
}

// writable is nil, or the reason why nothing can be written.
func (r *Run) writable() error {
	if r.log == nil {
		return errors.New("the run was opened for reading")
	}
	if r.log.isClosed() {
		return errClosed
	}
	return nil
}
