package lab

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"glorot/experiments/run"
	"glorot/experiments/run/atomicfile"
	"glorot/experiments/run/lease"
	"glorot/experiments/run/query"
)

// Info says what a run is and how far it has come.
type Info struct {
	Name        string            `json:"name"`
	ID          string            `json:"id,omitempty"`
	Status      string            `json:"status"`
	Reason      string            `json:"reason,omitempty"`
	Update      int               `json:"update"`
	Updates     int               `json:"updates"`
	TestError   *float64          `json:"test_error,omitempty"`
	Start       time.Time         `json:"start"`
	Left        float64           `json:"left,omitempty"` // seconds that a running run needs, as far as is known
	Parent      *run.Parent       `json:"parent,omitempty"`
	ParentName  string            `json:"parent_name,omitempty"` // if it is in the folder
	Archive     bool              `json:"archive,omitempty"`
	Program     string            `json:"program,omitempty"` // that trained it, if not this one
	Images      string            `json:"images,omitempty"`  // the beginning of their checksum
	Here        bool              `json:"here,omitempty"`    // the process that works on it is one of this machine
	Checkpoints []int             `json:"checkpoints,omitempty"`
	Config      map[string]string `json:"config,omitempty"`
	Notes
}

// Notes are what a user has noted about a run. They are in the file lab.json of its directory.
type Notes struct {
	Tags    []string `json:"tags,omitempty"`
	Stopped bool     `json:"stopped,omitempty"` // it was stopped, and not only paused
}

// NotesFile is the name of the file with the notes, in the directory of a run.
const NotesFile = "lab.json"

// info reads the state of a run.
func (l *Lab) info(path string) (Info, error) {
	s, err := run.Peek(path)
	if err != nil {
		return Info{}, err
	}
	m := s.Manifest
	i := Info{Name: l.name(path), ID: m.ID, Status: s.Status, Reason: m.Reason, Update: s.Update, Updates: s.Config.Train.Updates,
		Start: m.Start, Left: s.Left(time.Now()).Seconds(), Parent: m.Parent, Archive: run.IsArchive(path), Images: query.ImagesOf(m.Data), Config: map[string]string{}}
	names := query.ConfigKeys()
	if rec := s.Config.Recorded; rec != nil {
		i.Program, names = rec.Program, rec.Keys()
	}
	for _, name := range names {
		i.Config[name], _ = s.Config.Value(name)
	}
	if s.TestError != nil {
		i.TestError = &s.TestError.Error
	}
	if i.Archive {
		return i, nil
	}
	if i.Program != "" {
		i.Notes = readNotes(path)
		return i, nil
	}
	if p := m.Parent; p != nil {
		if parent, err := l.path(l.name(p.Path(path))); err == nil {
			i.ParentName = l.name(parent)
		}
	}
	if i.Status == run.Running {
		h, err := lease.Watch(path, time.Now())
		i.Here = err == nil && h.Here()
	}
	i.Notes = readNotes(path)
	r, err := run.Open(path)
	if err != nil {
		return i, err
	}
	i.Checkpoints, err = r.Checkpoints()
	return i, err
}

// stateOf is the state of a run as JSON. A run that cannot be read at the moment has none.
func (l *Lab) stateOf(path string) []byte {
	i, err := l.info(path)
	if err != nil {
		return nil
	}
	i.Left = float64(int(i.Left + 0.5))
	src, err := json.Marshal(i)
	if err != nil {
		return nil
	}
	return src
}

// readNotes reads the notes about a run. A file that is not readable is the same as none.
func readNotes(path string) (n Notes) {
	src, err := os.ReadFile(filepath.Join(path, NotesFile))
	if err != nil || json.Unmarshal(src, &n) != nil {
		return Notes{}
	}
	return n
}

func writeNotes(path string, n Notes) error {
	if run.IsArchive(path) {
		return refuse(http.StatusConflict, "an archive cannot be changed")
	}
	return atomicfile.Write(filepath.Join(path, NotesFile), func(w io.Writer) error { return json.NewEncoder(w).Encode(n) })
}

// tag replaces the tags of a run.
func (l *Lab) tag(path string, tags []string) error {
	n := readNotes(path)
	n.Tags = nil
	for _, t := range tags {
		if t = strings.TrimSpace(t); t != "" && len(t) <= 60 && !slices.Contains(n.Tags, t) {
			n.Tags = append(n.Tags, t)
		}
	}
	if len(n.Tags) > 20 {
		return refuse(http.StatusBadRequest, "%d tags, allowed: at most 20", len(n.Tags))
	}
	return writeNotes(path, n)
}

func noteStopped(path string, stopped bool) error {
	n := readNotes(path)
	if n.Stopped == stopped {
		return nil
	}
	n.Stopped = stopped
	return writeNotes(path, n)
}

// idle returns an error if a process works on a run.
func (l *Lab) idle(path string) error {
	if run.IsArchive(path) {
		return nil
	}
	if run.IsRecorded(path) {
		if s, err := run.PeekRecorded(path, time.Now()); err != nil || s.Status != run.Running {
			return err
		}
		return refuse(http.StatusConflict, "%s: is being recorded; wait until it ends", l.name(path))
	}
	h, err := lease.Watch(path, time.Now())
	if err == nil && h.Alive {
		return refuse(http.StatusConflict, "%s: is being trained; pause it first", l.name(path))
	}
	return err
}

// rename gives a run another name in the folder in which it lies, and returns its name in the laboratory.
func (l *Lab) rename(path, name string) (string, error) {
	if err := l.idle(path); err != nil {
		return "", err
	}
	if run.IsArchive(path) {
		return "", refuse(http.StatusConflict, "an archive cannot be renamed")
	}
	to, err := l.free(filepath.Dir(path), name)
	if err != nil {
		return "", err
	}
	defer l.release(to)
	return l.name(to), os.Rename(path, to)
}

// trash is the folder of what was deleted. Commands that search for runs do not enter it.
const trash = ".trash"

// remove moves a run to the trash, and returns its name there.
func (l *Lab) remove(path string) (string, error) {
	if err := l.idle(path); err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Join(l.dir, trash), 0o777); err != nil {
		return "", err
	}
	slot, err := os.MkdirTemp(filepath.Join(l.dir, trash), time.Now().Format("20060102-150405-"))
	if err != nil {
		return "", err
	}
	name := l.name(path)
	to := filepath.Join(slot, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return "", err
	}
	return filepath.ToSlash(filepath.Join(filepath.Base(slot), filepath.FromSlash(name))), os.Rename(path, to)
}

// restore moves a run from the trash back to where it was.
func (l *Lab) restore(name string) (string, error) {
	_, was, ok := strings.Cut(name, "/")
	from, err := l.inside(trash + "/" + name)
	if err != nil {
		return "", err
	}
	if !ok || !run.IsRun(from) && !run.IsArchive(from) || !filepath.IsLocal(filepath.FromSlash(was)) {
		return "", refuse(http.StatusNotFound, "%s: is not a deleted run", name)
	}
	to := filepath.Join(l.dir, filepath.FromSlash(was))
	if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		return "", refuse(http.StatusConflict, "%s: there is another run of this name now", was)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return "", err
	}
	if err := os.Rename(from, to); err != nil {
		return "", err
	}
	for dir := filepath.Dir(from); filepath.Base(dir) != trash && os.Remove(dir) == nil; {
		dir = filepath.Dir(dir)
	}
	return was, nil
}
