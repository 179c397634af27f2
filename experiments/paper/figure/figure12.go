package figure

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/printed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
)

// onFigure12 are the networks of Figure 12.
var onFigure12 = []setup.Network{setup.Sigmoid5, setup.SoftsignStandard, setup.SoftsignNormalized, setup.TanhStandard, setup.TanhNormalized}

// figure12 is Figure 12: test error on MNIST and CIFAR-10 against the number of examples. The paper's claims: the sigmoid is worst on both, and
// on CIFAR-10 normalized initialisation is better. For a missing data set only the paper's points are drawn.
func figure12(o *observed.Observations) (report.Figure, error) {
	rows := make([][]report.Panel, 2)
	caption := "Test error against the examples seen on MNIST and CIFAR-10, depth 5; N is normalized initialisation."
	details := ""
	for i, set := range []struct {
		data       string
		ymin, ymax float64
		printed    []printed.Curve
	}{{"mnist", 1.5, 3, printed.Figure12.MNIST}, {"cifar10", 52, 65, printed.Figure12.CIFAR10}} {
		p := report.Panel{Title: setup.DataName(set.data), YMin: set.ymin, YMax: set.ymax}
		rows[i] = errorPanels(o, set.data, p, onFigure12, printedErrors(set.printed))
		if trainedOn(o, set.data, onFigure12...) {
			ours, how := how(o, setup.On(set.data, onFigure12...), overAll)
			caption, details = caption+strings.Replace(ours, " Ours: ", " Ours on "+setup.DataName(set.data)+": ", 1), details+" "+setup.DataName(set.data)+": "+how
			if stuck := cutChance(rows[i]); stuck != "" {
				caption += fmt.Sprintf(" On %s these networks never left chance and lie above the axis: %s.", setup.DataName(set.data), stuck)
			}
		} else {
			rows[i][0].Title += ": the paper alone"
			lacks := o.Trained[onFigure12[0].On(set.data)]
			caption += " " + setup.DataName(set.data) + ": not run (" + o.Hint(lacks.Missing, "fig12", 0, lacks) + ")."
		}
	}
	// A row of one panel comes last, so that the others stay beside each other.
	slices.SortStableFunc(rows, func(a, b []report.Panel) int { return cmp.Compare(len(b), len(a)) })
	return report.Figure{
		ID: "fig12", Title: "Figure 12: test error on MNIST and CIFAR-10", Caption: caption + lightCaption, Details: strings.TrimSpace(details), Columns: 2, Panels: slices.Concat(rows...),
	}, nil
}

// chanceStored is an error, in percent, that a network exceeds for long only at chance, which is about 90 with ten classes.
const chanceStored = 85

// cutChance fits the axis of the first of two panels, which shows the curves as far as trained, to the networks that left chance, and names those
// that did not.
func cutChance(panels []report.Panel) (stuck string) {
	if len(panels) < 2 {
		return ""
	}
	var names []string
	others := report.Panel{}
	for _, s := range panels[0].Series {
		switch {
		case len(s.Y) == 0 || s.Printed: // a band goes with its line
		case slices.Min(s.Y) > chanceStored:
			names = append(names, s.Name)
		default:
			others.Series = append(others.Series, s)
		}
	}
	if len(names) > 0 && len(others.Series) > 0 {
		fitted := []report.Panel{others}
		shareY(fitted)
		panels[0].YMin, panels[0].YMax = fitted[0].YMin, fitted[0].YMax
		return strings.Join(names, ", ")
	}
	return ""
}
