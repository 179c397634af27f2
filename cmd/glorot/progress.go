package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"glorot/experiments/report"
	"glorot/experiments/runner"

	"golang.org/x/term"
)

// progress shows how much is done and how much time is left: in one line of a terminal, elsewhere in a line now and then.
type progress struct {
	w       io.Writer
	fd      int  // of the terminal
	screen  bool // it is one
	started time.Time
	shown   time.Time
	width   int
}

// lineEvery is how often progress is shown where there is no terminal, as in a cluster's log.
const lineEvery = time.Minute

func newProgress(w io.Writer) *progress {
	p := &progress{w: w, started: time.Now(), shown: time.Now()}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.fd, p.screen, p.shown = int(f.Fd()), true, time.Time{}
	}
	return p
}

// show shows what is done of all, a few times a second at most.
func (p *progress) show(done, all float64, what string) {
	since := time.Since(p.shown)
	if !p.screen && (since < lineEvery || done >= all) || p.screen && done < all && since < 200*time.Millisecond {
		return
	}
	p.shown = time.Now()
	line := fmt.Sprintf("%3.0f %%", 100*done/all)
	if done > 0 && done < all {
		left := time.Duration(float64(time.Since(p.started)) * (all - done) / done)
		line += ", " + report.Duration(left) + " left"
	}
	line += "  " + what
	if !p.screen {
		fmt.Fprintln(p.w, "glorot:", strings.TrimSpace(line))
		return
	}
	if columns, _, err := term.GetSize(p.fd); err == nil && len(line) >= columns { // a line that wraps could not be taken away
		line = line[:max(0, columns-1)]
	}
	pad := max(0, p.width-len(line))
	p.width = len(line)
	fmt.Fprintf(p.w, "\r%s%*s", line, pad, "")
}

// training shows the progress of a run.
func (p *progress) training(at runner.Point) {
	what := fmt.Sprintf("%s, update %d of %d", at.Stage, at.Done, at.All)
	if at.Stage == runner.Measuring {
		what = fmt.Sprintf("measuring what was not recorded, %d of %d", at.Done, at.All)
	}
	if e := at.Errors; e != nil {
		what += fmt.Sprintf(", test error %.2f %%", 100*e.Test.Error)
	}
	p.show(float64(at.Done), float64(max(1, at.All)), what)
}

// clear takes the line away.
func (p *progress) clear() {
	if p.width > 0 {
		fmt.Fprintf(p.w, "\r%*s\r", p.width, "")
	}
}
