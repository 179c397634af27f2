package report

import "slices"

// Renamed returns the figure with other texts: names of series, titles of panels and names of axes.
func (f Figure) Renamed(texts map[string]string) Figure {
	f.Panels = slices.Clone(f.Panels)
	for i := range f.Panels {
		f.Panels[i].Series = slices.Clone(f.Panels[i].Series)
	}
	for _, text := range f.texts() {
		if other, ok := texts[*text]; ok {
			*text = other
		}
	}
	return f
}

// Texts lists what [Figure.Renamed] can rename, each once.
func (f Figure) Texts() (list []string) {
	for _, text := range f.texts() {
		if *text != "" && !slices.Contains(list, *text) {
			list = append(list, *text)
		}
	}
	return list
}

func (f Figure) texts() (list []*string) {
	for i := range f.Panels {
		p := &f.Panels[i]
		for k := range p.Series {
			list = append(list, &p.Series[k].Name)
		}
		list = append(list, &p.Title, &p.XLabel, &p.YLabel)
	}
	return list
}
