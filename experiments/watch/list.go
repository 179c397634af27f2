package watch

import (
	"cmp"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"glorot/experiments/live"
	"glorot/experiments/run"
	"glorot/experiments/run/query"
)

// listState is what the user has chosen about the list.
type listState struct {
	filter   string
	typing   bool // the filter is being written
	sort     int  // of columns
	down     bool
	selected string // a path
	top      int    // the first row on the screen
}

// columns by which the list can be sorted.
var columns = []struct {
	name    string
	compare func(a, b live.Head) int
}{
	{"path", func(a, b live.Head) int { return strings.Compare(a.Path, b.Path) }},
	{"start", func(a, b live.Head) int { return a.Start.Compare(b.Start) }},
	{"status", func(a, b live.Head) int { return strings.Compare(a.Status, b.Status) }},
	{"progress", func(a, b live.Head) int { return cmp.Compare(share(a), share(b)) }},
	{"error", func(a, b live.Head) int { return cmp.Compare(lastError(a), lastError(b)) }},
}

func share(h live.Head) float64 { return float64(h.Update) / float64(max(1, h.Updates)) }

func lastError(h live.Head) float64 {
	if h.TestError == nil {
		return math.Inf(1)
	}
	return *h.TestError
}

// keeps reports whether a run has every word of the filter: in its path or status, or as the value of a key.
func (l *listState) keeps(h live.Head) bool {
	for _, word := range strings.Fields(l.filter) {
		key, value, isKey := strings.Cut(word, "=")
		if isKey && !strings.HasPrefix(strings.ReplaceAll(h.Value(key), " ", ""), value) || !isKey && !strings.Contains(h.Path+" "+h.Status, word) {
			return false
		}
	}
	return true
}

// rows lists the runs that the filter keeps, sorted.
func (m *Model) rows() []live.Head {
	rows := slices.DeleteFunc(slices.Clone(m.heads), func(h live.Head) bool { return !m.list.keeps(h) })
	slices.SortStableFunc(rows, func(a, b live.Head) int {
		c := columns[m.list.sort].compare(a, b)
		if m.list.down {
			c = -c
		}
		return c
	})
	return rows
}

// selected returns the run whose layers are shown, even if it is filtered out or deleted, or the selected run of the list, or its first one.
func (m *Model) selected() (live.Head, bool) {
	if m.single {
		if i := slices.IndexFunc(m.heads, func(h live.Head) bool { return h.Path == m.list.selected }); i >= 0 {
			return m.heads[i], true
		}
		if o := m.open[m.list.selected]; o != nil && o.Follower != nil {
			return o.Head, true
		}
	}
	rows := m.rows()
	if len(rows) == 0 {
		return live.Head{}, false
	}
	return rows[m.list.index(rows)], true
}

func (l *listState) index(rows []live.Head) int {
	return max(0, slices.IndexFunc(rows, func(h live.Head) bool { return h.Path == l.selected }))
}

func (l *listState) move(by int, rows []live.Head) {
	if len(rows) > 0 {
		l.selected = rows[min(max(0, l.index(rows)+by), len(rows)-1)].Path
	}
}

// name is the path of a run below the only folder that is watched.
func (m *Model) name(path string) string {
	if len(m.paths) == 1 && len(m.heads) > 1 {
		if name, err := filepath.Rel(m.paths[0], path); err == nil {
			return name
		}
	}
	return path
}

// listTop is the first row of the list on the screen.
const listTop = 2

// listHeight is the number of rows of the list.
func (m *Model) listHeight() int { return max(3, min(len(m.rows()), (m.height-4)/2)) }

// drawList draws the list, and below it the errors of the selected and the pinned runs.
func (m *Model) drawList(s *screen) {
	rows := m.rows()
	m.drawTitle(s, len(rows))
	table := s.part(0, listTop-1, s.width, m.listHeight()+1)
	m.drawTable(table, rows)
	if len(m.shown()) > 0 {
		m.drawErrors(s.part(0, listTop+m.listHeight(), s.width, s.height-listTop-m.listHeight()-1), false)
	}
}

func (m *Model) drawTitle(s *screen, kept int) {
	running := 0
	for _, h := range m.heads {
		if h.Status == run.Running {
			running++
		}
	}
	title := fmt.Sprintf("%d of %d runs, %d running", kept, len(m.heads), running)
	if !m.listed {
		title = "reading the runs …"
	}
	s.text(s.text(0, 0, strong, "glorot watch ")+1, 0, ink{}, shorten(strings.Join(m.paths, " "), max(10, s.width-60)))
	s.right(s.width, 0, ink{}, title)
}

