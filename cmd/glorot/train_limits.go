package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/runner"

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
	w := c.App.Writer
	if _, err := fmt.Fprintf(w, "%s\n", cfg.YAML()); err != nil {
		return err
	}
	passes := "examples are generated without end"
	if e.Examples > 0 {
		passes = fmt.Sprintf("%.3g passes over %d examples", e.Passes, e.Examples)
	}
	out := "nowhere: a run needs --out DIR"
	if c.IsSet("out") {
		out = c.String("out")
	}
	_, err = fmt.Fprintf(w, "inputs, classes  %d, %d\nparameters       %d\nmemory           %.1f MB, without the data set\n"+
		"updates          %d of %d examples: %s\ntime             about %s with %s: %s per update (%d measured), %s for all tests and snapshots%s\nrun              %s\n",
		e.Features, e.Classes, e.Parameters, float64(e.Memory)/1e6, e.Updates, cfg.Train.Batch, passes,
		report.Duration(seconds(e.Seconds)), report.Plural(cfg.Threads.Count(), "thread"), seconds(e.Update).Round(time.Microsecond), e.Measured, report.Duration(seconds(e.Recording)),
		unmeasured(cfg), out)
	return err
}

// unmeasured says what the time leaves out.
func unmeasured(cfg run.Config) string {
	if cfg.Pretrain.Updates == 0 {
		return ""
	}
	return "; pre-training is not measured"
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// timeUp says what a run has after the time of --for, and how to continue. That is a success.
func timeUp(c *cli.Context, dir string, cfg run.Config, err error) error {
	stopped := new(runner.InterruptedError)
	if !errors.As(err, &stopped) {
		return fmt.Errorf("%s: --for %s was over before the first update; want a longer time", dir, short(c.Duration("for")))
	}
	again := fmt.Sprintf("glorot train --resume %s --for %s", quoted(dir), short(c.Duration("for")))
	if c.Bool("json") {
		return printJSON(c, struct {
			Run     string `json:"run"`
			Status  string `json:"status"`
			Updates int    `json:"updates"`
			Of      int    `json:"of"`
			Resume  string `json:"resume"`
		}{dir, run.Interrupted, stopped.Update, cfg.Train.Updates, again})
	}
	_, err = fmt.Fprintf(c.App.Writer, "%s holds a checkpoint after %d of %d updates, as its time is over; %s continues it\n", dir, stopped.Update, cfg.Train.Updates, again)
	return err
}

// short writes a duration without units of 0: 2h, not 2h0m0s.
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
