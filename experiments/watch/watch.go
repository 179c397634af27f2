// Package watch shows runs on a terminal while they are trained: a list of them, their curves over each other, and the layers of one run, now or at
// any recorded update. It reads their files alone, so that it shows runs of other processes and machines.
package watch

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"slices"
	"sync/atomic"
	"time"

	"glorot/experiments/live"
	"glorot/experiments/run/query"

	tea "charm.land/bubbletea/v2"
)

// Times between two readings.
const (
	readEvery = 250 * time.Millisecond // of the runs on the screen
	listEvery = 2 * time.Second        // of the list of all runs, if that is fast
)

// compared is how many runs are compared to find the keys in which runs differ.
const compared = 100

// A Model is the state of the screen. It implements [tea.Model].
type Model struct {
	paths  []string
	lister *live.Lister
	now    func() time.Time

	heads     []live.Head   // all runs
	listed    bool          // heads is known
	listing   bool          // a list is being read
	listTime  time.Time     // at which the last list began
	listPause time.Duration // until the next one begins
	listError error
	differing []string // the keys in which the first runs differ

	open    map[string]*opened // runs whose logs are read
	loading map[string]bool
	pinned  map[string]bool
	inks    map[string]int // of the runs, in the order in which they were first listed

	list     listState
	single   bool // the layers of one run, not the list
	help     bool
	log      bool // scale of errors
	at       int  // the update that is shown, live if negative
	layer    int  // that is chosen, from 1
	quantity int  // of show.Of
	signal   int  // of the histograms: activations, gradients of s, of W

	width, height int
	view          string // of what is known; "" if it has changed
}

// opened is a run whose log is read.
type opened struct {
	*live.Follower
	gone       bool
	err        error
	histograms map[int]record // by snapshot
}

// New returns a model of the runs that the paths name; now is the clock.
func New(now func() time.Time, paths ...string) *Model {
	return &Model{
		paths: paths, lister: live.NewLister(paths...), now: now, at: -1, layer: 1,
		open: map[string]*opened{}, loading: map[string]bool{}, pinned: map[string]bool{}, inks: map[string]int{},
	}
}

// Run shows the runs until the user quits or the context ends.
func Run(ctx context.Context, paths ...string) error {
	_, err := tea.NewProgram(New(time.Now, paths...), tea.WithContext(ctx), tea.WithFPS(20), tea.WithoutSignalHandler()).Run()
	return err
}

// While shows a run while a function trains it, which may ask whether the user has left the screen. After an error of the function, which is
// returned, the screen is left.
func While(ctx context.Context, dir string, train func(left func() bool) error) error {
	screen, leave := context.WithCancel(ctx)
	defer leave()
	var left atomic.Bool
	done := make(chan error, 1)
	go func() {
		err := train(left.Load)
		if err != nil {
			leave()
		}
		done <- err
	}()
	failed := Run(screen, dir)
	left.Store(true)
	if err := <-done; err != nil || ctx.Err() != nil {
		return err
	}
	return failed
}

// Messages that the model sends itself.
type (
	tickMsg  time.Time
	headsMsg struct {
		heads   []live.Head
		changed bool
		err     error
	}
	openedMsg struct {
		path string
		f    *live.Follower
		err  error
	}
)

// Init begins to read.
func (m *Model) Init() tea.Cmd { return tea.Batch(m.readList(), tick(readEvery)) }

func tick(after time.Duration) tea.Cmd {
	return tea.Tick(after, func(t time.Time) tea.Msg { return tickMsg(t) })
}

// readList lists the runs on another goroutine, one list at a time.
func (m *Model) readList() tea.Cmd {
	m.listing = true
	lister, now := m.lister, m.now()
	m.listTime = now
	return func() tea.Msg {
		heads, changed, err := lister.List(context.Background(), now)
		return headsMsg{heads, changed, err}
	}
}

