package live

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"time"

	"glorot/experiments/run"
	"glorot/experiments/train"
	"glorot/experiments/wording"
)

// A Curve has the errors on one set of images, at ascending updates.
type Curve struct {
	Updates []int
	Error   []float64 // shares
	NLL     []float64 // nats

	// From the confusion matrix, NaN where there is none: the share of the most frequent prediction, and the error of the best constant prediction.
	OneClass, Constant []float64

	matrices []place // the records with the confusion matrices; the zero place is none
}

// add adds a score that is recorded at a place. If there is one at its update already, it adds what that lacks.
func (c *Curve) add(s run.Score, p place) {
	i, found := slices.BinarySearch(c.Updates, s.Update)
	if s.Confusion == nil {
		p = place{}
	}
	if found {
		if s.Confusion != nil {
			c.OneClass[i], c.Constant[i], c.matrices[i] = s.Confusion.OneClass(), s.Confusion.Constant(), p
		}
		return
	}
	c.matrices = slices.Insert(c.matrices, i, p)
	c.OneClass = slices.Insert(c.OneClass, i, s.Confusion.OneClass())
	c.Constant = slices.Insert(c.Constant, i, s.Confusion.Constant())
	c.Updates = slices.Insert(c.Updates, i, s.Update)
	c.Error = slices.Insert(c.Error, i, s.Error)
	c.NLL = slices.Insert(c.NLL, i, s.NLL)
}

// A Follower knows everything that a run has recorded, as of its last Read.
type Follower struct {
	Head        Head
	Config      run.Config
	Valid, Test Curve
	Train       Curve // of a recorded run, on the examples that it was trained with
	Layers      Layers
	Diverged    *run.Divergence // nil if it did not
	Bad         int             // lines that cannot be read, and are left out
	FirstBad    run.Place       // of them

	files      [4]file
	log, extra Tail
	lines      [2]int // read of each of them
	images     run.Images
}

// Follow reads a run or an archive so far.
func Follow(path string, now time.Time) (*Follower, error) {
	f := &Follower{}
	f.begin(path)
	_, err := f.Read(now)
	return f, err
}

// begin forgets everything.
func (f *Follower) begin(path string) {
	*f = Follower{Head: Head{Path: path}}
	f.log.Path, f.extra.Path = filepath.Join(path, run.LogFile), filepath.Join(path, run.ExtraFile)
}

// Read reads what is new, and reports whether anything is. A run that is deleted is an error for which errors.Is(err, fs.ErrNotExist); the
// Follower keeps what it knows.
func (f *Follower) Read(now time.Time) (changed bool, err error) {
	path := f.Head.Path
	present := files(path)
	if present == f.files && f.Head.Status != run.Running {
		return false, nil
	}
	if present == ([4]file{}) {
		return false, fmt.Errorf("%s: %w", path, fs.ErrNotExist)
	}
	head := ReadHead(path, now)
	if head.Status == Damaged {
		return false, errors.New(head.Reason)
	}
	changed = present != f.files || head.Status != f.Head.Status
	if present[0] != f.files[0] || present[3] != f.files[3] { // the manifest or the configuration
		r, err := run.Open(path)
		if err != nil {
			return false, err
		}
		if f.Head.ID != "" && (f.Head.ID != head.ID || !f.Head.Start.Equal(head.Start)) { // another run
			f.begin(path)
		}
		f.Config, f.images = r.Config(), r.Manifest().Data
		if run.IsArchive(path) {
			if err := f.readArchive(r); err != nil {
				return false, err
			}
		}
	}
	f.Head, f.files = head, present
	if !run.IsArchive(path) {
		err = f.readTails(now)
	}
	return changed, err
}

