package watch

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"glorot/experiments/measure"
	"glorot/experiments/run"
	"glorot/experiments/train"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

var update = flag.Bool("update", false, "rewrite the golden screens in testdata")

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// newRun makes a run of two hidden layers with a record every 100 updates up to last, of which error is the validation error.
func newRun(t *testing.T, dir string, seed uint64, last int, share func(update int) float64) *run.Run {
	t.Helper()
	c := run.Default()
	c.Seed, c.Model.Hidden, c.Train.Updates = seed, []int{20, 10}, 2000
	r, err := run.Create(dir, c, run.Origin{Numbers: 1, Time: noon.Add(-time.Duration(seed) * time.Hour), Data: run.Images{Checksum: "0", Valid: 1000, Test: 1000}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	for u := 0; u <= last; u += 100 {
		logAt(t, r, u, share(u))
	}
	return r
}

// logAt logs a snapshot and errors.
func logAt(t *testing.T, r *run.Run, u int, share float64) {
	t.Helper()
	score := run.Score{Event: run.ValidEvent, Update: u, Examples: 1000, Errors: int(1000 * share), Error: share, NLL: 2 * share}
	test := score
	test.Event, test.Error = run.TestEvent, share+0.01
	for _, record := range []any{run.LayersRecord{Event: run.LayersEvent, Layers: snapshot(u)}, score, test} {
		if err := r.Log(record); err != nil {
			t.Fatal(err)
		}
	}
}

// snapshot has activations of a normal distribution whose deviation grows, and gradients that fall with depth.
func snapshot(u int) train.Layers {
	l := train.Layers{Update: u}
	for layer := 1; layer <= 3; layer++ {
		std := 0.2*float64(layer) + float64(u)/5000
		h := measure.NewHistogram(-1, 1, 41)
		for k, x := range h.Centers() {
			h.Counts[k] = int64(1000 * math.Exp(-x*x/(2*std*std)))
		}
		g := &measure.GradientStats{N: 10, Std: math.Pow(10, float64(layer-3)), Histogram: *h}
		of := train.Layer{Layer: layer, DS: g, DW: g, Z: &measure.Summary{N: 10, Std: std, Saturated: std / 2, Histogram: *h}}
		if layer == 3 {
			of.Z = nil
		}
		l.Layers = append(l.Layers, of)
	}
	return l
}

// A terminal drives a model as a program would, but reads at once.
type terminal struct {
	*Model
	t     *testing.T
	clock time.Time
}

func newTerminal(t *testing.T, width, height int, paths ...string) *terminal {
	term := &terminal{t: t, clock: noon}
	term.Model = New(func() time.Time { return term.clock }, paths...)
	term.send(tea.WindowSizeMsg{Width: width, Height: height})
	term.run(term.readList())
	term.wait(0)
	return term
}

// send sends a message, and the messages to which it leads.
func (term *terminal) send(msg tea.Msg) {
	_, cmd := term.Update(msg)
	term.run(cmd)
}

func (term *terminal) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			term.run(c)
		}
	case tickMsg: // the next tick comes with wait
	default:
		term.send(msg)
	}
}

// wait lets time pass, with a tick at its end, and reads all histograms.
func (term *terminal) wait(d time.Duration) {
	term.clock = term.clock.Add(d)
	for {
		_, cmd := term.Update(tickMsg{})
		if batch, ok := cmd().(tea.BatchMsg); ok {
			for _, c := range batch[1:] { // without the next tick
				term.run(c)
			}
		}
		if !term.readHistograms() {
			return
		}
	}
}

func (term *terminal) press(keys ...string) {
	named := map[string]rune{
		"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "enter": tea.KeyEnter, "esc": tea.KeyEscape, "space": tea.KeySpace,
		"tab": tea.KeyTab, "home": tea.KeyHome, "end": tea.KeyEnd, "pgup": tea.KeyPgUp, "backspace": tea.KeyBackspace,
	}
	for _, key := range keys {
		if code, ok := named[key]; ok {
			term.send(tea.KeyPressMsg{Code: code})
			continue
		}
		for _, r := range key {
			term.send(tea.KeyPressMsg{Code: r, Text: string(r)})
		}
	}
	term.wait(0)
}

// screen is the screen without its inks. Temporary folders become runs.
func (term *terminal) screen() string {
	var lines []string
	for line := range strings.Lines(ansi.Strip(term.View().Content)) {
		lines = append(lines, strings.TrimRight(line, " \n"))
	}
	return strings.Join(lines, "\n") + "\n"
}

