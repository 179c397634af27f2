package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// progress shows how much is done and how much time is left, in one line of a terminal; elsewhere nothing.
type progress struct {
	w       io.Writer // nil if there is no terminal
	fd      int
	started time.Time
	shown   time.Time
	width   int
}

func newProgress(w io.Writer) *progress {
	p := &progress{started: time.Now()}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.w, p.fd = w, int(f.Fd())
	}
	return p
}

// show shows what is done of all, a few times a second at most.
func (p *progress) show(done, all float64, what string) {
	if p.w == nil || done < all && time.Since(p.shown) < 200*time.Millisecond {
		return
	}
	p.shown = time.Now()
	line := fmt.Sprintf("%3.0f %%", 100*done/all)
	if done > 0 && done < all {
		left := time.Duration(float64(time.Since(p.started)) * (all - done) / done)
		line += ", " + short(left) + " left"
	}
	line += "  " + what
	if columns, _, err := term.GetSize(p.fd); err == nil && len(line) >= columns { // a line that wraps could not be taken away
		line = line[:max(0, columns-1)]
	}
	pad := max(0, p.width-len(line))
	p.width = len(line)
	fmt.Fprintf(p.w, "\r%s%*s", line, pad, "")
}

// clear takes the line away.
func (p *progress) clear() {
	if p.w != nil && p.width > 0 {
		fmt.Fprintf(p.w, "\r%*s\r", p.width, "")
	}
}

// short prints a duration to two units at most: 4s, 3m20s, 2h10m.
func short(d time.Duration) string {
	d = d.Round(time.Second)
	switch {
	case d < time.Minute:
		return d.String()
	case d < time.Hour:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
}

// plural is "1 figure", "2 figures".
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
