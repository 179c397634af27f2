package show

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// WriteText writes the summary in lines of at most width columns, where the paths and names are not longer.
func (s *Summary) WriteText(w io.Writer, width int) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", s.Run)
	for _, line := range [][2]string{{"network", s.Network}, {"data", s.Data}, {"training", s.Training}, {"state", s.state()}} {
		for i, text := range wrapped(line[1], width-10) {
			if i > 0 {
				line[0] = ""
			}
			fmt.Fprintf(&b, "  %-9s %s\n", line[0], text)
		}
	}
	s.writeErrors(&b, width)
	s.writeLayers(&b, width, false)
	if s.Confusion != nil {
		s.Confusion.write(&b)
	}
	b.WriteString("\n")
	s.writeFaults(&b, width)
	_, err := io.WriteString(w, b.String())
	return err
}

// state says how far the run has come, and up to which update it is described if that is not all.
func (s *Summary) state() string {
	state := fmt.Sprintf("%s after %d of %d updates", s.Status, s.Reached, s.Updates)
	if s.Updates == 0 {
		state = fmt.Sprintf("%s after %d updates", s.Status, s.Reached)
	}
	if s.Reason != "" && s.Reason != s.Status {
		state += ": " + s.Reason
	}
	if s.Resumes != nil && *s.Resumes != s.Reached {
		state += fmt.Sprintf("; it continues from its checkpoint after %d", *s.Resumes)
	}
	if s.Update < s.Reached {
		state += fmt.Sprintf("; shown after %d", s.Update)
	}
	return state
}

// WriteShort writes the course of the error, the layers now and at the beginning, and what is unusual, in a few lines.
func (s *Summary) WriteShort(w io.Writer, width int) error {
	var b strings.Builder
	if len(s.curve) > 1 {
		fmt.Fprintf(&b, "%s\n", s.spark(width, s.course+" error "))
	}
	s.writeLayers(&b, width, true)
	s.writeFaults(&b, width)
	_, err := io.WriteString(w, b.String())
	return err
}

// Next says what to do next with the run, whose path is given as a word of the shell.
func (s *Summary) Next(path string) string {
	if s.Now == nil {
		return fmt.Sprintf("No layers were recorded: glorot replay %s --observe look --records layers.jsonl measures them.", path)
	}
	return fmt.Sprintf("glorot watch %s shows how the layers changed, and glorot show %s --out layers.svg draws them.", path, path)
}

func (s *Summary) writeErrors(b *strings.Builder, width int) {
	if s.First == nil {
		s.writeCourse(b, width)
		return
	}
	fmt.Fprintf(b, "\n  %-22s %10s %10s\n", "errors", "validation", "test")
	percent := func(v float64) string { return fmt.Sprintf("%.2f %%", 100*v) }
	for _, e := range []struct {
		name   string
		update int
		v, t   float64
	}{
		{"first", s.First.Update, s.First.ValidError, s.First.TestError}, {"best", s.Best.Update, s.Best.ValidError, s.Best.TestError},
		{"last", s.Last.Update, s.Last.ValidError, s.Last.TestError},
	} {
		fmt.Fprintf(b, "  %-22s %10s %10s\n", fmt.Sprintf("%s, after %d", e.name, e.update), percent(e.v), percent(e.t))
	}
	if len(s.curve) > 1 {
		fmt.Fprintf(b, "  %s\n", s.spark(width-2, ""))
	}
}

// spark draws the course of the error in one line.
func (s *Summary) spark(width int, before string) string {
	after := fmt.Sprintf("  %.1f %% to %.1f %%", 100*s.curve[0], 100*s.curve[len(s.curve)-1])
	return before + Spark(s.curve, min(60, width-utf8.RuneCountInString(before+after))) + after
}

// writeCourse writes how the errors or the costs went in a run that another program recorded without tests on two sets.
func (s *Summary) writeCourse(b *strings.Builder, width int) {
	if len(s.curve) > 1 {
		fmt.Fprintf(b, "\n  %s\n", s.spark(width-2, s.course+" error "))
	}
	if n := len(s.train.NLL); n > 0 {
		fmt.Fprintf(b, "\n  training cost %s  %.4g to %.4g\n", Spark(s.train.NLL, min(60, width-40)), s.train.NLL[0], s.train.NLL[n-1])
	}
}

func (s *Summary) writeFaults(b *strings.Builder, width int) {
	for _, f := range s.Faults {
		for i, line := range wrapped("! "+f.Text, width) {
			if i > 0 {
				line = "  " + line
			}
			b.WriteString(line + "\n")
		}
	}
	if len(s.Faults) == 0 {
		b.WriteString("Nothing is unusual.\n")
	}
}

