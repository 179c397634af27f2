package claim

import (
	"fmt"
	"slices"
	"strings"

	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
)

// Rows checks a claim. It returns one row for each variant, or a single row that says what a verdict needs.
func (c Claim) Rows(o *observed.Observations) []report.Claim {
	row := report.Claim{ID: c.ID, Figure: c.figure, Kind: c.kind, Variant: c.variant, Text: c.text, Source: c.source, Refuted: c.refuted}
	if row.Kind == "" {
		row.Kind = report.PaperTest
	}
	if why := c.lacks(o); why != "" {
		row.Verdict, row.Measured, row.Expected, row.Note = report.NotRun, "–", "–", why
		return []report.Claim{row}
	}
	rows, printed := c.check(o), c.onPaper()
	for i := range rows {
		r := &rows[i]
		r.ID, r.Figure, r.Refuted = row.ID, row.Figure, row.Refuted
		if r.Variant == "" {
			r.Variant = row.Variant
		}
		if r.Text == "" {
			r.Text, r.Source = row.Text, row.Source
		}
		if r.Kind == "" {
			r.Kind = row.Kind
		}
		if r.Printed == "" {
			r.Printed = noNumber
			if i < len(printed) {
				r.Printed = ownFigure(printed[i])
			}
		}
		if slices.ContainsFunc(c.Needs.Stored, func(sub setup.Subject) bool { t := o.Trained[sub]; return t != nil && t.Absent != "" }) {
			r.Note = join(r.Note, keptNote)
		}
		c.tied(o, r)
		c.tooEarly(o, r)
	}
	return rows
}

// keptNote is for networks before training on images that are not here.
const keptNote = "The networks before training are kept measurements: the images are not here."

// tied withdraws the verdict on a network for which the search could not choose a rate and an input scale, since several candidates share the
// lowest validation error, for instance because all are at chance.
func (c Claim) tied(o *observed.Observations, r *report.Claim) {
	if r.Verdict == report.NotRun {
		return
	}
	var names []string
	for _, sub := range setup.Union(c.Needs.Trained, c.Needs.Compared) {
		searched := o.Trained[sub.Representative()] // it uses that choice
		if searched != nil && searched.Tied() && !slices.Contains(c.bystanders, sub.Network) {
			names = append(names, o.Trained[sub].Legend())
		}
	}
	if len(names) > 0 {
		r.Verdict, r.Side = report.Undecided, ""
		r.Note = join(r.Note, fmt.Sprintf("The search could not choose a rate and an input scale for %s: several candidates share the lowest validation error.", strings.Join(names, "; ")))
	}
}

// lacks says what is missing for the claim, and how to run it; "" if nothing is.
func (c Claim) lacks(o *observed.Observations) string {
	for _, sub := range setup.Union(c.Needs.Trained, c.Needs.Compared) {
		why := o.Trained[sub].Missing
		if why == "" && slices.Contains(c.Needs.Compared, sub) && len(o.Trained[sub].Short) == 0 {
			why = o.Trained[sub].NoShort
		}
		if why == "" {
			continue
		}
		return o.Hint(why, c.ID, c.scale(), o.Trained[sub])
	}
	for _, sub := range c.Needs.Stored {
		if t := o.Trained[sub]; len(o.Stored[sub]) == 0 {
			return o.Hint(t.Absent, c.ID, 0, t)
		}
	}
	if c.Needs.SVM && o.SVM == nil {
		return noSVM
	}
	return ""
}

// scale is the number of updates that the claim's verdict needs.
func (c Claim) scale() int { return max(1, c.updates) }

// tooEarly withdraws the verdict if a training was shorter than the claim requires.
func (c Claim) tooEarly(o *observed.Observations, r *report.Claim) {
	trained := c.updates
	var lacks *observed.Trained // a training that is kept without its images
	var lengths []int
	for _, sub := range c.Needs.Trained {
		if slices.Contains(c.bystanders, sub.Network) {
			continue
		}
		trained = min(trained, o.Trained[sub].Updates)
		lengths = append(lengths, o.Trained[sub].Updates)
		if o.Trained[sub].Absent != "" {
			lacks = o.Trained[sub]
		}
	}
	for _, sub := range c.Needs.Compared {
		trained = min(trained, o.Trained[sub].Shorts)
	}
	if trained == c.updates || r.Verdict == report.NotRun {
		return
	}
	so := map[report.Verdict]string{
		report.Agrees: "so far it agrees", report.Disagrees: "so far it does not agree", report.Undecided: "so far it is open",
		report.OneSeed: fmt.Sprintf("so far one seed lies %s the range", r.Side),
	}[r.Verdict]
	r.Verdict, r.Side = report.Undecided, ""
	if o.Scale.Drawn && len(lengths) > 1 && slices.Min(lengths) != slices.Max(lengths) {
		r.Note = join(r.Note, fmt.Sprintf("The networks were trained for different numbers of updates, %s.", observed.Either(lengths)))
	}
	first := ""
	if lacks != nil && o.Commands.Bring != nil {
		first = strings.TrimPrefix(o.Commands.Fetch(lacks.Subject.Data), "; ") + "; then "
	}
	r.Note = strings.TrimSpace(fmt.Sprintf("%s After %d of the %d updates that decide it: %s. %s%s decides it.", r.Note, trained, c.updates, so, first, o.Command(c.ID, c.scale(), lacks)))
}
