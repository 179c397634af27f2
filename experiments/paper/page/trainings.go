package page

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"glorot/experiments/paper/figure"
	"glorot/experiments/paper/plan"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
	"glorot/experiments/wording"
)

// sourceOrder is the order of counts by source.
var sourceOrder = []plan.Source{plan.Computed, plan.Verified, plan.Stored}

// trained says how long networks were trained and with how many seeds, and how many trainings were computed here, verified here and kept; nil if no
// training was read.
func (p Page) trained() []string {
	all := p.Results.Trainings
	if len(all) == 0 {
		return nil
	}
	type network struct{ name, data string }
	lengths, seeds := make([]int, len(all)), make(map[network]map[uint64]bool)
	for i, t := range all {
		n := network{t.Network, t.Data}
		if seeds[n] == nil {
			seeds[n] = make(map[uint64]bool)
		}
		lengths[i], seeds[n][t.Seed] = t.Updates, true
	}
	far, least, most := fmt.Sprint(slices.Max(lengths)), math.MaxInt, 0
	for _, s := range seeds {
		least, most = min(least, len(s)), max(most, len(s))
	}
	each := wording.Plural(most, "seed")
	if least < most {
		each = fmt.Sprintf("%d to %s", least, each)
	}
	if least := slices.Min(lengths); least < slices.Max(lengths) {
		far = fmt.Sprintf("%d to %s", least, far)
	}
	return []string{fmt.Sprintf("%s with %s, of %s updates (the paper's: %d): %s.",
		wording.Plural(len(all), "training"), each, far, setup.PaperUpdates, bySource(all))}
}

// sources is a sentence for the caption of a figure that draws trainings; "" for any other figure.
func (p Page) sources(id string) string {
	var own []plan.Training
	for _, t := range p.Results.Trainings {
		if figure.Draws(id, t.Network, t.Data) {
			own = append(own, t)
		}
	}
	if len(own) == 0 {
		return ""
	}
	return fmt.Sprintf(" Trainings: %s.", bySource(own))
}

// bySource is "2 computed here, 3 verified here (their first 500 updates), 1 kept".
func bySource(all []plan.Training) string {
	var parts []string
	for _, s := range sourceOrder {
		n, least, most := 0, 0, 0
		for _, t := range all {
			if t.Source != s {
				continue
			}
			if n == 0 || t.Verified < least {
				least = t.Verified
			}
			n, most = n+1, max(most, t.Verified)
		}
		switch {
		case n == 0:
			continue
		case s == plan.Verified && least < most:
			parts = append(parts, fmt.Sprintf("%d %s (%s first %d to %d updates)", n, s, its(n), least, most))
		case s == plan.Verified:
			parts = append(parts, fmt.Sprintf("%d %s (%s first %d updates)", n, s, its(n), most))
		default:
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		}
	}
	return strings.Join(parts, ", ")
}

func its(n int) string {
	if n == 1 {
		return "its"
	}
	return "their"
}

// trainings is the table of all trainings that the results read; nil if there are none.
func (p Page) trainings() *report.Table {
	if len(p.Results.Trainings) == 0 {
		return nil
	}
	t := report.Table{
		ID: "trainings", Corner: "Network",
		Caption: "Every training that the figures and claims read. “Computed here”: trained by this command on this machine. “Verified here”: kept, and its first updates were recomputed here with identical weights. “Kept”: trained earlier.",
	}
	for _, name := range []string{"data", "rate", "inputs", "chosen", "seed", "updates", "source", "note"} {
		t.Columns = append(t.Columns, report.Column{Name: name})
	}
	for _, k := range p.Results.Trainings {
		source := string(k.Source)
		if k.Source == plan.Verified {
			source += fmt.Sprintf(", %d updates", k.Verified)
		}
		t.Rows = append(t.Rows, report.Row{Name: k.Network, Cells: []report.Cell{
			report.Words(setup.DataName(k.Data)), report.Figures(fmt.Sprintf("%g", k.Choice.Rate), k.Choice.Rate),
			report.Words(fmt.Sprintf("[%g, %g]", k.Choice.Low, k.Choice.High)), report.Words(k.Chosen), report.Figures(fmt.Sprint(k.Seed), float64(k.Seed)),
			report.Figures(fmt.Sprint(k.Updates), float64(k.Updates)), report.Words(source), report.Words(k.Note),
		}})
	}
	return &t
}