func (term *terminal) has(want ...string) {
	term.t.Helper()
	for _, w := range want {
		if !strings.Contains(term.screen(), w) {
			term.t.Errorf("the screen lacks %q:\n%s", w, term.screen())
		}
	}
}

func (term *terminal) lacks(words ...string) {
	term.t.Helper()
	for _, w := range words {
		if strings.Contains(term.screen(), w) {
			term.t.Errorf("the screen has %q:\n%s", w, term.screen())
		}
	}
}

// threeRuns makes a folder of three runs, one of which is running, and goes there.
func threeRuns(t *testing.T) map[string]*run.Run {
	t.Chdir(t.TempDir())
	falling := func(to float64) func(int) float64 {
		return func(u int) float64 { return to + (0.9-to)*math.Exp(-float64(u)/400) }
	}
	runs := map[string]*run.Run{
		"a": newRun(t, "runs/a", 1, 2000, falling(0.2)), "b": newRun(t, "runs/b", 2, 1000, falling(0.4)), "c": newRun(t, "runs/c", 3, 1500, falling(0.6)),
	}
	for name, how := range map[string]string{"a": run.Done, "c": run.Diverged} {
		if err := runs[name].End(how, "", 0, noon); err != nil {
			t.Fatal(err)
		}
		runs[name].Close()
	}
	return runs
}

// The screens look as they did when somebody last looked at them: the list with a pinned run, the layers at an earlier update and at the
// beginning, and the help.
func TestScreens(t *testing.T) {
	golden, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	threeRuns(t)
	for _, size := range [][2]int{{80, 24}, {200, 50}} {
		term := newTerminal(t, size[0], size[1], "runs")
		term.press("space", "down")
		check := func(name string) {
			path := filepath.Join(golden, fmt.Sprintf("%s-%dx%d.txt", name, size[0], size[1]))
			got := term.screen()
			if n := strings.Count(got, "\n"); n != size[1] {
				t.Errorf("%s: %d lines", path, n)
			}
			for line := range strings.Lines(got) {
				if w := ansi.StringWidth(strings.TrimSuffix(line, "\n")); w > size[0] {
					t.Errorf("%s: a line of %d columns: %s", path, w, line)
				}
			}
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			if want, err := os.ReadFile(path); err != nil || string(want) != got {
				t.Errorf("%s: %v, got\n%s\nwant\n%s", path, err, got, want)
			}
		}
		check("list")
		term.press("enter", "left", "left", "left", "down")
		check("layers")
		term.press("?")
		check("help")
		term.press("esc", "home")
		check("beginning")
	}
}

// Keys filter and sort the list, pin runs, and go back in time.
func TestKeys(t *testing.T) {
	threeRuns(t)
	term := newTerminal(t, 80, 24, "runs")
	term.has("3 of 3 runs, 1 running", "validation error  ■ 20.5 %")
	term.press("/", "seed=2", "enter")
	term.has("1 of 3 runs", "b  ", "filter seed=2", "validation error  ■ 44.1 %")
	term.lacks("diverged")
	term.press("/", "backspace", "3", "enter")
	term.has("diverged")
	term.press("esc", "s", "s", "s", "s")
	if rows := term.rows(); rows[0].Path != "runs/a" || rows[2].Path != "runs/c" {
		t.Errorf("sorted by error: %s, %s, %s", rows[0].Path, rows[1].Path, rows[2].Path)
	}
	term.press("S")
	if rows := term.rows(); rows[0].Path != "runs/c" {
		t.Errorf("sorted the other way: %s", rows[0].Path)
	}
	term.press("home")
	term.has("update 0", "validation error  ■ 90.0 %")
	term.press("right")
	term.has("update 100")
	term.press("left", "left", "left")
	term.has("update 0")
	term.press("end")
	term.lacks("update ")
	term.press("/", "zzz", "enter")
	term.has("0 of 3 runs", "No run matches the filter.")
	term.lacks("nothing is recorded", "validation error")
	term.press("esc")
	term.press("pgup")
	if at := term.at; at != 500 {
		t.Errorf("10 records before the last one, 1500, is %d", at)
	}
}

