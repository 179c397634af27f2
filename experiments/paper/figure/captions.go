package figure

import (
	"fmt"
	"slices"
	"strings"

	"glorot/experiments/dataset"
	"glorot/experiments/measure"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/train"
)

// trainedFigure adds to the caption how long our networks were trained and over how many seeds, and to the details their settings, their errors
// and the networks that were not trained.
func trainedFigure(f report.Figure, o *observed.Observations, subjects ...setup.Subject) report.Figure {
	ours, details := how(o, subjects, overAll)
	f.Caption, f.Details = f.Caption+ours+lightCaption, details
	return f
}

// overAll says over how many seeds the curves are averaged, and which networks have fewer.
func overAll(run []*observed.Trained) string {
	most := 0
	for _, t := range run {
		most = max(most, len(t.Runs))
	}
	if most == 1 {
		return "one seed"
	}
	var fewer []string
	for _, t := range run {
		if n := len(t.Runs); n < most {
			fewer = append(fewer, fmt.Sprintf("%s: %d", t.Subject.Legend(), n))
		}
	}
	text := fmt.Sprintf("mean over %d seeds", most)
	if len(fewer) > 0 {
		text += " (" + strings.Join(fewer, ", ") + ")"
	}
	return text + ", bands: 95 % interval of that mean, kept within what is possible"
}

// lightCaption explains what is drawn light under our curves.
const lightCaption = " Light: points read off the paper's figure."

// how says how long the networks of the subjects were trained and with which seeds; details is the rest.
func how(o *observed.Observations, subjects []setup.Subject, seeds func(run []*observed.Trained) string) (ours, details string) {
	var each, absent []string
	var run []*observed.Trained
	for _, sub := range subjects {
		if t := o.Ran(sub); t != nil {
			run = append(run, t)
			each = append(each, settings(t))
		} else {
			absent = append(absent, sub.Legend())
		}
	}
	if len(run) > 0 {
		trained := length(run[0])
		if slices.ContainsFunc(run, func(t *observed.Trained) bool { return t.Updates != run[0].Updates }) {
			trained = "trained for different numbers of updates"
			for i, t := range run {
				each[i] = fmt.Sprintf("%s, %s", each[i], length(t))
			}
		}
		ours = fmt.Sprintf(" Ours: %s, %s.", trained, seeds(run))
		details = strings.Join(each, "; ") + "." + chosen(o, run)
		if run[0].Subject.Data == dataset.ShapesetName {
			details += " Chance is 83.3 %."
		}
	}
	if len(absent) > 0 {
		ours += fmt.Sprintf(" Not trained, and not drawn: %s.", strings.Join(absent, ", "))
	}
	return ours, details
}

func onFirstSeed([]*observed.Trained) string { return "first seed" }

// length is "60000 updates (3 epochs)".
func length(t *observed.Trained) string {
	if t.Subject.Data != dataset.ShapesetName {
		return fmt.Sprintf("%d updates", t.Updates)
	}
	return fmt.Sprintf("%d updates (%.3g epochs)", t.Updates, float64(t.Updates)/train.Epoch)
}

// settings describes how a network was trained, its error at the end, and the seeds that diverged.
func settings(t *observed.Trained) string {
	text := fmt.Sprintf("%s: rate %g, inputs in [%g, %g], test error at the end %s", t.Subject.Legend(), t.Choice.Rate, t.Choice.Low, t.Choice.High,
		meanError(t.Runs))
	for k, r := range t.Runs {
		if r.Diverged != nil {
			text += fmt.Sprintf(", seed %d of %d diverged after %d updates", k+1, len(t.Runs), r.Diverged.Update)
		}
	}
	return text
}

// meanError is the mean test error at the end in percent, with the half-width of its 95 % interval if there are several seeds: "25.0 ± 0.4 %".
func meanError(runs []*run.Trace) string {
	mean, half := measure.Interval(observed.Each(runs, atEnd), observed.Level)
	if len(runs) < 2 {
		return fmt.Sprintf("%.1f %%", mean)
	}
	return fmt.Sprintf("%.1f ± %.1f %%", mean, half)
}

func atEnd(r *run.Trace) float64 { return 100 * observed.LastErrors(r).Test.Error }

// chosen says where the rates and input scales come from.
func chosen(o *observed.Observations, run []*observed.Trained) string {
	var lengths [][]int
	var unknown []string
	borrowed := ""
	for _, t := range run {
		lengths = append(lengths, t.Searched)
		representative := t.Subject.Representative()
		if !o.Scale.Search {
			representative.Network = setup.KeptSearchOf(representative.Network)
		}
		if representative != t.Subject {
			borrowed += fmt.Sprintf(" %s uses those of %s.", t.Subject.Legend(), representative.Legend())
		}
		if g := o.Trained[t.Subject.Representative()]; g != nil && len(g.Cells) == 0 {
			unknown = append(unknown, t.Subject.Legend())
		}
	}
	switch {
	case o.Scale.Drawn:
		return drawnChoices(run)
	case o.Scale.Search:
		return fmt.Sprintf(" Rates and input scales were chosen on the validation set, %s.", searchWords(lengths)) + borrowed
	case len(unknown) == len(run):
		return " No search was made for the rates and input scales: they are those of the authors' later scripts."
	case len(unknown) > 0:
		borrowed += fmt.Sprintf(" No search was made for those of %s: they are those of the authors' later scripts.", strings.Join(unknown, ", "))
	}
	return " Rates and input scales were chosen on the validation set by an earlier search." + borrowed
}

// drawnChoices says how the rates of drawn trainings were chosen, grouped by the way.
func drawnChoices(run []*observed.Trained) string {
	names := make(map[string][]string)
	var hows []string
	for _, t := range run {
		if names[t.Chosen] == nil {
			hows = append(hows, t.Chosen)
		}
		names[t.Chosen] = append(names[t.Chosen], t.Subject.Legend())
	}
	text := " How each rate was chosen:"
	for i, how := range hows {
		if i > 0 {
			text += ";"
		}
		text += fmt.Sprintf(" %s: %s", strings.Join(names[how], ", "), how)
	}
	return text + "."
}

// searchWords says after how many updates candidates were compared; each list has the rungs of one search.
func searchWords(searches [][]int) string {
	rung := func(i int) string { // counted from the last one
		var all []int
		for _, rungs := range searches {
			if len(rungs) > i {
				all = append(all, rungs[len(rungs)-1-i])
			}
		}
		return observed.Either(all)
	}
	switch {
	case rung(1) == "":
		return "after " + rung(0) + " updates each"
	case rung(2) == "":
		return fmt.Sprintf("after %s updates each, the best of each input scale after %s", rung(1), rung(0))
	}
	return fmt.Sprintf("after %s updates each, the best two of each input scale after %s, the best of each after %s", rung(2), rung(1), rung(0))
}