// wrapped breaks a text between words into lines of at most width columns.
func wrapped(text string, width int) (lines []string) {
	for _, word := range strings.Fields(text) {
		if n := len(lines); n > 0 && utf8.RuneCountInString(lines[n-1])+1+utf8.RuneCountInString(word) <= width-2 {
			lines[n-1] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}

// writeLayers writes the tables of the layers now and at the beginning.
func (s *Summary) writeLayers(b *strings.Builder, width int, short bool) {
	if s.Now == nil {
		return
	}
	s.table(b, fmt.Sprintf("layers after %d updates", s.Now.Update), s.Now, width, short)
	if s.Begin.Update == s.Now.Update {
		return
	}
	title := "layers at the beginning"
	if s.Begin.Update > 0 {
		title = fmt.Sprintf("layers after %d updates, the first snapshot", s.Begin.Update)
	}
	s.table(b, title, s.Begin, width, short)
}

// mostShort is how many layers a short table has at most.
const mostShort = 8

// table writes the quantities of a snapshot with bars, side by side as far as there is room for them. A short table has no others, and of many
// layers some, the first and the last ones among them.
func (s *Summary) table(b *strings.Builder, title string, of *Snapshot, width int, short bool) {
	names := s.names
	if n := len(names); short && n > mostShort {
		title += fmt.Sprintf(", %d of %d layers", mostShort, n)
		few := &Snapshot{Update: of.Update}
		names = nil
		for i := range mostShort {
			at := min(i*(n-2)/(mostShort-2), n-1) // the last two are the last hidden layer and the output layer
			few.Layers, names = append(few.Layers, of.Layers[at]), append(names, s.names[at])
		}
		of = few
	}
	var has []Quantity
	for _, q := range Quantities() {
		known := func(l map[string]*float64) bool { return l[q.Name] != nil }
		if slices.ContainsFunc(of.Layers, known) || slices.ContainsFunc(s.Begin.Layers, known) {
			has = append(has, q)
		}
	}
	first := 7
	for _, name := range names {
		first = max(first, min(14, utf8.RuneCountInString(name)+1))
	}
	most := max(1, (width-2-first)/(numbers+5))
	if short {
		has = has[:min(len(has), most)]
	} else {
		b.WriteString("\n")
	}
	fmt.Fprintf(b, "  %s\n", title)
	blocks := max(1, (len(has)+most-1)/most)
	for part := range slices.Chunk(has, max(1, (len(has)+blocks-1)/blocks)) {
		columns(b, part, of, names, first, width)
	}
}

// numbers is the width of a number in a table.
const numbers = 9

// columns writes some quantities of a snapshot beside the names of the layers, which have a width of their own.
func columns(b *strings.Builder, has []Quantity, s *Snapshot, names []string, first, width int) {
	bar := max(2, min(10, (width-2-first)/len(has)-numbers-1))
	header := fmt.Sprintf("  %-*s", first, "layer")
	for _, q := range has {
		header += fmt.Sprintf("%-*s", numbers+1+bar, " "+q.Title)
	}
	fmt.Fprintf(b, "%s\n", strings.TrimRight(header, " "))
	for i := range s.Layers {
		line := fmt.Sprintf("  %-*s", first, Short(names[i], first-1))
		for _, q := range has {
			v, recorded := s.Layers[i][q.Name]
			if v == nil {
				unknown := ""
				if recorded {
					unknown = "-"
				}
				line += fmt.Sprintf(" %-*s", numbers+bar, unknown)
				continue
			}
			line += fmt.Sprintf(" %-*s%-*s", numbers, q.Format(*v), bar, Bar(*v/s.most(q), bar))
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// most is the value of the longest bar.
func (s *Snapshot) most(q Quantity) float64 {
	if q.Share {
		return 1
	}
	most := 0.0
	for _, l := range s.Layers {
		if v := l[q.Name]; v != nil {
			most = max(most, math.Abs(*v))
		}
	}
	return most
}

// Format writes a value of the quantity in at most 8 columns.
func (q Quantity) Format(v float64) string {
	switch {
	case math.IsNaN(v):
		return "-"
	case q.Share:
		return fmt.Sprintf("%.1f %%", 100*v)
	case v != 0 && (math.Abs(v) < 1e-3 || math.Abs(v) >= 1e4):
		return fmt.Sprintf("%.2e", v)
	case math.Abs(v) >= 1e3:
		return fmt.Sprintf("%.3f", v)
	}
	return fmt.Sprintf("%.4f", v)
}

// Bar is a bar of a share of width columns, in eighths of a column. Any share above 0 shows.
func Bar(share float64, width int) string {
	if !(share > 0) {
		return ""
	}
	eighths := max(1, int(math.Round(min(share, 1)*8*float64(width))))
	bar := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		bar += string([]rune("▏▎▍▌▋▊▉")[rest-1])
	}
	return bar
}

// Spark is a curve in one line of at most width columns, from its lowest to its highest value. NaN is a space.
func Spark(values []float64, width int) string {
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			low, high = min(low, v), max(high, v)
		}
	}
	width = max(0, min(width, len(values)))
	var b strings.Builder
	for i := range width {
		at := i
		if width > 1 {
			at = i * (len(values) - 1) / (width - 1)
		}
		switch v := values[at]; {
		case math.IsNaN(v) || math.IsInf(v, 0):
			b.WriteByte(' ')
		case high == low:
			b.WriteRune('▄')
		default:
			b.WriteRune([]rune("▁▂▃▄▅▆▇█")[int(math.Round(7*(v-low)/(high-low)))])
		}
	}
	return b.String()
}
