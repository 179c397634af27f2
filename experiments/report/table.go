package report

import "fmt"

// A Table is cells in named columns and rows, for readers and, with its
// numbers, for programs.
type Table struct {
	ID      string   `json:"id"` // "table1"
	Caption string   `json:"caption"`
	Corner  string   `json:"corner"` // names what the rows are
	Columns []Column `json:"columns"`
	Rows    []Row    `json:"rows"`
	Notes   []string `json:"notes,omitempty"` // shown below
	Minor   bool     `json:"-"`               // folded on a page
}

// A Column is named by itself and by its group: neighbours of one group share a
// heading.
type Column struct {
	Group string `json:"group,omitempty"`
	Name  string `json:"name"`
}

// A Row is named, and has a cell for each column.
type Row struct {
	Name  string `json:"name"`
	Cells []Cell `json:"cells"`
}

// A Cell is a text and, unless it is only words, the number that the text shows.
type Cell struct {
	Text     string    `json:"text"`
	Value    *Number   `json:"value,omitempty"`
	Interval *Interval `json:"interval,omitempty"` // of the value over seeds
	Bold     bool      `json:"bold,omitempty"`     // the caption says what that means
}

// Words returns a cell without a number.
func Words(text string) Cell { return Cell{Text: text} }

// Figures returns a cell that shows a number as text.
func Figures(text string, value float64) Cell {
	v := Number(value)
	return Cell{Text: text, Value: &v}
}

// Validate reports an invalid id, a table without columns, or a row whose number
// of cells is not that of the columns.
func (t Table) Validate() error {
	if !validID.MatchString(t.ID) {
		return fmt.Errorf("report: table id %q: want a lower-case letter, then letters, digits and hyphens", t.ID)
	}
	if len(t.Columns) == 0 {
		return fmt.Errorf("report: table %s has no columns", t.ID)
	}
	for _, r := range t.Rows {
		if len(r.Cells) != len(t.Columns) {
			return fmt.Errorf("report: table %s: row %q has %d cells in %d columns", t.ID, r.Name, len(r.Cells), len(t.Columns))
		}
	}
	return nil
}

// A span is a heading over several columns.
type span struct {
	Name    string
	Columns int
}

// groups returns the headings above the columns; none if no column has a group.
func (t Table) groups() []span {
	var all []span
	grouped := false
	for i, c := range t.Columns {
		grouped = grouped || c.Group != ""
		if i > 0 && c.Group == t.Columns[i-1].Group {
			all[len(all)-1].Columns++
			continue
		}
		all = append(all, span{c.Group, 1})
	}
	if !grouped {
		return nil
	}
	return all
}

// starts reports whether column i begins a group.
func (t Table) starts(i int) bool {
	return i > 0 && t.Columns[i].Group != t.Columns[i-1].Group
}