// New records and new runs appear, a run that is deleted keeps what is known of it, and a screen on which nothing has changed is not drawn again.
func TestLive(t *testing.T) {
	runs := threeRuns(t)
	term := newTerminal(t, 80, 24, "runs")
	term.press("down", "enter")
	term.has("running", "50 %", "validation error  ■ 44.1 %")
	term.view = "unchanged"
	term.wait(time.Second)
	if term.view != "unchanged" {
		t.Error("drawn without a change")
	}
	logAt(t, runs["b"], 1100, 0.375)
	term.wait(time.Second)
	term.has("validation error  ■ 37.5 %")
	term.wait(3 * time.Second)
	term.has("55 %")

	log, err := os.OpenFile(runs["b"].Path(run.LogFile), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if _, err := log.WriteString("junk\n"); err != nil {
		t.Fatal(err)
	}
	term.wait(time.Second)
	term.has("  1 line of its log cannot be read: line 37 of log.jsonl\n")

	newRun(t, "runs/d", 4, 0, func(int) float64 { return 0.9 })
	term.press("esc")
	term.wait(3 * time.Second)
	term.has("4 of 4 runs, 2 running")
	term.press("enter")
	runs["b"].Close()
	if err := os.RemoveAll("runs/b"); err != nil {
		t.Fatal(err)
	}
	term.wait(3 * time.Second)
	term.has("deleted; this is what was read of it", "validation error  ■")
	term.press("esc")
	term.has("3 of 3 runs")
	if err := os.RemoveAll("runs"); err != nil {
		t.Fatal(err)
	}
	term.wait(3 * time.Second)
	term.has("there is no such file or folder")
}

// An output is what a program writes. It closes seen when that contains a text.
type output struct {
	until string
	text  bytes.Buffer
	seen  chan struct{}
	once  sync.Once
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.text.Write(p)
	if strings.Contains(o.text.String(), o.until) {
		o.once.Do(func() { close(o.seen) })
	}
	return n, err
}

// A terminal may be tiny, or have no colours: nothing but letters and their weight is then written.
func TestTerminals(t *testing.T) {
	threeRuns(t)
	for _, size := range [][2]int{{0, 0}, {1, 1}, {39, 11}, {40, 12}, {41, 13}, {119, 14}, {120, 15}} {
		term := newTerminal(t, size[0], size[1], "runs")
		for _, keys := range [][]string{nil, {"enter"}, {"left"}, {"?"}} {
			term.press(keys...)
			term.screen()
		}
	}
	for _, c := range []struct {
		profile colorprofile.Profile
		want    bool
	}{{colorprofile.ASCII, false}, {colorprofile.ANSI, true}} {
		out := &output{until: "■", seen: make(chan struct{})}
		in, keys := io.Pipe()
		p := tea.NewProgram(New(time.Now, "runs/a"), tea.WithInput(in), tea.WithOutput(out), tea.WithColorProfile(c.profile), tea.WithWindowSize(80, 24), tea.WithoutSignals())
		go func() {
			select {
			case <-out.seen:
			case <-time.After(time.Minute): // the test fails
			}
			fmt.Fprint(keys, "q")
		}()
		if _, err := p.Run(); err != nil {
			t.Fatal(err)
		}
		text := out.text.String()
		if !strings.Contains(text, "validation") {
			t.Errorf("profile %v: %q", c.profile, text)
		}
		if colored := strings.Contains(text, "\x1b[36") || strings.Contains(text, ";36m"); colored != c.want || strings.Contains(text, "38;2;") || strings.Contains(text, "38;5;") {
			t.Errorf("profile %v: colours %v, want %v", c.profile, colored, c.want)
		}
	}
}

// A part of a screen, and letters that are two columns wide, stay inside it.
func TestScreen(t *testing.T) {
	s := newScreen(6, 2)
	p := s.part(1, 1, 3, 5)
	p.text(0, 0, ink{}, "a漢字b")
	s.text(0, 0, ink{}, "\x1b\n!")
	if got := s.String(); got != "··!   \n a漢  " {
		t.Errorf("%q", got)
	}
	if w := ansi.StringWidth(strings.Split(s.String(), "\n")[1]); w != 6 {
		t.Errorf("%d columns", w)
	}
}

func TestCount(t *testing.T) {
	got := []string{}
	for _, u := range []float64{0, 999, 1000, 1234, 1500, 12_600, 14_440, 2_500_000} {
		got = append(got, count(u))
	}
	if want := []string{"0", "999", "1k", "1234", "1.5k", "12.6k", "14.4k", "2.5M"}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// Where runs differ in many keys, their names end before the next column.
func TestManyKeys(t *testing.T) {
	threeRuns(t)
	term := newTerminal(t, 120, 24, "runs")
	term.differing = []string{"train.updates", "model.activation", "observe.every"}
	term.view = ""
	header := strings.Split(term.screen(), "\n")[1]
	if !strings.Contains(header, "train.updates") || !strings.Contains(header, " STATUS      PROGRESS ") {
		t.Errorf("%q", header)
	}
}
