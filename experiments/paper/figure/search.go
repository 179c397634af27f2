package figure

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
)

// searched are the subjects whose search is drawn: those of Figures 11 and 12 and Table 1.
func searched() []setup.Subject {
	all := setup.Shapeset(append([]setup.Network{setup.Sigmoid4}, setup.Table1...)...)
	for _, data := range setup.Table1Data {
		all = setup.Union(all, setup.On(data, setup.Table1...))
	}
	return all
}

// figureSearch draws the search for rate and input scale; the paper only says that it made one. It shows the validation error of each network
// against the rate, for each input scale and data set.
func figureSearch(o *observed.Observations) (report.Figure, error) {
	f := report.Figure{
		ID: "search", Title: "The search for rates and input scales", Columns: 2,
		Caption: "Error on the validation set at the end of each training of the search, against the rate, for inputs in [0, 1] (left) and [-1, 1] (right); one seed. The paper chose its rates in this way (section 2.3) and printed none of them; it does not mention the input scale. Trainings that diverged are not drawn.",
	}
	var lengths [][]int
	for _, data := range setup.Table1Data {
		first := len(f.Panels)
		for _, low := range []float64{0, -1} {
			p := report.Panel{
				Title:  fmt.Sprintf("%s, inputs in [%g, 1]", setup.DataName(data), low),
				XLabel: "rate", YLabel: "validation error (%)", XMin: 0.002, XMax: 0.15, XLog: true,
			}
			for _, sub := range searched() {
				if t := o.Trained[sub]; sub.Data == data && t != nil {
					p.Series = append(p.Series, cellSeries(t, low)...)
					lengths = append(lengths, t.Searched)
				}
			}
			if len(p.Series) > 0 {
				f.Panels = append(f.Panels, p)
			}
		}
		shareY(f.Panels[first:])
	}
	if len(f.Panels) == 0 {
		return f, Lacking(fmt.Sprintf("scale %s makes no search; %s does", o.Scale.Name, o.Command("search", 300_000, nil)))
	}
	f.Caption += " " + searchLength(o, lengths)
	return f, nil
}

// shareY gives the panels one y axis, on which all their points lie.
func shareY(panels []report.Panel) {
	low, high := math.Inf(1), math.Inf(-1)
	for _, p := range panels {
		for _, s := range p.Series {
			low, high = min(low, slices.Min(s.Y)), max(high, slices.Max(s.Y))
		}
	}
	for i := range panels {
		margin := max(0.5, 0.05*(high-low))
		panels[i].YMin, panels[i].YMax = low-margin, high+margin
	}
}

// searchLength says how long the trainings of the search were, and what was chosen.
func searchLength(o *observed.Observations, lengths [][]int) string {
	var chosen []string
	for _, sub := range searched() {
		t := o.Trained[sub]
		if t == nil {
			continue
		}
		if c, ok := observed.Best(t.Cells, observed.AnyChoice); ok {
			chosen = append(chosen, fmt.Sprintf("%s on %s: rate %g, inputs in [%g, 1], %.1f %%", sub.Legend(), setup.DataName(sub.Data), c.Rate, c.Low, 100*c.Valid))
		}
	}
	when := fmt.Sprintf("Candidates were compared %s.", searchWords(lengths))
	if len(slices.Concat(lengths...)) == len(lengths) {
		when = fmt.Sprintf("Each training has %s updates.", observed.Either(slices.Concat(lengths...)))
	}
	if !o.Scale.Search {
		when = "The trainings are those of an earlier search."
	}
	return when + " Best: " + strings.Join(chosen, "; ") + "."
}

// cellSeries draws the cells of one input scale; nothing if there are none.
func cellSeries(t *observed.Trained, low float64) []report.Series {
	s := report.Series{Name: t.Subject.Legend(), Kind: report.Marked, Style: networkStyle(t.Subject.Legend())}
	for _, c := range t.Cells {
		if c.Low == low && c.Valid < 1 && !math.IsNaN(c.Valid) {
			s.X, s.Y = append(s.X, c.Rate), append(s.Y, 100*c.Valid)
		}
	}
	if len(s.X) == 0 {
		return nil
	}
	return []report.Series{s}
}
