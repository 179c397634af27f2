package run

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"glorot/experiments/run/atomicfile"
	"glorot/experiments/run/lease"
)

// The files of a run.
const (
	ConfigFile   = "run.yaml"            // the resolved configuration
	ManifestFile = "manifest.json"       // what made the run: versions, machine, times
	LogFile      = "log.jsonl"           // what is recorded on the schedules, one record per line
	ExtraFile    = "extra.jsonl"         // what was measured off the schedules: at an end, or afterwards
	InitialFile  = "initial.safetensors" // the weights at the beginning, if they were given
	WeightsFile  = "weights.safetensors" // the weights at the end
)

// How a run may have ended. A run that diverged would do so again; the others can be resumed, and a run that is done
// can be extended.
const (
	Done        = "done"        // it reached its train.updates, or train.patience ended it
	Diverged    = "diverged"    // it met a NaN or an infinity
	Interrupted = "interrupted" // it was asked to stop
	Failed      = "failed"      // something went wrong
)

// A Run is the directory of a run. [Create] and [Resume] open it for writing, [Open] only for reading. It may also be an archive, which is
// read-only.
type Run struct {
	dir      string
	config   Config
	manifest Manifest
	log      *logWriter // nil if the run is only read
	extra    *logWriter // nil until something is measured off the schedules
	archived []byte     // the records of an archive

	lease    *lease.Lease // nil if the run is only read
	released bool
	lost     atomic.Bool // another process has the lease
}

// Create makes the directory of a new run, with its parents, and writes run.yaml, a manifest and an
// empty log. It is a [*UsageError] if dir is a file, or holds a run or anything else except the
// remains of a killed Create. After an error nothing is overwritten and nothing incomplete remains.
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
	r = &Run{dir: dir, config: c, manifest: newManifest(c, o)}
	if err := r.hold(0); err != nil {
		os.Remove(filepath.Join(dir, lease.Folder)) // if it is empty
		removeEmpty(dir, made)
		var held *lease.HeldError
		if errors.As(err, &held) {
			return nil, taken(dir)
		}
		return nil, err
	}
	if err = mustBeFree(dir); err == nil { // another process may have made it meanwhile
		err = r.begin()
	}
	if err != nil {
		r.Close()
		if !IsRun(dir) {
			os.Remove(filepath.Join(dir, ManifestFile))
			os.Remove(filepath.Join(dir, LogFile))
			os.RemoveAll(filepath.Join(dir, lease.Folder))
		}
		removeEmpty(dir, made)
		return nil, err
	}
	return r, nil
}

// hold acquires the run's lease; update is that of its newest checkpoint.
func (r *Run) hold(update int) (err error) {
	r.lease, err = lease.Acquire(r.dir, update, func() { r.lost.Store(true) })
	var at *fs.PathError
	if errors.As(err, &at) {
		return fmt.Errorf("cannot write %s: %w", at.Path, at.Err)
	}
	return err
}

// Killed returns how many processes in a row that wrote to the run before this one were killed without a new checkpoint.
func (r *Run) Killed() int { return r.lease.Killed() }

// IsRun reports whether a directory holds a run.
func IsRun(dir string) bool {
	_, err := os.Lstat(filepath.Join(dir, ConfigFile))
	return err == nil || IsRecorded(dir)
}

// begin writes the files that every run has, run.yaml last, because a directory with run.yaml is a run.
func (r *Run) begin() error {
	if err := r.sweep(); err != nil {
		return err
	}
	f, err := os.OpenFile(r.Path(LogFile), os.O_RDWR|os.O_APPEND|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return err
	}
	r.log = &logWriter{file: f}
	if err := r.writeManifest(); err != nil {
		return err
	}
	return r.writeConfig()
}

func (r *Run) writeConfig() error {
	return r.WriteFile(ConfigFile, func(w io.Writer) error {
		_, err := w.Write(r.config.YAML())
		return err
	})
}