// Update changes the model by a message.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tickMsg:
		return m, m.tick()
	case headsMsg:
		return m, m.takeHeads(msg)
	case openedMsg:
		delete(m.loading, msg.path)
		m.open[msg.path] = &opened{Follower: msg.f, err: msg.err, histograms: map[int]record{}}
		m.view = ""
		return m, nil
	case tea.WindowSizeMsg:
		m.width, m.height, m.view = msg.Width, msg.Height, ""
	case tea.KeyPressMsg:
		m.view = ""
		return m, m.key(msg)
	case tea.MouseWheelMsg:
		m.view = ""
		if msg.Button == tea.MouseWheelUp {
			return m, m.move(-1)
		}
		return m, m.move(1)
	case tea.MouseClickMsg:
		m.view = ""
		return m, m.click(msg.X, msg.Y)
	}
	return m, nil
}

// tick reads what is new.
func (m *Model) tick() tea.Cmd {
	for _, o := range m.open {
		if o.err != nil {
			continue
		}
		id, start := o.Head.ID, o.Head.Start
		changed, err := o.Read(m.now())
		if o.Head.ID != id || !o.Head.Start.Equal(start) { // another run has its place
			clear(o.histograms)
		}
		switch {
		case errors.Is(err, fs.ErrNotExist):
			if !o.gone {
				o.gone, m.view = true, ""
			}
		case err == nil && changed:
			o.gone, m.view = false, ""
		}
	}
	next := readEvery
	if m.readHistograms() {
		next, m.view = readEvery/4, ""
	}
	if !m.listing && m.now().Sub(m.listTime) >= m.listPause {
		return tea.Batch(tick(next), m.readList())
	}
	return tick(next)
}

func (m *Model) takeHeads(msg headsMsg) tea.Cmd {
	m.listing = false
	m.listPause = max(listEvery, min(50*m.now().Sub(m.listTime), 5*listEvery)) // of thousands of runs less often
	if msg.err == nil && !msg.changed && m.listed && m.listError == nil {
		return nil
	}
	m.listed, m.listError, m.view = true, msg.err, ""
	if msg.err != nil {
		return nil
	}
	m.heads = msg.heads
	m.differing = query.Differing(m.heads[:min(len(m.heads), compared)])
	for _, h := range m.heads {
		if _, ok := m.inks[h.Path]; !ok {
			m.inks[h.Path] = len(m.inks) % len(seriesInks)
		}
	}
	if len(m.heads) == 1 && m.list.selected == "" {
		m.enter()
	}
	return m.openShown()
}

// openShown begins to read the runs that are on the screen and not open.
func (m *Model) openShown() tea.Cmd {
	var cmds []tea.Cmd
	for _, path := range m.shown() {
		if m.open[path] != nil || m.loading[path] {
			continue
		}
		m.loading[path] = true
		now := m.now()
		cmds = append(cmds, func() tea.Msg {
			f, err := live.Follow(path, now)
			return openedMsg{path, f, err}
		})
	}
	for path := range m.open { // a run that is no longer shown is read again when it is
		if !slices.Contains(m.shown(), path) {
			delete(m.open, path)
		}
	}
	return tea.Batch(cmds...)
}

// shown lists the runs whose curves are on the screen: the selected one and those that are pinned.
func (m *Model) shown() []string {
	var paths []string
	if h, ok := m.selected(); ok {
		paths = append(paths, h.Path)
	}
	for _, h := range m.heads {
		if m.pinned[h.Path] && !slices.Contains(paths, h.Path) {
			paths = append(paths, h.Path)
		}
	}
	return paths
}

// current is the selected run if its log is read.
func (m *Model) current() *opened {
	if h, ok := m.selected(); ok {
		if o := m.open[h.Path]; o != nil && o.Follower != nil && o.err == nil {
			return o
		}
	}
	return nil
}

// instant is the update that is shown: the cursor's, or the last one.
func (m *Model) instant() int {
	if m.at >= 0 {
		return m.at
	}
	return math.MaxInt
}

// View shows the model.
func (m *Model) View() tea.View {
	if m.view == "" {
		m.view = m.draw().String()
	}
	v := tea.NewView(m.view)
	v.AltScreen = true
	v.MouseMode = tea.MouseModeCellMotion
	v.WindowTitle = "glorot watch"
	return v
}
