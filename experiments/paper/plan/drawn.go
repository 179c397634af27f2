package plan

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"glorot/experiments/paper/setup"
	"glorot/experiments/run"
	"glorot/experiments/runner"
	"glorot/graph/kernel"
)

// A drawing names the kept trainings of a network that are drawn by default, and says how their rate and input scale were chosen.
type drawing struct {
	Network string  `json:"network"` // as in the paper's legends
	Data    string  `json:"data"`
	Role    string  `json:"role"` // "own": at the network's own input scale; "common": at that of all networks of Table 1; "both"
	Rate    float64 `json:"rate"`
	Low     float64 `json:"low"` // the input for black; that for white is 1
	Updates int     `json:"updates"`
	Seeds   int     `json:"seeds"` // from 1 to this number

	// Compared is the number of updates after which the candidates were compared: among the kept ones of this input scale that were tested then, the
	// drawn one has the lowest validation error. 0 means that the validation error did not decide; Chosen says what did.
	Compared int    `json:"compared"`
	Chosen   string `json:"chosen"` // in words
}

//go:embed drawn.json
var drawnJSON []byte

// drawings is the list, which is part of the program.
var drawings = sync.OnceValue(func() (all []drawing) {
	if err := json.Unmarshal(drawnJSON, &all); err != nil {
		panic(err)
	}
	return all
})

const (
	ownScale    = "own"
	commonScale = "common"
)

func (d drawing) choice() setup.Choice { return setup.Choice{Rate: d.Rate, Low: d.Low, High: 1} }

// draw reads the kept trainings of all subjects, with everything that was recorded.
func (p *Plan) draw() error {
	for _, sub := range setup.Union(p.needs.Trained, p.needs.Compared) {
		t := p.trained[sub]
		own, ok := drawn(sub, ownScale)
		if !ok {
			continue
		}
		var err error
		t.Updates, t.Shorts, t.Choice = own.Updates, own.Updates, own.choice()
		t.Chosen = own.Chosen
		if t.Runs, err = p.drawRuns(sub, own); err != nil {
			return err
		}
		if slices.Contains(p.needs.Compared, sub) {
			t.Short = t.Runs
		}
		common, ok := drawn(sub, commonScale)
		if !ok || !p.needs.Common {
			continue
		}
		if t.Common = common.choice(); common == own {
			t.Commons = t.Runs
		} else if t.Commons, err = p.drawRuns(sub, common); err != nil {
			return err
		}
	}
	if p.o.VerifySearch {
		return p.drawSearch()
	}
	return nil
}

// drawSearch notes the candidates of the kept search, to be verified, but for those that are drawn.
func (p *Plan) drawSearch() error {
	for _, sub := range p.representatives() {
		for _, c := range setup.Candidates() {
			config := p.request(sub, c, 1, 0, run.Observe{Examples: setup.Examples}, run.Observe{}).Config
			id := config.ID(p.origins[sub.Data])
			archive, err := p.o.Store.Archived(id)
			if err != nil {
				return err
			}
			known := slices.ContainsFunc(p.sources, func(s source) bool { return s.archive.Manifest().ID == id })
			if archive == nil || known {
				continue
			}
			p.sources = append(p.sources, source{archive, Training{
				Network: sub.Legend(), Data: sub.Data, Choice: c, Chosen: "a candidate of the search", Seed: p.o.Seed, Updates: archive.Config().Train.Updates, Source: Stored,
			}})
		}
	}
	return nil
}

