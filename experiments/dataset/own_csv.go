package dataset

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// labelColumns are the names of a column of labels, the first one that exists.
var labelColumns = []string{"label", "labels", "class", "target", "y"}

// missingValues are how tables say that a value is missing.
var missingValues = []string{"", "na", "n/a", "nan", "null", "none", "?", "-", "nil"}

// readCSV adds a table to a split.
func (e *examples) readCSV(r io.Reader, to int) error {
	t, err := newTable(r)
	if err != nil {
		return err
	}
	first, err := t.next()
	if err == io.EOF {
		return errors.New("it has no lines")
	}
	if err != nil {
		return err
	}
	if len(first) < 2 {
		return errors.New("its first line is one column, must be features and a label, separated by commas, semicolons or tabs")
	}
	if err := t.findLabels(first); err != nil {
		return err
	}
	if t.names != nil {
		first = nil
	}
	s := &e.splits[to]
	s.shape = []int{t.columns - 1}
	if s.values == nil {
		s.values = []float32{}
	}
	for {
		row := first
		if first = nil; row == nil {
			if row, err = t.next(); err == io.EOF {
				break
			} else if err != nil {
				return err
			}
		}
		if err := t.add(row, s); err != nil {
			return err
		}
	}
	if len(s.labels) == 0 {
		return errors.New("it has a header and no examples")
	}
	return wholeNumbers(s.labels, func(i int) string { return fmt.Sprintf("the label of example %d", i+1) })
}

// A table reads the rows of a CSV file.
type table struct {
	rows    *csv.Reader
	columns int
	label   int               // column of the label
	names   []string          // of the columns; nil if there is no header
	words   map[string]string // every label once, so that no line stays in memory for its label
}

// newTable recognises the separator by the first line.
func newTable(r io.Reader) (*table, error) {
	const most = 1 << 16
	b := bufio.NewReaderSize(r, most)
	if start, _ := b.Peek(3); string(start) == "\xef\xbb\xbf" { // a byte order mark
		b.Discard(3)
	}
	start, _ := b.Peek(most)
	if slices.Contains(start, 0) {
		return nil, fmt.Errorf("it is neither text nor another format that is read; allowed: %s", ownFormats)
	}
	line, _, lines := strings.Cut(string(start), "\n")
	if !lines && strings.Contains(line, "\r") {
		return nil, errors.New("its lines end in carriage returns alone; save it with the line ends of Unix or of Windows")
	}
	rows, count := csv.NewReader(b), 0
	rows.TrimLeadingSpace = true
	for _, c := range ",;\t" {
		if n := strings.Count(line, string(c)); n > count {
			rows.Comma, count = c, n
		}
	}
	return &table{rows: rows, words: map[string]string{}}, nil
}

// next returns the next row, without spaces around its cells.
func (t *table) next() ([]string, error) {
	row, err := t.rows.Read()
	if err == io.EOF {
		return nil, io.EOF
	}
	if p := new(csv.ParseError); errors.As(err, &p) {
		if errors.Is(err, csv.ErrFieldCount) {
			return nil, fmt.Errorf("line %d has %d columns, the first one %d", p.Line, len(row), t.columns)
		}
		return nil, fmt.Errorf("line %d, character %d: %w", p.Line, p.Column, p.Err)
	}
	if err != nil {
		return nil, err
	}
	for i, cell := range row {
		row[i] = strings.TrimSpace(cell)
	}
	if t.columns == 0 {
		t.columns = len(row)
	}
	return row, nil
}

// findLabels recognises the header and the column of the labels from the first row: it is a header if its cells are not numbers, without
// regard to the last one, which may be a word as a label.
func (t *table) findLabels(first []string) error {
	t.label = t.columns - 1
	isName := func(cell string) bool {
		_, err := strconv.ParseFloat(cell, 64)
		return err != nil && !slices.Contains(missingValues, strings.ToLower(cell))
	}
	name := slices.IndexFunc(first[:t.label], isName)
	number := slices.IndexFunc(first[:t.label], func(cell string) bool { return cell != "" && !isName(cell) })
	switch {
	case slices.ContainsFunc(first, func(cell string) bool { return slices.Contains(labelColumns, strings.ToLower(cell)) }):
	case name < 0:
		return nil
	case number >= 0:
		return fmt.Errorf("line 1, column %d: got %q beside the number %s of column %d; must be a header of names, or an example of numbers whose label is in the last column",
			name+1, first[name], first[number], number+1)
	}
	if first[0] == "" {
		return errors.New("line 1, column 1 has no name: it seems to number the lines, as pandas writes them; save the table without its index")
	}
	t.names = first
	for _, name := range labelColumns {
		if i := slices.IndexFunc(first, func(cell string) bool { return strings.EqualFold(cell, name) }); i >= 0 {
			t.label = i
			break
		}
	}
	return nil
}

// add adds a row to a split.
func (t *table) add(row []string, s *split) error {
	for i, cell := range row {
		if i == t.label {
			if slices.Contains(missingValues, strings.ToLower(cell)) {
				return fmt.Errorf("%s: the label is missing (%q)", t.place(i), cell)
			}
			word, known := t.words[cell]
			if !known {
				word = strings.Clone(cell)
				t.words[word] = word
			}
			s.labels = append(s.labels, word)
			continue
		}
		v, err := strconv.ParseFloat(cell, 64)
		switch {
		case err == nil && math.Abs(v) <= math.MaxFloat32:
			s.values = append(s.values, float32(v))
		case slices.Contains(missingValues, strings.ToLower(cell)):
			return fmt.Errorf("%s: the value is missing (%q); leave the line out or fill it in", t.place(i), cell)
		case err == nil || errors.Is(err, strconv.ErrRange):
			return fmt.Errorf("%s: got %s, must be a finite number in the range of float32", t.place(i), cell)
		default:
			return fmt.Errorf("%s: got %q, must be a number such as 1.5", t.place(i), cell)
		}
	}
	return nil
}

// place names a cell of the last row.
func (t *table) place(i int) string {
	line, _ := t.rows.FieldPos(i)
	text := fmt.Sprintf("line %d, column %d", line, i+1)
	if t.names != nil {
		text += " (" + t.names[i] + ")"
	}
	return text
}

// wholeNumbers writes labels that are numbers as whole numbers. It is an error if all are numbers and one of them is not whole.
func wholeNumbers(labels []string, place func(i int) string) error {
	for _, label := range labels {
		if _, err := strconv.ParseFloat(label, 64); err != nil {
			return nil // words
		}
	}
	for i, label := range labels {
		v, err := strconv.ParseFloat(label, 64)
		if labels[i] = strconv.FormatInt(int64(v), 10); err != nil || float64(int64(v)) != v {
			return fmt.Errorf("%s is %s, must be a whole number or a word", place(i), label)
		}
	}
	return nil
}