// mustBeFree returns an error if a run in the directory would overwrite something.
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
	if IsRun(dir) {
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
		if e.Name() != lease.Folder && (!left || info.IsDir()) {
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

// removeEmpty removes the directories that mkdirAll made, as far as they are empty.
func removeEmpty(dir, made string) {
	for d := filepath.Clean(dir); len(d) >= len(made) && made != ""; d = filepath.Dir(d) {
		if os.Remove(d) != nil {
			return
		}
	}
}

// Open reads the directory of an existing run, or an archive: its configuration and manifest at once, its log and
// weights when asked for. A dir that is not a run is a [*UsageError]; if files are damaged or contradict each other the
// error is of another type, and names the file.
func Open(dir string) (*Run, error) {
	if strings.HasSuffix(dir, ArchiveSuffix) {
		return openArchiveFile(dir)
	}
	path := filepath.Join(dir, ConfigFile)
	if info, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil, &UsageError{Place: Place{File: dir}, Problem: "there is no such directory, expected: a run"}
	} else if err == nil && !info.IsDir() {
		return nil, &UsageError{Place: Place{File: dir}, Problem: "is a file, expected: the directory of a run"}
	}
	src, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if IsRecorded(dir) {
			rec, err := ReadRecorded(dir)
			if err != nil {
				return nil, err
			}
			return &Run{dir: dir, config: rec.config(), manifest: rec.manifest()}, nil
		}
		return nil, notBegun(dir)
	}
	if err != nil {
		return nil, err
	}
	if !strings.HasSuffix(string(src), "\n"+endMarker+"\n") {
		return nil, fmt.Errorf("%s: is cut off after %d bytes, expected: a configuration that ends in %q", path, len(src), endMarker)
	}
	c, err := parseOver(stored(), path, src, Allowed{})
	if err != nil {
		return nil, errors.New(err.Error()) // damage, not wrong use
	}
	m, err := readManifest(filepath.Join(dir, ManifestFile), c)
	if err != nil {
		return nil, err
	}
	if err := sameConfig(path, c, m); err != nil {
		return nil, err
	}
	if id := c.ID(m.Origin()); id != m.ID {
		return nil, fmt.Errorf("%s: declares the trajectory %s, but has the id %s: the file was changed", filepath.Join(dir, ManifestFile), id, m.ID)
	}
	return &Run{dir: dir, config: c, manifest: m}, nil
}

// notBegun says why a directory without a configuration is not a run.
func notBegun(dir string) error {
	problem := "is not a run: it has no " + ConfigFile
	if _, err := os.Lstat(filepath.Join(dir, LogFile)); err == nil {
		problem = "is not a run yet: the process that was creating it was killed; the same command creates it"
	}
	return &UsageError{Place: Place{File: dir}, Problem: problem}
}

// sameConfig checks a run's configuration against its manifest. The length, the checkpoints, the threads and the place of the data do not
// change what was computed, and may differ.
func sameConfig(path string, c Config, m Manifest) error {
	made, err := parseManifestConfig(path, m.Config)
	if err != nil {
		return err
	}
	for _, k := range keys {
		if k.name == "train.updates" || k.name == "train.patience" || k.name == "threads" || k.name == "data.path" || strings.HasPrefix(k.name, "checkpoint.") {
			continue
		}
		if now, then := k.write(&c), k.write(&made); now != then {
			return fmt.Errorf("%s: %s is %s, but the run was made with %s: the file was changed; put it back, or make another run with glorot fork or glorot train",
				path, k.name, now, then)
		}
	}
	return nil
}

// parseManifestConfig reads the configuration in a manifest.
func parseManifestConfig(path string, src json.RawMessage) (Config, error) {
	var values map[string]json.RawMessage
	if err := json.Unmarshal(src, &values); err != nil {
		return Config{}, fmt.Errorf("%s: the configuration of the manifest: %w", path, err)
	}
	r := newReader(Allowed{})
	r.config = stored()
	for _, name := range slices.Sorted(maps.Keys(values)) {
		err := r.argument(name + "=" + string(values[name]))
		var text string
		if err != nil && json.Unmarshal(values[name], &text) == nil { // not a name, but a word or a schedule
			err = r.argument(name + "=" + text)
		}
		if err != nil {
			return Config{}, fmt.Errorf("%s: the configuration of the manifest: %v", path, err)
		}
	}
	c, err := r.finish()
	if err != nil {
		return Config{}, fmt.Errorf("%s: the configuration of the manifest: %v", path, err)
	}
	return c, nil
}