// drawRuns reads the trainings of a drawing, one for each seed, and notes where they come from.
func (p *Plan) drawRuns(sub setup.Subject, d drawing) (runs []*run.Trace, err error) {
	origin := p.origins[sub.Data]
	for k := range d.Seeds {
		c := p.request(sub, d.choice(), d.Updates, k, run.Observe{Examples: setup.Examples}, run.Observe{}).Config
		archive, err := p.o.Store.Archived(c.ID(origin))
		if err == nil && archive == nil {
			err = fmt.Errorf("drawn.json: %s: seed %d is not kept", sub, k+1)
		}
		if err != nil {
			return nil, err
		}
		h, err := archive.History()
		if err != nil {
			return nil, err
		}
		recorded, errors, histograms := archive.Config().Recording(), run.Schedule{}, run.Schedule{}
		for _, e := range h.Errors() { // denser than the schedule if a shorter training was extended
			errors = errors.With(e.Update)
		}
		for _, l := range h.Layers { // an archive has few of them
			if z := l.Layers.Layers; len(z) > 0 && z[0].Z != nil && z[0].Z.Histogram.Total() > 0 {
				histograms = histograms.With(l.Layers.Update)
			}
		}
		c.Observe = run.Observe{
			Examples: setup.Examples, Layers: &recorded.Layers, Histograms: &histograms, Errors: &errors,
			Jacobians: recorded.Jacobians, Gradients: recorded.Gradients, Wrong: true,
		}
		t, err := h.Trace(c)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", archive.Dir(), err)
		}
		runs = append(runs, t)
		p.sources = append(p.sources, source{archive, Training{
			Network: sub.Legend(), Data: sub.Data, Choice: d.choice(), Chosen: d.Chosen, Seed: p.o.Seed + uint64(k), Updates: d.Updates, Source: Stored,
		}})
	}
	return runs, nil
}

// A source is a training that is drawn, and the archive that it comes from.
type source struct {
	archive *run.Run
	Training
}

// verifyJobs returns jobs that recompute the first updates of the drawn trainings and compare the digests of the weights. A training whose images
// are missing is not verified, and its note says so.
func (p *Plan) verifyJobs() (jobs []Job) {
	for i := range p.sources {
		src := &p.sources[i]
		switch {
		case p.o.Verify == 0:
			src.Note = "verification was switched off"
		case p.absent[src.Data] != "":
			src.Note = "its images are not here"
		default:
			jobs = append(jobs, p.verifyJob(src))
		}
	}
	return jobs
}

// DefaultVerify is the number of updates of each drawn training that are recomputed by default: about a minute's work with kernels for this
// processor, and without them only up to the first digests.
func DefaultVerify() int {
	if kernel.Sets()[0] == "portable" {
		return 20
	}
	return 500
}

// VerifyAll as Options.Verify means that each training is recomputed to its end.
const VerifyAll = -1

func (p *Plan) verifyJob(src *source) Job {
	to := src.Updates
	if p.o.Verify != VerifyAll {
		to = min(to, p.o.Verify)
	}
	run := func(ctx context.Context, e *kernel.Engine, progress func(float64)) error {
		r := &runner.Runner{Data: p.data, Engine: e}
		v, err := r.Replay(ctx, src.archive, runner.ReplayOptions{
			From: -1, To: to, Records: p.o.Verify == VerifyAll,
			Progress: func(at runner.Point) { progress(float64(at.Done) / float64(max(1, at.All))) },
		})
		if err != nil {
			return err
		}
		if !v.Identical {
			return &DifferenceError{src.archive.Dir(), v.Differences[0]}
		}
		if v.Last <= 0 { // the weights before training prove no update
			src.Note = fmt.Sprintf("it has no digest of an update up to %d", to)
			return nil
		}
		src.Source, src.Verified = Verified, v.Last
		return nil
	}
	return Job{Name: fmt.Sprintf("verify %s: %s, seed %d, %d updates", src.Data, src.Network, src.Seed, to), Cost: CostWeights + float64(to), Run: run}
}

// A DifferenceError says that a kept training, recomputed here, has different weights.
type DifferenceError struct {
	Archive string
	runner.Difference
}

// Error names the archive and the update.
func (e *DifferenceError) Error() string {
	return fmt.Sprintf("%s: recomputed here, it differs at update %d: %s", e.Archive, e.Update, e.What)
}

// drawn returns the drawing of a subject in a role; ok is false if there is none.
func drawn(sub setup.Subject, role string) (d drawing, ok bool) {
	all := drawings()
	i := slices.IndexFunc(all, func(d drawing) bool {
		return d.Network == sub.Legend() && d.Data == sub.Data && (d.Role == role || d.Role == "both")
	})
	if i < 0 {
		return drawing{}, false
	}
	return all[i], true
}
