package svm

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"glorot/experiments/dataset"
	"glorot/experiments/measure"
)

// writeSet writes images in LIBSVM's sparse text: a line for each, with the
// label and then, for every pixel that is not 0, its number from 1 on, a colon
// and its grey level 0 to 255. The kernel depends on distances only, so that
// gamma can include the scale of the inputs; see greyGamma.
func writeSet(w io.Writer, s *dataset.Set) error {
	var line []byte
	for i, label := range s.Labels {
		line = strconv.AppendUint(line[:0], uint64(label), 10)
		for k, grey := range s.Images[i*s.Features : (i+1)*s.Features] {
			if grey == 0 {
				continue
			}
			line = append(line, ' ')
			line = strconv.AppendInt(line, int64(k)+1, 10)
			line = append(line, ':')
			line = strconv.AppendUint(line, uint64(grey), 10)
		}
		line = append(line, '\n')
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	return nil
}

// createSet writes images into a new file.
func createSet(path string, s *dataset.Set) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() {
		if closed := f.Close(); err == nil {
			err = closed
		}
	}()
	w := bufio.NewWriterSize(f, 1<<20)
	if err := writeSet(w, s); err != nil {
		return err
	}
	return w.Flush()
}

// readWrong compares the predictions in a file, one label per line, with the labels.
func readWrong(path string, labels []uint8) (measure.Bits, error) {
	f, err := os.Open(path)
	if err != nil {
		return measure.Bits{}, err
	}
	defer f.Close()
	var predictions []uint8
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		label, err := strconv.ParseUint(strings.TrimSpace(lines.Text()), 10, 8)
		if err != nil {
			return measure.Bits{}, fmt.Errorf("%s: line %d is %.20q, want a label", path, len(predictions)+1, lines.Text())
		}
		predictions = append(predictions, uint8(label))
	}
	if err := lines.Err(); err != nil {
		return measure.Bits{}, fmt.Errorf("%s: %w", path, err)
	}
	wrong, err := measure.Wrong(predictions, labels)
	if err != nil {
		return measure.Bits{}, fmt.Errorf("%s: %w", path, err)
	}
	return wrong, nil
}

// readSupportVectors returns the number of support vectors in a model file: its
// header, which ends with the line SV, has a line total_sv with it.
func readSupportVectors(path string) (int, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	header := bufio.NewScanner(f)
	for header.Scan() && header.Text() != "SV" {
		if count, found := strings.CutPrefix(header.Text(), "total_sv "); found {
			n, err := strconv.Atoi(count)
			if err != nil {
				return 0, fmt.Errorf("%s: total_sv is %.20q, want a number", path, count)
			}
			return n, nil
		}
	}
	if err := header.Err(); err != nil {
		return 0, fmt.Errorf("%s: %w", path, err)
	}
	return 0, fmt.Errorf("%s: no line total_sv in the header", path)
}
