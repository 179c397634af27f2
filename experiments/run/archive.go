package run

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"glorot/experiments/run/atomicfile"
)

// An archive is a run in one file, to be kept and read: compressed lines of JSON, first the manifest, then the records of the log and those
// measured off the schedules, and last the SHA-256 of all lines before. It has no checkpoints and no weights.

// ArchiveName is the name of the run's archive.
func (r *Run) ArchiveName() string { return r.config.Name() + "-" + r.manifest.ID + ArchiveSuffix }

// NewArchive returns the archive of a trajectory. The parts are what one or several runs know of it. The first part decides how long it is and what
// was recorded, except for the Jacobians: the archive has those of all parts. Where two parts know the same quantity they must agree. Histograms
// are kept only at the given updates.
func NewArchive(histograms Schedule, parts ...*History) (*Run, error) {
	c, m := parts[0].Config, parts[0].Manifest
	a := archive{lines: map[place]any{}}
	for _, h := range parts {
		if h.Manifest.ID != m.ID {
			return nil, fmt.Errorf("an archive of %s cannot hold records of %s", m.ID, h.Manifest.ID)
		}
		if err := a.add(h, histograms); err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name(), err)
		}
	}
	for _, s := range a.spectra {
		c.Observe.Jacobians = c.Observe.Jacobians.With(s)
	}
	m.Format, m.Log, m.Config = format, nil, c.JSON()
	records, err := a.records()
	return &Run{dir: c.Name(), config: c, manifest: m, archived: records}, err
}

// Archive returns the archive of a run, or of an archive. Histograms are kept only at the given updates.
func (r *Run) Archive(histograms Schedule) (*Run, error) {
	h, err := r.History()
	if err != nil {
		return nil, err
	}
	return NewArchive(histograms, h)
}

// WriteArchive writes an archive. The same archive always gives the same bytes. It returns an error if the run is a directory; see
// [Run.Archive].
func (r *Run) WriteArchive(w io.Writer) error {
	if r.archived == nil {
		return fmt.Errorf("%s: is a directory, expected: an archive, which Archive makes from it", r.dir)
	}
	line, err := json.Marshal(r.manifest)
	if err != nil {
		return err
	}
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	lines := append(append(line, '\n'), r.archived...)
	if _, err := z.Write(append(lines, sumLine(lines)...)); err != nil {
		return err
	}
	return z.Close()
}

// sumStart is the beginning of an archive's last line.
const sumStart = `{"sha256":"`

func sumIn(line string) string { return strings.Trim(strings.TrimPrefix(line, sumStart), "\"}\n") }

func sumLine(lines []byte) string { return fmt.Sprintf("%s%x\"}\n", sumStart, sha256.Sum256(lines)) }

// cutSum checks the sum in the last line of an archive, and returns the lines before it. Archives of earlier versions have no sum.
func cutSum(src []byte) ([]byte, error) {
	i := bytes.LastIndexByte(bytes.TrimSuffix(src, []byte("\n")), '\n') + 1
	if lines, last := src[:i], string(src[i:]); strings.HasPrefix(last, sumStart) {
		if want := sumLine(lines); last != want {
			return nil, fmt.Errorf("is damaged: the SHA-256 of its lines is %s, and its last line says %s", sumIn(want), sumIn(last))
		}
		return lines, nil
	}
	return src, nil
}

// archive is an archive being made.
type archive struct {
	lines   map[place]any
	spectra []int // updates of Jacobians
}

// A place is where a record stands in an archive: at an update, in the order of a log. Errors on different numbers of images are different
// records.
type place struct{ update, order, images int }

// kinds lists the kinds of records in their order.
var kinds = [...]string{"pre-training", "layer statistics", "validation errors", "test errors", "digests", "Jacobians", "divergences"}

// add adds a history.
func (a *archive) add(h *History, histograms Schedule) error {
	var all []error
	put := func(p place, record any, merge func(old any) (any, bool)) {
		if old, known := a.lines[p]; known {
			merged, same := merge(old)
			if !same {
				all = append(all, fmt.Errorf("two runs of one trajectory have different %s after %d updates", kinds[p.order], p.update))
			}
			record = merged
		}
		a.lines[p] = record
	}
	equal := func(record any) func(any) (any, bool) {
		return func(old any) (any, bool) { return record, alike(old, record) }
	}
	if h.Pretrained != nil {
		r := PretrainedRecord{PretrainedEvent, h.Pretrained}
		put(place{}, r, equal(r))
	}
	for _, l := range h.Layers {
		if l.Examples != h.Config.Observe.Examples {
			continue
		}
		r := LayersRecord{Event: LayersEvent, Layers: only(l.Layers, true, histograms.Due(l.Update), l.Measures())}
		put(place{update: l.Update, order: 1}, r, func(old any) (any, bool) { return old.(LayersRecord).with(r), r.Same(old.(LayersRecord)) })
	}
	for _, s := range h.Scores {
		order := 2
		if s.Event == TestEvent {
			order = 3
		}
		put(place{s.Update, order, s.Examples}, s, func(old any) (any, bool) { return known(old.(Score), s) })
	}
	for _, d := range h.Digests {
		put(place{update: d.Update, order: 4}, d, equal(d))
	}
	for _, s := range h.Spectra {
		a.spectra = append(a.spectra, s.Update)
		put(place{update: s.Update, order: 5}, s, equal(s))
	}
	if d := h.Diverged; d != nil {
		put(place{update: d.Update, order: 6}, *d, func(old any) (any, bool) { return *d, true })
	}
	return errors.Join(all...)
}