// drawTable draws the rows around the selected one.
func (m *Model) drawTable(s *screen, rows []live.Head) {
	at := []int{0, max(20, s.width-58), s.width - 46, s.width - 26, s.width - 15, s.width} // of the columns
	path := at[1] - 4
	if s.width >= wideScreen && len(m.differing) > 0 {
		path = path / 2
		s.part(0, 0, at[1]-1, 1).text(path+4, 0, quiet, strings.Join(m.differing, "  "))
	}
	for i, name := range []string{"  RUN", "STATUS", "PROGRESS", "", ""} {
		s.text(at[i], 0, quiet, name)
	}
	s.right(at[4]-2, 0, quiet, "ERROR")
	s.right(at[5]-1, 0, quiet, "TIME LEFT")
	switch {
	case m.listError != nil:
		s.text(2, 1, seriesInks[4], m.listError.Error())
		return
	case len(rows) == 0 && m.listed && m.list.filter != "":
		s.text(2, 1, quiet, "No run matches the filter.")
		return
	case len(rows) == 0 && m.listed:
		s.text(2, 1, quiet, "There are no runs.")
		return
	}
	height, selected := s.height-1, m.list.index(rows)
	m.list.top = min(max(m.list.top, selected-height+1), selected)
	m.list.top = max(0, min(m.list.top, len(rows)-height))
	for y := 0; y < height && m.list.top+y < len(rows); y++ {
		i := m.list.top + y
		h := rows[i]
		row := ink{}
		if i == selected {
			row = chosen
			s.text(0, y+1, row, strings.Repeat(" ", s.width))
		}
		mark := "  "
		if m.pinned[h.Path] || i == selected {
			mark = string(m.mark(h.Path)) + " "
		}
		color := seriesInks[m.inks[h.Path]]
		color.reverse = row.reverse
		s.text(0, y+1, color, mark)
		s.text(2, y+1, row, shorten(m.name(h.Path), path))
		if path < at[1]-4 {
			s.part(0, 0, at[1]-1, s.height).text(path+4, y+1, row, strings.Join(query.Project(h, m.differing).Values(), "  "))
		}
		status := statusInk(h.Status)
		status.reverse = row.reverse
		s.text(at[1], y+1, status, h.Status)
		s.text(at[2], y+1, row, progress(h, 10))
		s.right(at[4]-2, y+1, row, errorOf(h))
		s.right(at[5]-1, y+1, row, left(h, m.now()))
	}
}

// drawErrors draws the validation errors, or the costs, of all runs that are shown, with their values at the cursor.
func (m *Model) drawErrors(s *screen, cost bool) {
	of := "validation"
	if o := m.current(); o != nil {
		_, of = o.Course()
	}
	c := chart{title: of + " error", log: m.log, percent: !cost, cursor: math.NaN()}
	if cost {
		c.title = of + " cost, nats"
	}
	if m.at >= 0 {
		c.cursor = float64(m.at)
	}
	legend := s.part(len(c.title)+2, 0, s.width-len(c.title)-2, 1)
	end, shown := 0, m.shown()
	for _, path := range shown {
		o := m.open[path]
		if o == nil || o.Follower == nil {
			continue
		}
		color := seriesInks[m.inks[path]]
		course, _ := o.Course()
		values := course.Error
		if cost {
			values = course.NLL
		}
		line := curve{x: floats(course.Updates), y: values, ink: color}
		if len(shown) > 1 {
			line.mark = m.mark(path)
		}
		c.curves = append(c.curves, line)
		if n := len(course.Updates); n > 0 {
			c.highX = max(c.highX, float64(course.Updates[n-1]))
		}
		end = legend.text(end, 0, color, string(m.mark(path))+" ")
		name := ""
		if len(shown) > 1 {
			name = shorten(m.name(path), 24) + " "
		}
		value := valueAt(course, values, m.instant(), !cost)
		if o.gone {
			value = "deleted"
		}
		end = legend.text(end, 0, ink{}, name+value+"  ")
	}
	slices.Reverse(c.curves) // the selected one is above the others
	c.highX = max(c.highX, 1)
	c.draw(s)
}

// mark tells a run from the others that are shown, also without colours: a letter in the order of the list.
func (m *Model) mark(path string) rune {
	shown := m.shown()
	if len(shown) < 2 {
		return '■'
	}
	slices.Sort(shown)
	return 'a' + rune(slices.Index(shown, path)%26)
}

// valueAt is the last value up to an update.
func valueAt(c live.Curve, values []float64, update int, share bool) string {
	i, found := slices.BinarySearch(c.Updates, update)
	if !found {
		i--
	}
	switch {
	case i < 0:
		return "-"
	case share:
		return percent(values[i])
	}
	return number(values[i])
}

func floats(x []int) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}
