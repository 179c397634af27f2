package watch

import (
	"slices"
	"strings"

	"glorot/experiments/show"

	tea "charm.land/bubbletea/v2"
)

// helpText explains the keys.
var helpText = [][2]string{
	{"↑ ↓ or k j", "choose a run, or a layer"},
	{"enter", "show the layers of the run"},
	{"esc", "go back to the list"},
	{"space", "pin the run: its curve stays"},
	{"/", "filter the list by a part of the path, or by key=value"},
	{"s, S", "sort by the next column, in the other direction"},
	{"l", "logarithmic scale of the errors"},
	{"← →", "go back in time, and forward, by one record"},
	{"PgUp PgDn", "by ten records"},
	{"home, end", "the beginning, the present"},
	{"tab", "the next quantity of the layers"},
	{"g", "histograms of activations, of dCost/ds, or of dCost/dW"},
	{"?", "this help"},
	{"q", "quit"},
}

// key handles a key.
func (m *Model) key(msg tea.KeyPressMsg) tea.Cmd {
	key := msg.String()
	if key == "ctrl+c" {
		return tea.Quit
	}
	if m.list.typing {
		m.list.edit(key, msg.Text)
		return m.openShown()
	}
	if m.help {
		m.help = false
		return nil
	}
	switch key {
	case "q":
		return tea.Quit
	case "?":
		m.help = true
	case "esc":
		switch {
		case m.at >= 0:
			m.at = -1
		case m.single:
			m.single = false
		default:
			m.list.filter = ""
		}
	case "enter":
		m.enter()
	case "up", "k":
		return m.move(-1)
	case "down", "j":
		return m.move(1)
	case "space":
		if h, ok := m.selected(); ok {
			m.pinned[h.Path] = !m.pinned[h.Path]
		}
	case "/":
		m.single, m.list.typing = false, true
	case "s":
		m.list.sort = (m.list.sort + 1) % len(columns)
	case "S":
		m.list.down = !m.list.down
	case "l":
		m.log = !m.log
	case "tab":
		m.quantity++
	case "g":
		m.signal = (m.signal + 1) % len(signals)
	case "left":
		m.travel(-1)
	case "right":
		m.travel(1)
	case "pgup":
		m.travel(-10)
	case "pgdown":
		m.travel(10)
	case "home":
		if updates := m.updates(); len(updates) > 0 {
			m.at = updates[0]
		}
	case "end":
		m.at = -1
	}
	return m.openShown()
}

// move chooses another run or layer.
func (m *Model) move(by int) tea.Cmd {
	if m.single {
		if o := m.current(); o != nil {
			m.layer = min(max(1, m.layer+by), max(1, o.Layers.Depth))
		}
		return nil
	}
	m.list.move(by, m.rows())
	return m.openShown()
}

// enter shows the layers of the selected run.
func (m *Model) enter() {
	if h, ok := m.selected(); ok {
		m.single, m.list.selected = true, h.Path
	}
}

// updates lists the updates of the selected run with a record of the layers or of the errors.
func (m *Model) updates() []int {
	o := m.current()
	if o == nil {
		return nil
	}
	all := slices.Concat(o.Layers.Updates, o.Valid.Updates)
	slices.Sort(all)
	return slices.Compact(all)
}

// travel moves the cursor over the recorded updates. Beyond the last one it is the present.
func (m *Model) travel(by int) {
	updates := m.updates()
	if len(updates) == 0 {
		return
	}
	at := len(updates)
	if m.at >= 0 {
		at, _ = slices.BinarySearch(updates, m.at)
	} else if by < 0 {
		at-- // the present is the last record
	}
	if at = max(0, at+by); at < len(updates) {
		m.at = updates[at]
	} else {
		m.at = -1
	}
}

// click chooses the run in a row of the list.
func (m *Model) click(_, y int) tea.Cmd {
	rows := m.rows()
	if i := y - listTop + m.list.top; !m.single && y >= listTop && y < listTop+m.listHeight() && i < len(rows) {
		m.list.selected = rows[i].Path
		return m.openShown()
	}
	return nil
}

// chosenQuantity is the quantity that is drawn over time.
func (m *Model) chosenQuantity(o *opened) (show.Quantity, bool) {
	if list := show.Of(&o.Layers); len(list) > 0 {
		return list[m.quantity%len(list)], true
	}
	return show.Quantity{}, false
}

// edit changes the filter by a key.
func (l *listState) edit(key, text string) {
	switch key {
	case "enter":
		l.typing = false
	case "esc":
		l.typing, l.filter = false, ""
	case "backspace":
		if letters := []rune(l.filter); len(letters) > 0 {
			l.filter = string(letters[:len(letters)-1])
		}
	default:
		l.filter += strings.ReplaceAll(text, "\n", "")
	}
}