// alike compares two values as JSON, where NaN equals NaN.
func alike(a, b any) bool {
	x, err1 := Encode(a)
	y, err2 := Encode(b)
	return err1 == nil && err2 == nil && bytes.Equal(x, y)
}

// with returns a snapshot with what another one of the same layers has in addition.
func (r LayersRecord) with(o LayersRecord) LayersRecord {
	r.Layers.Layers = slices.Clone(r.Layers.Layers)
	for i := range min(len(r.Layers.Layers), len(o.Layers.Layers)) {
		r.Layers.Layers[i] = r.Layers.Layers[i].With(o.Layers.Layers[i])
	}
	return r
}

// Same reports whether two snapshots have the same numbers where both have some. It ignores histograms.
func (r LayersRecord) Same(o LayersRecord) bool {
	gradients := r.HasGradients() && o.HasGradients()
	both := slices.DeleteFunc(r.Measures(), func(name string) bool { return !o.hasMeasures([]string{name}) })
	return alike(only(r.Layers, gradients, false, both), only(o.Layers, gradients, false, both))
}

// known combines two records of the errors, and reports whether they agree.
func known(a, b Score) (Score, bool) {
	same := a.Examples == b.Examples && a.Errors == b.Errors
	if math.IsNaN(a.NLL) {
		a.NLL = b.NLL
	}
	if a.Wrong == nil {
		a.Wrong = b.Wrong
	}
	if a.Confusion == nil {
		a.Confusion = b.Confusion
	}
	return a, same
}

// records returns the lines in the order of a log.
func (a *archive) records() ([]byte, error) {
	places := slices.SortedFunc(maps.Keys(a.lines), func(x, y place) int {
		return cmp.Or(x.update-y.update, x.order-y.order, x.images-y.images)
	})
	var b bytes.Buffer
	for _, p := range places {
		line, err := Encode(a.lines[p])
		if err != nil {
			return nil, err
		}
		b.Write(append(line, '\n'))
	}
	return b.Bytes(), nil
}

// openArchiveFile reads an archive on disk.
func openArchiveFile(name string) (*Run, error) {
	if _, err := os.Stat(name); err != nil {
		return nil, &UsageError{Place: Place{File: name}, Problem: "there is no such file, expected: the archive of a run"}
	}
	return OpenArchive(os.DirFS(filepath.Dir(name)), filepath.Base(name), filepath.Dir(name))
}

// OpenArchive reads the archive of that name in a file system; messages say that it lies in dir.
func OpenArchive(fsys fs.FS, name, dir string) (*Run, error) {
	full := path.Join(filepath.ToSlash(dir), name)
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: is not an archive of a run: %w", full, err)
	}
	src, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("%s: is damaged: %w", full, err)
	}
	if src, err = cutSum(src); err != nil {
		return nil, fmt.Errorf("%s: %w", full, err)
	}
	head, records, _ := bytes.Cut(src, []byte("\n"))
	m, err := parseManifest(full, head, Config{})
	if err != nil {
		return nil, err
	}
	c, err := parseManifestConfig(full, m.Config)
	if err != nil {
		return nil, err
	}
	if id := c.ID(m.Origin()); id != m.ID || !strings.HasSuffix(name, "-"+m.ID+ArchiveSuffix) {
		return nil, fmt.Errorf("%s: its manifest declares the trajectory %s, but has the id %s", full, id, m.ID)
	}
	return &Run{dir: full, config: c, manifest: m, archived: records}, nil
}

// logFile returns the content of one of the run's logs, and its path. An archive has all records in the first.
func (r *Run) logFile(name string) (path string, src []byte, err error) {
	switch {
	case r.archived == nil:
		src, err = os.ReadFile(r.Path(name))
		return r.Path(name), src, err
	case name == LogFile:
		return r.dir, r.archived, nil
	}
	return r.dir, nil, fs.ErrNotExist
}

// ArchiveIn writes the archive of a run into a folder, and returns its name. The records of an archive of the same trajectory that the folder has
// already, and those in more, are added; all must agree where they overlap. Histograms are kept in the first and the last snapshot of the run, and where
// that archive has them.
func (r *Run) ArchiveIn(dir string, more ...*History) (string, error) {
	if err := r.MustBeOwn(); err != nil {
		return "", err
	}
	h, err := r.History()
	if err != nil {
		return "", err
	}
	histograms, parts := Schedule{At: []int{0}}, []*History{h}
	if n := len(h.Layers); n > 0 { // the end, or how far a run came that is still trained
		histograms = histograms.With(h.Layers[n-1].Update)
	}
	name := filepath.Join(dir, r.ArchiveName())
	if _, err := os.Stat(name); err == nil {
		old, err := Open(name)
		if err != nil {
			return "", err
		}
		known, err := old.History()
		if err != nil {
			return "", err
		}
		for _, l := range known.Layers {
			if hasHistograms(l) {
				histograms = histograms.With(l.Update)
			}
		}
		if parts = append(parts, known); known.Config.Train.Updates > h.Config.Train.Updates {
			slices.Reverse(parts)
		}
	}
	a, err := NewArchive(histograms, append(parts, more...)...)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	return name, atomicfile.Write(name, a.WriteArchive)
}
