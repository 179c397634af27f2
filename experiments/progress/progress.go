// Package progress shows on a terminal, or in a log, how far a long computation has come.
package progress

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"glorot/experiments/runner"
	"glorot/experiments/wording"

	"golang.org/x/term"
)

// A Bar shows how much is done and how much time is left: on a terminal in one line, otherwise in a new line every minute.
type Bar struct {
	w       io.Writer
	fd      int  // width of the terminal
	screen  bool // whether it is a terminal
	started time.Time
	shown   time.Time
	width   int
}

// lineEvery is how often progress is shown without a terminal, as in a cluster's log.
const lineEvery = time.Minute

// New returns the bar of a computation that begins now.
func New(w io.Writer) *Bar {
	p := &Bar{w: w, started: time.Now(), shown: time.Now()}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.fd, p.screen, p.shown = int(f.Fd()), true, time.Time{}
	}
	return p
}

// Show shows the progress, at most a few times per second.
func (p *Bar) Show(done, all float64, what string) {
	since := time.Since(p.shown)
	if !p.screen && (since < lineEvery || done >= all) || p.screen && done < all && since < 200*time.Millisecond {
		return
	}
	p.shown = time.Now()
	line := fmt.Sprintf("%3.0f %%", 100*done/all)
	if done > 0 && done < all {
		left := time.Duration(float64(time.Since(p.started)) * (all - done) / done)
		line += ", " + wording.Duration(left) + " left"
	}
	line += "  " + what
	if !p.screen {
		fmt.Fprintln(p.w, "glorot:", strings.TrimSpace(line))
		return
	}
	if columns, _, err := term.GetSize(p.fd); err == nil && len(line) >= columns { // a line that wraps could not be removed
		line = line[:max(0, columns-1)]
	}
	pad := max(0, p.width-len(line))
	p.width = len(line)
	fmt.Fprintf(p.w, "\r%s%*s", line, pad, "")
}

// Begin shows on a terminal what is done before there is any progress.
func (p *Bar) Begin(what string) {
	if p.screen {
		p.Show(0, 1, what)
	}
}

// Training shows the progress of a run.
func (p *Bar) Training(at runner.Point) {
	what := fmt.Sprintf("%s, update %d of %d", at.Stage, at.Done, at.All)
	if at.Stage == runner.Measuring {
		what = fmt.Sprintf("measuring what was not recorded, %d of %d", at.Done, at.All)
	}
	if e := at.Errors; e != nil {
		what += fmt.Sprintf(", test error %.2f %%", 100*e.Test.Error)
	}
	p.Show(float64(at.Done), float64(max(1, at.All)), what)
}

// Clear removes the line.
func (p *Bar) Clear() {
	if p.width > 0 {
		fmt.Fprintf(p.w, "\r%*s\r", p.width, "")
	}
}

// Screen reports whether it is shown on a terminal.
func (p *Bar) Screen() bool { return p.screen }
