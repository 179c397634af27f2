package live

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"glorot/experiments/run"
	"glorot/experiments/run/lease"
	"glorot/experiments/run/query"

	"github.com/go-json-experiment/json"
)

// Damaged is the status of a run whose files cannot be read.
const Damaged = "damaged"

// A Head is what a list shows of a run.
type Head struct {
	Path      string     `json:"run"`
	ID        string     `json:"id"`
	Status    string     `json:"status"` // run.Running, run.Killed, Damaged, or how it ended
	Reason    string     `json:"reason,omitempty"`
	Update    int        `json:"update"`            // the last update with records
	Updates   int        `json:"updates"`           // its train.updates
	Resumes   *int       `json:"resumes,omitempty"` // the newest checkpoint, from which a run that did not end continues; nil for others
	TestError *float64   `json:"test_error"`        // share, when last measured; nil before
	Start     time.Time  `json:"start"`
	End       *time.Time `json:"end,omitempty"`

	yaml   []byte // its configuration
	parent *run.Parent
	images run.Images
	state  run.State
}

// Value returns the value of a key of the configuration as [run.Config.Value] writes it, or of a derived key, for queries.
func (h Head) Value(key string) string {
	switch key {
	case query.Run:
		return h.Path
	case query.ID:
		return h.ID
	case query.Fork:
		return query.ForkOf(h.parent)
	case query.Status:
		return h.Status
	case query.Program:
		return query.ProgramOf(h.Recorded())
	case query.Images:
		return query.ImagesOf(h.images)
	}
	if r := h.Recorded(); r != nil {
		return r.Value(key)
	}
	if h.yaml == nil {
		return ""
	}
	return run.ValueIn(h.yaml, key)
}

// Values returns the values of several keys of the configuration faster than one by one; nil if the run is damaged.
func (h Head) Values(keys []string) []string {
	if r := h.Recorded(); r != nil {
		return query.Project(h, keys).Values()
	}
	if h.yaml == nil {
		return nil
	}
	return run.ValuesIn(h.yaml, keys)
}

// Left returns the time that a running run needs to its end, or 0 if that is unknown.
func (h Head) Left(now time.Time) time.Duration { return h.state.Left(now) }

// ReadHead reads the head of a run or an archive. One that cannot be read is damaged.
func ReadHead(path string, now time.Time) Head {
	h := Head{Path: path}
	read := h.readDir
	switch {
	case run.IsArchive(path):
		read = h.readArchive
	case run.IsRecorded(path):
		read = h.readRecorded
	}
	if err := read(now); err != nil {
		return Head{Path: path, Status: Damaged, Reason: err.Error()}
	}
	return h
}

// skipped is a value of JSON that is not read.
type skipped struct{}

func (h *Head) readDir(now time.Time) (err error) {
	if h.yaml, err = os.ReadFile(filepath.Join(h.Path, run.ConfigFile)); err != nil {
		return err
	}
	src, err := os.ReadFile(filepath.Join(h.Path, run.ManifestFile))
	if err != nil {
		return err
	}
	var m struct { // without its longest parts
		run.Manifest
		Config  skipped `json:"config"`
		Program skipped `json:"program"`
		Machine skipped `json:"machine"`
		Seeds   skipped `json:"seeds"`
	}
	if err := json.Unmarshal(src, &m); err != nil {
		return err
	}
	sessions := m.Sessions
	if len(sessions) == 0 { // of format 0
		sessions = append([]run.Session{{Start: m.Start}}, m.Resumed...)
	}
	var holder lease.Holder
	if m.Exit == "" {
		if holder, err = lease.Watch(h.Path, now); err != nil {
			return err
		}
	}
	ends, err := run.ReadEnds(h.Path)
	if err != nil {
		return err
	}
	h.state.Status, h.Reason = m.Status(holder)
	h.state.Ends, h.state.Manifest.Sessions = ends, sessions
	updates := &h.state.Config.Train.Updates
	if *updates, err = strconv.Atoi(run.ValueIn(h.yaml, "train.updates")); err != nil { // somebody has edited the file
		r, err := run.Open(h.Path)
		if err != nil {
			return err
		}
		*updates = r.Config().Train.Updates
	}
	h.fill(m.Manifest)
	if slices.Contains([]string{run.Killed, run.Interrupted, run.Failed}, h.Status) {
		newest := run.NewestCheckpoint(h.Path)
		h.Resumes = &newest
	}
	return nil
}

func (h *Head) readArchive(time.Time) error {
	s, err := run.Peek(h.Path)
	if err != nil {
		return err
	}
	h.state, h.yaml, h.Reason = s, s.Config.YAML(), s.Manifest.Reason
	h.fill(s.Manifest)
	return nil
}

func (h *Head) readRecorded(now time.Time) error {
	s, err := run.PeekRecorded(h.Path, now)
	if err != nil {
		return err
	}
	h.state, h.Reason = s, s.Manifest.Reason
	h.fill(s.Manifest)
	return nil
}

// Recorded returns what the run is if another program trained it, otherwise nil.
func (h Head) Recorded() *run.Recorded { return h.state.Config.Recorded }

// fill sets what the state and the manifest say.
func (h *Head) fill(m run.Manifest) {
	h.ID, h.Start, h.End, h.parent, h.images = m.ID, m.Start, m.End, m.Parent, m.Data
	h.Status, h.Update, h.Updates = h.state.Status, h.state.Update, h.state.Config.Train.Updates
	if s := h.state.TestError; s != nil {
		h.TestError = &s.Error
	}
}
