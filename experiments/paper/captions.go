package paper

import (
	"fmt"
	"slices"
	"strings"

	"glorot/experiments/dataset"
	"glorot/experiments/measure"
	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/train"
)

// trainedFigure says below the figure how long our networks over several seeds were trained, and in its details with what, to what end, and
// which were not trained.
func trainedFigure(f report.Figure, o *Observations, subjects ...Subject) report.Figure {
	ours, details := o.how(subjects, overAll)
	f.Caption, f.Details = f.Caption+ours+lightCaption, details
	return f
}

// overAll says over how many seeds the networks' curves are, and which have fewer than others.
func overAll(run []*Trained) string {
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
			fewer = append(fewer, fmt.Sprintf("of %s %d", t.Subject.legend(), n))
		}
	}
	text := fmt.Sprintf("mean over %d seeds", most)
	if len(fewer) > 0 {
		text += " (" + strings.Join(fewer, ", ") + ")"
	}
	return text + ", bands: 95 % interval of that mean, kept within what is possible"
}

// lightCaption says what is drawn light under ours.
const lightCaption = " Light: points read off the paper's figure."

// how says how long the networks of the subjects were trained, and over which seeds; and in a second text the rest.
func (o *Observations) how(subjects []Subject, seeds func(run []*Trained) string) (ours, details string) {
	var each, absent []string
	var run []*Trained
	for _, sub := range subjects {
		if t := o.ran(sub); t != nil {
			run = append(run, t)
			each = append(each, t.told())
		} else {
			absent = append(absent, sub.legend())
		}
	}
	if len(run) > 0 {
		ours = fmt.Sprintf(" Ours: %s, %s.", run[0].length(), seeds(run))
		details = strings.Join(each, "; ") + "." + o.chosen(run)
		if run[0].Subject.Data == dataset.ShapesetName {
			details += " Chance is 83.3 %."
		}
	}
	if len(absent) > 0 {
		ours += fmt.Sprintf(" Not trained, and not drawn: %s.", strings.Join(absent, ", "))
	}
	return ours, details
}

func onFirstSeed([]*Trained) string { return "first seed" }

// length is "60000 updates (3 epochs)".
func (t *Trained) length() string {
	if t.Subject.Data != dataset.ShapesetName {
		return fmt.Sprintf("%d updates", t.Updates)
	}
	return fmt.Sprintf("%d updates (%.3g epochs)", t.Updates, float64(t.Updates)/train.Epoch)
}

// told says with what a network was trained, to what end, and of which seeds it diverged.
func (t *Trained) told() string {
	text := fmt.Sprintf("%s: rate %g, inputs in [%g, %g], test error at the end %s", t.Subject.legend(), t.Choice.Rate, t.Choice.Low, t.Choice.High,
		meanError(t.Runs))
	for k, r := range t.Runs {
		if r.Diverged != nil {
			text += fmt.Sprintf(", seed %d of %d diverged after %d updates", k+1, len(t.Runs), r.Diverged.Update)
		}
	}
	return text
}

// meanError is the test error at the end in percent over seeds, with the half-width of its 95 % interval if there are several: "25.0 ± 0.4 %".
func meanError(runs []*run.Trace) string {
	mean, half := measure.Interval(each(runs, atEnd), level)
	if len(runs) < 2 {
		return fmt.Sprintf("%.1f %%", mean)
	}
	return fmt.Sprintf("%.1f ± %.1f %%", mean, half)
}

func atEnd(r *run.Trace) float64 { return 100 * lastOf(r).Test.Error }

// chosen says where the rates and input scales come from.
func (o *Observations) chosen(run []*Trained) string {
	var lengths [][]int
	var unknown []string
	borrowed := ""
	for _, t := range run {
		lengths = append(lengths, t.Searched)
		guide := t.Subject.guide()
		if !o.Scale.Search {
			guide.Network = foundAs(guide.Network)
		}
		if guide != t.Subject {
			borrowed += fmt.Sprintf(" %s has those of %s.", t.Subject.legend(), guide.legend())
		}
		if g := o.Trained[t.Subject.guide()]; g != nil && len(g.Cells) == 0 {
			unknown = append(unknown, t.Subject.legend())
		}
	}
	switch {
	case o.Scale.Search:
		return fmt.Sprintf(" Rates and input scales were chosen on the validation set, %s.", searchWords(lengths)) + borrowed
	case len(unknown) == len(run):
		return " No search was made for the rates and input scales: they are those of the authors' later scripts."
	case len(unknown) > 0:
		borrowed += fmt.Sprintf(" No search was made for those of %s: they are those of the authors' later scripts.", strings.Join(unknown, ", "))
	}
	return " Rates and input scales were chosen on the validation set by an earlier search." + borrowed
}

// searchWords says after how many updates candidates were compared, each list those of the rungs of one search.
func searchWords(searches [][]int) string {
	rung := func(i int) string { // counted from the last one
		var all []int
		for _, rungs := range searches {
			if len(rungs) > i {
				all = append(all, rungs[len(rungs)-1-i])
			}
		}
		return either(all)
	}
	switch {
	case rung(1) == "":
		return "after " + rung(0) + " updates each"
	case rung(2) == "":
		return fmt.Sprintf("after %s updates each, the best of each input scale after %s", rung(1), rung(0))
	}
	return fmt.Sprintf("after %s updates each, the best two of each input scale after %s, the best of each after %s", rung(2), rung(1), rung(0))
}

// either is "60000, 5000 or 4000": the numbers, each once, the largest first.
func either(numbers []int) string {
	sorted := slices.Compact(slices.SortedFunc(slices.Values(numbers), func(a, b int) int { return b - a }))
	var words []string
	for _, n := range sorted {
		words = append(words, fmt.Sprint(n))
	}
	if last := len(words) - 1; last > 0 {
		return strings.Join(words[:last], ", ") + " or " + words[last]
	}
	return strings.Join(words, "")
}