// readTails reads the new lines of the run's logs.
func (f *Follower) readTails(now time.Time) error {
	for i, t := range []*Tail{&f.log, &f.extra} {
		reset, err := t.Read(func(line []byte, at int64) {
			f.lines[i]++
			if f.add(line, place{file: t.Path, at: at, size: len(line)}) {
				return
			}
			if f.Bad++; f.Bad == 1 {
				f.FirstBad = run.Place{File: filepath.Base(t.Path), Line: f.lines[i]}
			}
		})
		switch {
		case reset:
			f.begin(f.Head.Path)
			_, err := f.Read(now)
			return err
		case errors.Is(err, fs.ErrNotExist) && t == &f.extra:
		case err != nil:
			return err
		}
	}
	return nil
}

func (f *Follower) readArchive(r *run.Run) error {
	log, err := r.ReadLog()
	if err != nil {
		return err
	}
	for _, record := range log.Records {
		f.add(record.JSON, place{text: record.JSON})
	}
	return nil
}

// Damage says how many lines cannot be read, and which is the first; "" if there are none.
func (f *Follower) Damage() string {
	if f.Bad == 0 {
		return ""
	}
	first := ""
	if f.Bad > 1 {
		first = "the first is "
	}
	return fmt.Sprintf("%s of its log cannot be read: %sline %d of %s", wording.Plural(f.Bad, "line"), first, f.FirstBad.Line, f.FirstBad.File)
}

// add adds a record, and reports whether the line is one.
func (f *Follower) add(line []byte, p place) bool {
	event, _, ok := run.Stamp(line)
	var err error
	switch {
	case !ok:
		return false
	case event == run.LayersEvent:
		var s snapshot
		if s, err = readSnapshot(line); err == nil && (s.examples == 0 || f.Config.Recorded != nil || s.examples == f.Config.Observe.Examples) {
			f.Layers.add(s, p)
		}
	case event == run.TrainEvent:
		s := run.Score{Error: math.NaN(), NLL: math.NaN()}
		if err = (run.Record{JSON: line}).Decode(&s); err == nil {
			f.Train.add(s, p)
		}
	case event == run.ValidEvent || event == run.TestEvent:
		s := run.Score{Error: math.NaN(), NLL: math.NaN()}
		c, all := &f.Valid, f.images.Valid
		if event == run.TestEvent {
			c, all = &f.Test, f.images.Test
		}
		if err = (run.Record{JSON: line}).Decode(&s); err == nil && (s.Examples == f.Config.Observe.Tested(all) || f.Config.Recorded != nil) {
			c.add(s, p)
		}
	case event == run.DivergedEvent:
		f.Diverged = &run.Divergence{}
		err = run.Record{JSON: line}.Decode(f.Diverged)
	default:
		return json.Valid(line)
	}
	return err == nil
}

// Course returns the errors that show best how the run went, and on which examples they are: "validation" or, where another program recorded no
// others, "test" or "training".
func (f *Follower) Course() (c Curve, of string) {
	switch {
	case len(f.Valid.Updates) > 0 || f.Config.Recorded == nil:
		return f.Valid, "validation"
	case len(f.Test.Updates) > 0:
		return f.Test, "test"
	}
	return f.Train, "training"
}

// Confusion returns the last confusion matrix up to an update, and the update after which it was measured. It returns nil if there is none.
func (c *Curve) Confusion(at int) (m train.Confusion, update int, err error) {
	for i, u := range slices.Backward(c.Updates) {
		if u > at || !c.matrices[i].exists() {
			continue
		}
		var s run.Score
		if err = c.matrices[i].read(&s); err == nil && s.Update != u {
			err = c.matrices[i].changed()
		}
		return s.Confusion, u, err
	}
	return nil, 0, nil
}

// Snapshot returns the whole record of snapshot i of Layers, with its histograms if it has any.
func (f *Follower) Snapshot(i int) (s run.LayersRecord, err error) {
	p := f.Layers.places[i]
	if err = p.read(&s); err == nil && s.Update != f.Layers.Updates[i] {
		err = p.changed()
	}
	return s, err
}
