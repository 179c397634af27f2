package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"

	"glorot/experiments/run"
	"glorot/experiments/runner"
	"glorot/experiments/work"

	"github.com/urfave/cli/v2"
)

// dryRun prints what a run would take.
func dryRun(c *cli.Context, cfg run.Config) error {
	if err := needsFolder(cfg.Data.Name, c.String("data")); err != nil {
		return err
	}
	e, err := newRunner(c).Estimate(c.Context, cfg)
	if err != nil {
		return trainError(c, c.String("out"), cfg, err)
	}
	if c.Bool("json") {
		return printJSON(c, struct {
			Out string `json:"out,omitempty"`
			runner.Estimate
			Threads int             `json:"threads"`
			Config  json.RawMessage `json:"config"`
		}{c.String("out"), e, cfg.Threads.Count(), cfg.JSON()})
	}
	if err := e.WriteText(c.App.Writer, cfg); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.App.Writer, "run              %s\n", cmp.Or(c.String("out"), "nowhere: a run needs --out DIR"))
	return err
}

// timeUp says what a run has after the time of --for, and how to continue. That is a success, unless nothing was kept.
func timeUp(c *cli.Context, dir string, cfg run.Config, err error) error {
	limit := short(c.Duration("for"))
	stopped := new(runner.InterruptedError)
	if !errors.As(err, &stopped) || !stopped.Kept {
		return fmt.Errorf("%s: --for %s was over before there was a new checkpoint; want a longer time", dir, limit)
	}
	again := fmt.Sprintf("glorot train --resume %s --for %s", work.Quote(dir), limit)
	return answer(c, struct {
		Run     string `json:"run"`
		Status  string `json:"status"`
		Updates int    `json:"updates"`
		Of      int    `json:"of"`
		Resume  string `json:"resume"`
	}{dir, run.Interrupted, stopped.Update, cfg.Train.Updates, again},
		"%s holds a checkpoint after %d of %d updates, as its time is over; %s continues it\n", dir, stopped.Update, cfg.Train.Updates, again)
}

// zero are the units of 0 at the end of a duration.
var zero = regexp.MustCompile(`([hm])(0m)?0s$`)

// short writes a duration without them: 2h, not 2h0m0s.
func short(d time.Duration) string { return zero.ReplaceAllString(d.String(), "$1") }
