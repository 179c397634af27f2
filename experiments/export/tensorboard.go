package export

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"math/bits"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"glorot/experiments/run/atomicfile"

	"google.golang.org/protobuf/encoding/protowire"
)

// Board describes a directory of event files. It never replaces an earlier one, because the files have the names of the runs.
var Board = atomicfile.Product{Name: "board"}

// WriteBoard fills a directory with one folder per run, which holds its event file.
func WriteBoard(dir *atomicfile.Dir, runs []*Run) error {
	files := map[string]func(io.Writer) error{}
	var folders []func(string) error
	for _, r := range runs {
		name := strings.ReplaceAll(r.Name, "/", "-")
		folders = append(folders, func(dir string) error { return os.Mkdir(filepath.Join(dir, name), 0o777) })
		files[filepath.Join(name, r.eventFile())] = r.TensorBoard
	}
	return dir.Fill(files, folders...)
}

// eventFile is the name of a run's event file, in which TensorBoard requires "tfevents".
func (r *Run) eventFile() string {
	return fmt.Sprintf("events.out.tfevents.%010d.%s", max(0, r.Manifest.Start.Unix()), r.Manifest.ID)
}

// TensorBoard writes the run's scalars and histograms as an event file, in the order of the updates, which are the steps. Tags are
// test/error, layer1/z/std and so on; the histograms, with the bins that were logged, have the tags layer1/z, layer1/dcost_ds and
// layer1/dcost_dw.
//
// A log has no times. The wall time of an event is the run's start plus one second per update.
//
// References:
//   - tensorflow/core/lib/io/record_writer.cc: length, masked CRC-32C of it, data, masked CRC-32C of them
//   - tensorflow/core/util/event.proto and tensorflow/core/framework/summary.proto
func (r *Run) TensorBoard(w io.Writer) error {
	wall := func(update int) float64 { return float64(r.Manifest.Start.UnixMilli())/1000 + float64(update) }
	version := appendDouble(nil, 1, wall(0))
	version = protowire.AppendString(protowire.AppendTag(version, 3, protowire.BytesType), "brain.Event:2")
	if err := writeRecord(w, version); err != nil {
		return err
	}
	for _, s := range r.summaries() {
		event := appendDouble(nil, 1, wall(s.update))
		event = protowire.AppendVarint(protowire.AppendTag(event, 2, protowire.VarintType), uint64(s.update))
		event = appendMessage(event, 5, s.values)
		if err := writeRecord(w, event); err != nil {
			return err
		}
	}
	return nil
}

// A summary is an encoded Summary of one record of the log.
type summary struct {
	update int
	values []byte
}

// summaries are in the order of their updates.
func (r *Run) summaries() []summary {
	var list []summary
	for _, s := range r.Scores {
		var values []byte
		for _, x := range ofSet(s) {
			values = appendScalar(values, x.name, x.value)
		}
		list = append(list, summary{s.Update, values})
	}
	for _, snapshot := range r.Snapshots {
		var values []byte
		for _, l := range snapshot.Layers {
			layer := fmt.Sprintf("layer%d/", l.Layer)
			for _, s := range scalars(l) {
				values = appendScalar(values, layer+s.name, s.value)
			}
			for _, s := range shapes(l) {
				values = appendHistogram(values, layer+s.name, s)
			}
		}
		list = append(list, summary{snapshot.Update, values})
	}
	slices.SortStableFunc(list, func(a, b summary) int { return cmp.Compare(a.update, b.update) })
	return list
}

// appendScalar appends a Summary.Value with its simple_value.
func appendScalar(b []byte, tag string, v float64) []byte {
	value := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), tag)
	value = protowire.AppendFixed32(protowire.AppendTag(value, 2, protowire.Fixed32Type), math.Float32bits(float32(v)))
	return appendMessage(b, 1, value)
}

// appendHistogram appends a Summary.Value with its histo, a HistogramProto. Its buckets are the bins, and one more bucket of the
// same width on a side where values lie outside, since their distance is unknown.
func appendHistogram(b []byte, tag string, s shape) []byte {
	h := s.histogram
	low, high, width := h.Low, h.High, h.Width()
	var limits, counts []byte
	bucket := func(limit float64, count int64) {
		limits = protowire.AppendFixed64(limits, math.Float64bits(limit))
		counts = protowire.AppendFixed64(counts, math.Float64bits(float64(count)))
	}
	if h.Below > 0 {
		low -= width
		bucket(h.Low, h.Below)
	}
	for k, n := range h.Counts {
		bucket(h.Low+float64(float64(k+1)*width), n)
	}
	if h.Above > 0 {
		high += width
		bucket(high, h.Above)
	}
	n := float64(s.n)
	sum, squares := n*s.mean, n*(s.mean*s.mean+s.std*s.std)
	if n == 0 {
		sum, squares = 0, 0 // the mean of nothing is NaN
	}
	var histo []byte
	for i, v := range []float64{low, high, n, sum, squares} {
		histo = appendDouble(histo, protowire.Number(i+1), v) // min, max, num, sum, sum_squares
	}
	histo = appendMessage(histo, 6, limits)
	histo = appendMessage(histo, 7, counts)
	value := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), tag)
	return appendMessage(b, 1, appendMessage(value, 5, histo))
}

func appendDouble(b []byte, field protowire.Number, v float64) []byte {
	return protowire.AppendFixed64(protowire.AppendTag(b, field, protowire.Fixed64Type), math.Float64bits(v))
}

func appendMessage(b []byte, field protowire.Number, message []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, field, protowire.BytesType), message)
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// masked is the checksum as records have it: rotated, and with a constant added, so that data may contain checksums.
func masked(data []byte) uint32 {
	c := crc32.Checksum(data, castagnoli)
	return bits.RotateLeft32(c, 17) + 0xa282ead8
}

// writeRecord writes one record of an event file.
func writeRecord(w io.Writer, data []byte) error {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(data)))
	b = binary.LittleEndian.AppendUint32(b, masked(b))
	b = append(b, data...)
	b = binary.LittleEndian.AppendUint32(b, masked(data))
	_, err := w.Write(b)
	return err
}
