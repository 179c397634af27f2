package study

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"glorot/experiments/compare"
	"glorot/experiments/report"
	"glorot/experiments/run"
)

// figures are those of the comparison in a form for print: for each quantity of the layers one figure, which shows it against depth in the first
// and the last snapshot, and the learning curves. What the gradients are like comes first.
func (r *Result) figures() (list []report.Figure) {
	for _, f := range r.comparison.Figures() {
		switch f.ID {
		case "layers":
			list = append(list, r.depthFigures(f)...)
		case "errors":
			f.Title, f.Columns = "Learning curves", 2
			list = append(list, f)
		}
	}
	slices.SortStableFunc(list, func(a, b report.Figure) int { return rank(a) - rank(b) })
	names := map[string]string{"after 0 updates": "before training"}
	for i, g := range r.comparison.Groups {
		if name := r.groups[r.place[i]].name; name != "" {
			names[compare.Label(g)] = name
		}
	}
	for i := range list {
		list[i] = list[i].Renamed(names)
	}
	return list
}

func rank(f report.Figure) int {
	return slices.Index([]string{"errors", "depth-std-of-dcost-ds"}, f.ID)*-1 - 1
}

// depthFigures divides the figure of all quantities.
func (r *Result) depthFigures(all report.Figure) (list []report.Figure) {
	for _, p := range all.Panels {
		id := "depth-" + strings.Trim(regexp.MustCompile("[^a-z0-9]+").ReplaceAllString(strings.ToLower(p.YLabel), "-"), "-")
		if i := slices.IndexFunc(list, func(f report.Figure) bool { return f.ID == id }); i >= 0 {
			f := &list[i]
			f.Panels = append(f.Panels[:1], p) // the first and the last one
			f.Columns = 2
			continue
		}
		list = append(list, report.Figure{
			ID: id, Title: upperFirst(p.YLabel) + " against depth", Columns: 1, Panels: []report.Panel{p},
			Caption: fmt.Sprintf("%s in each layer, in the first and the last snapshot; the last layer is the output. Lines are means over seeds, bands their 95 %% intervals. "+
				"Gradients are summed over a mini-batch.", upperFirst(p.YLabel)),
			Alt: p.YLabel + " against the number of the layer, a line with its band for each group.",
		})
	}
	return list
}

// labelled returns figures with the labels of the file and of the command line.
func (r *Result) labelled(figures []report.Figure, labels map[string]string) []report.Figure {
	texts := maps.Clone(r.labels)
	if texts == nil {
		texts = map[string]string{}
	}
	maps.Copy(texts, labels)
	list := make([]report.Figure, len(figures))
	for i, f := range figures {
		list[i] = f.Renamed(texts)
	}
	return list
}

// unusedLabel returns an error about a label of something that is in no figure.
func (r *Result) unusedLabel(figures []report.Figure, labels map[string]string) error {
	var texts []string
	for _, g := range r.groups {
		texts = append(texts, g.name)
	}
	for _, f := range figures {
		texts = append(texts, f.Texts()...)
	}
	for _, all := range []map[string]string{labels, r.labels} {
		for _, name := range slices.Sorted(maps.Keys(all)) {
			if !slices.Contains(texts, name) {
				slices.Sort(texts)
				return &run.UsageError{Place: run.Place{Argument: "--label " + name + "=" + all[name]},
					Problem: "names nothing that the figures show, allowed: " + strings.Join(slices.Compact(texts), "; ")}
			}
		}
	}
	return nil
}