// Manifest returns the record of what made the run.
func (r *Run) Manifest() Manifest { return r.manifest }

// Dir is the run's directory, as it was given.
func (r *Run) Dir() string { return r.dir }

// Config is the run's resolved configuration.
func (r *Run) Config() Config { return r.config }

// Path is the path of one of the run's files.
func (r *Run) Path(name string) string { return filepath.Join(r.dir, filepath.FromSlash(name)) }

// WriteFile creates or replaces the file of that name in the run, completely or not at all; see
// [atomicfile.Write]. The name may begin with directories ("figures/fig6.png"), which are created.
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

// Log appends one record to the log, as one line of JSON. A record is a struct or a map whose JSON
// is an object with a string "event". Floating-point numbers that JSON lacks are written as the
// strings "NaN", "+Inf" and "-Inf"; [Record.Decode] reads them back. After an error the log is
// unchanged. Log may be called from several goroutines.
func (r *Run) Log(record any) error {
	if err := r.writable(); err != nil {
		return fmt.Errorf("cannot write %s: %w", r.Path(LogFile), err)
	}
	return r.log.append(record)
}

// LogExtra is Log for extra.jsonl, which has what was measured off the schedules.
func (r *Run) LogExtra(record any) error {
	if err := r.writable(); err != nil {
		return fmt.Errorf("cannot write %s: %w", r.Path(ExtraFile), err)
	}
	if r.extra == nil {
		w, err := openExtra(r.Path(ExtraFile))
		if err != nil {
			return err
		}
		r.extra = w
	}
	return r.extra.append(record)
}

// End flushes the log to the disk and notes the end in the manifest: the number of updates and, if the run is not done, why it ended. The
// status is [Done], [Diverged], [Interrupted] or [Failed]. It can be resumed with [Run.BeginSession].
func (r *Run) End(status, reason string, update int, end time.Time) error {
	if err := r.SyncLog(); err != nil {
		return err
	}
	src, err := os.ReadFile(r.Path(LogFile))
	if err != nil {
		return err
	}
	m := &r.manifest
	s := &m.Sessions[len(m.Sessions)-1]
	s.To, s.End = max(s.To, update), &end
	m.End, m.Exit, m.Reason = &end, status, reason
	m.Log = &LogSum{Records: bytes.Count(src, []byte("\n")), SHA256: sumOf(src)}
	return r.writeManifest()
}

// Close ends writing and releases the run. Without End before it, the run looks as if the process had been killed. Close does
// nothing if the run is closed already, or open only for reading.
func (r *Run) Close() error {
	if r.lease == nil {
		return nil
	}
	var errs []error
	for _, w := range []*logWriter{r.log, r.extra} {
		if w != nil {
			errs = append(errs, w.close())
		}
	}
	if !r.released {
		r.released = true
		errs = append(errs, r.lease.Release(r.exit(), r.manifest.Reason))
	}
	return errors.Join(errs...)
}

// exit is the exit status of this process for the record of the lease: 75 if the run is to be resumed.
func (r *Run) exit() int {
	switch r.manifest.Exit {
	case Done, Diverged:
		return 0
	case Interrupted:
		return 75
	}
	return 1
}

// writable returns nil, or why the run cannot be written to.
func (r *Run) writable() error {
	if r.log == nil {
		return errors.New("the run was opened for reading")
	}
	if r.log.isClosed() {
		return errClosed
	}
	if r.lost.Load() {
		return errLost
	}
	return nil
}

var errLost = errors.New("this process was silent for too long, and another one has taken the run over")
