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

// labelled returns figures with the labels.
func (r *Result) labelled(figures []report.Figure) (list []report.Figure) {
	for _, f := range figures {
		texts := map[string]string{}
		for _, text := range f.Texts() {
			texts[text] = r.label(text)
		}
		list = append(list, f.Renamed(texts))
	}
	return list
}

// unusedLabel returns an error about a label of something that is in no figure.
func (r *Result) unusedLabel(figures []report.Figure) error {
	var texts []string
	for _, g := range r.groups {
		texts = append(texts, g.name)
	}
	for _, f := range figures {
		texts = append(texts, f.Texts()...)
	}
	slices.Sort(texts)
	unused := func(labels map[string]string) string {
		for _, name := range slices.Sorted(maps.Keys(labels)) {
			if !slices.Contains(texts, name) {
				return name
			}
		}
		return ""
	}
	problem := "names nothing that the figures show, allowed: " + strings.Join(slices.Compact(texts), "; ")
	if name := unused(r.labels); name != "" {
		return &run.UsageError{Place: run.Place{Argument: "--label " + name + "=" + r.labels[name]}, Problem: problem}
	}
	if name := unused(r.Study.labels); name != "" {
		return r.wrong("labels", "%s %s", name, problem)
	}
	return nil
}
