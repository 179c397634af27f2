package watch

import (
	"fmt"
	"math"
	"slices"
	"time"

	"glorot/experiments/measure"
	"glorot/experiments/show"
	"glorot/experiments/train"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// A record has the histograms of a snapshot.
type record []train.Layer

// signals are what there are histograms of.
var signals = []struct {
	name      string
	histogram func(train.Layer) *measure.Histogram
}{
	{"activations", func(l train.Layer) *measure.Histogram {
		if l.Z == nil {
			return nil
		}
		return &l.Z.Histogram
	}},
	{"dCost/ds", func(l train.Layer) *measure.Histogram { return gradient(l.DS) }},
	{"dCost/dW", func(l train.Layer) *measure.Histogram { return gradient(l.DW) }},
}

func gradient(g *measure.GradientStats) *measure.Histogram {
	if g == nil {
		return nil
	}
	return &g.Histogram
}

// readTime is how long one tick may read histograms.
const readTime = 30 * time.Millisecond

// readHistograms reads some of the histograms on the screen that are missing, and reports whether it has read any.
func (m *Model) readHistograms() bool {
	o := m.current()
	if o == nil || !m.single || o.gone {
		return false
	}
	begin, read := m.now(), false
	columns := m.width - axisWidth - 1
	if m.width >= wideScreen {
		columns = m.width/len(signals) - axisWidth - 2
	}
	for _, i := range m.stripSnapshots(o, columns) {
		if _, ok := o.histograms[o.Layers.Updates[i]]; ok {
			continue
		}
		if read && m.now().Sub(begin) > readTime {
			return true
		}
		s, err := o.Snapshot(i)
		if err != nil {
			s.Layers.Layers = nil // it is not there to be drawn
		}
		o.histograms[o.Layers.Updates[i]], read = s.Layers.Layers, true
	}
	return read
}

// stripSnapshots lists the snapshot of each column, whose updates are those of the charts above.
func (m *Model) stripSnapshots(o *opened, columns int) []int {
	updates := o.Layers.Updates
	if len(updates) == 0 || columns < 2 {
		return nil
	}
	list := make([]int, columns)
	for x := range list {
		list[x] = max(0, o.Layers.Before(updates[len(updates)-1]*x/(columns-1)))
	}
	return list
}

// shades are letters that are darker the more there is, also without colours.
var shades = []rune(" ░▒▓█")

// heat returns the letter and the ink of a share of the largest density.
func heat(share float64) (rune, ink) {
	if !(share > 0) {
		return ' ', ink{}
	}
	colors := []string{"#31688e", "#21918c", "#35b779", "#90d743", "#fde725"}
	level := min(int(share*float64(len(shades))), len(shades)-1)
	if level == 0 {
		level = 1
	}
	return shades[level], ink{color: lipgloss.Color(colors[min(int(share*5), 4)])}
}

// drawStrip draws the distribution of a signal of the chosen layer over time: a column for each snapshot, values from the bottom up.
func (m *Model) drawStrip(s *screen, o *opened, signal int) {
	if s.height < 3 || o.Layers.Depth == 0 {
		return
	}
	p := s.part(axisWidth, 1, s.width-axisWidth-1, s.height-1)
	snapshots := m.stripSnapshots(o, p.width)
	m.drawStripTitle(s, o, signal, snapshots)
	low, high, any := m.stripRange(o, snapshots, signal)
	if !any {
		p.text(1, 0, quiet, "there are no histograms")
		return
	}
	s.right(axisWidth-1, 1, quiet, number(high))
	s.right(axisWidth-1, s.height-1, quiet, number(low))
	for x, i := range snapshots {
		h := m.histogram(o, i, signal)
		if h == nil {
			continue
		}
		m.drawColumn(p, x, h.DensityOn(low, high, p.height), signal)
	}
}

// drawStripTitle draws the title of a strip and, over its columns, the mark of the time that is shown. The title begins after the mark if it
// would cover it.
func (m *Model) drawStripTitle(s *screen, o *opened, signal int, snapshots []int) {
	title := fmt.Sprintf("%s of layer %s", signals[signal].name, show.LayerNames(&o.Layers)[min(m.layer, o.Layers.Depth)-1])
	begin := 0
	if last := o.Layers.Before(m.at); m.at >= 0 && len(snapshots) > 0 {
		mark := axisWidth + max(0, slices.IndexFunc(snapshots, func(i int) bool { return i >= last }))
		if mark <= ansi.StringWidth(title) {
			begin = mark + 2
		}
		s.set(mark, 0, '▼', strong)
	}
	s.text(begin, 0, strong, title)
}

// drawColumn draws densities from the bottom up. A root of them shows the tails, which gradients have more of.
func (m *Model) drawColumn(p *screen, x int, density []float64, signal int) {
	most, power := 0.0, 0.5
	if signal > 0 {
		power = 0.35
	}
	for _, d := range density {
		most = max(most, d)
	}
	for k, d := range density {
		if most > 0 {
			letter, i := heat(math.Pow(d/most, power))
			p.set(x, p.height-1-k, letter, i)
		}
	}
}

// histogram is that of the chosen layer in a snapshot, nil if there is none or it is not read yet.
func (m *Model) histogram(o *opened, i, signal int) *measure.Histogram {
	layers, ok := o.histograms[o.Layers.Updates[i]]
	if !ok || m.layer > len(layers) {
		return nil
	}
	h := signals[signal].histogram(layers[m.layer-1])
	if h == nil || len(h.Counts) == 0 || !(h.Low < h.High) {
		return nil
	}
	return h
}

// stripRange returns the common range of the histograms: theirs where all have the same, otherwise the range that holds all but some tails.
func (m *Model) stripRange(o *opened, snapshots []int, signal int) (low, high float64, any bool) {
	same := true
	for _, i := range snapshots {
		h := m.histogram(o, i, signal)
		if h == nil {
			continue
		}
		if any && (h.Low != low || h.High != high) {
			same = false
		}
		if !any {
			low, high, any = h.Low, h.High, true
		}
		low, high = min(low, h.Low), max(high, h.High)
	}
	if !same || signal > 0 { // gradients have long tails
		low, high = low/4, high/4
	}
	return low, high, any
}
