package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"glorot/experiments/progress"
	"glorot/experiments/run"
	"glorot/experiments/run/atomicfile"
	"glorot/experiments/runner"

	"github.com/urfave/cli/v2"
)

func replayCommand() *cli.Command {
	return &cli.Command{
		Name:      "replay",
		Usage:     "recompute a run and verify that its weights are identical",
		ArgsUsage: "RUN",
		Description: "Trains again from the nearest checkpoint at or before --from, or without --from from the beginning of the run, and compares every\n" +
			"digest in the log, every checkpoint on the way and the weights at the end bit by bit. It reports that they are identical, or fails\n" +
			"with the first update and tensor that differ. Nothing in the run is changed.\n\n" +
			"With --observe it measures between --from and --to what the run did not record: " + observeHelp() + ".\n\n" +
			"Example:\n   glorot replay runs/a\n" +
			"   glorot replay runs/a --from 1000 --to 2000 --observe jacobian --every 100 --records jacobian.jsonl",
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "from", Usage: "begin at the nearest checkpoint at or before `UPDATE`"},
			&cli.IntFlag{Name: "to", Usage: "end at `UPDATE`; the default is the end of the run"},
			&cli.StringFlag{Name: "observe", Usage: "measure `WHAT`: " + observableNames()},
			&cli.IntFlag{Name: "every", Usage: "measure every `N` updates from --from, and at --to; the default is at these two only"},
			&cli.IntFlag{Name: "examples", Value: 10, Usage: "measure on the first `N` test images"},
			&cli.StringFlag{Name: "records", Usage: "write the measurements to `FILE`, one JSON record per line"},
			dataFlag(), jsonFlag(),
		},
		Action: replayRun,
	}
}

func observableNames() string {
	var names []string
	for _, o := range runner.Observables() {
		names = append(names, o.Name)
	}
	return strings.Join(names, ", ")
}

func observeHelp() string {
	var list []string
	for _, o := range runner.Observables() {
		list = append(list, o.Name+" ("+o.Help+")")
	}
	return strings.Join(list, ", ")
}

func replayRun(c *cli.Context) error {
	if c.NArg() != 1 {
		return wrongUse("replay takes one run, got %d arguments", c.NArg())
	}
	o, err := replayOptions(c)
	if err != nil {
		return err
	}
	var records bytes.Buffer
	o.Record = func(record any) error {
		line, err := run.Encode(record)
		records.Write(append(line, '\n'))
		return err
	}
	bar := progress.New(c.App.ErrWriter)
	o.Progress = bar.Training
	source, err := run.Open(c.Args().First())
	if err != nil {
		return err
	}
	v, err := newRunner(c).Replay(c.Context, source, o)
	bar.Clear()
	if stopped := new(runner.InterruptedError); errors.As(err, &stopped) {
		v.To = stopped.Update
		return interrupted{fmt.Sprintf("%s: %v", v.Run, v)}
	}
	if err != nil {
		return ended(err)
	}
	if o.Observe != "" {
		err := atomicfile.Write(c.String("records"), func(w io.Writer) error {
			_, err := w.Write(records.Bytes())
			return err
		})
		if err != nil {
			return err
		}
	}
	return printVerdict(c, v)
}

func replayOptions(c *cli.Context) (runner.ReplayOptions, error) {
	o := runner.ReplayOptions{From: -1, To: -1, Observe: c.String("observe"), Every: c.Int("every"), Examples: c.Int("examples")}
	for flag, at := range map[string]*int{"from": &o.From, "to": &o.To} {
		if !c.IsSet(flag) {
			continue
		}
		if *at = c.Int(flag); *at < 0 {
			return o, wrongUse("--%s %d; want 0 or more", flag, *at)
		}
	}
	out := c.String("records")
	if o.Observe == "" {
		for _, flag := range []string{"every", "examples", "records"} {
			if c.IsSet(flag) {
				return o, wrongUse("--%s without --observe; want --observe %s", flag, observableNames())
			}
		}
		return o, nil
	}
	switch {
	case !slices.ContainsFunc(runner.Observables(), func(x runner.Observable) bool { return x.Name == o.Observe }):
		return o, wrongUse("--observe %q; want %s", o.Observe, observableNames())
	case o.Every < 0 || c.IsSet("every") && o.Every == 0:
		return o, wrongUse("--every %d; want 1 or more", o.Every)
	case o.Examples < 1:
		return o, wrongUse("--examples %d; want 1 or more", o.Examples)
	case out == "":
		return o, wrongUse("--observe needs --records FILE.jsonl for the measurements")
	case filepath.Ext(out) != ".jsonl":
		return o, wrongUse("--records %s; want a name that ends in .jsonl", out)
	}
	return o, notThere(out)
}

// printVerdict prints the verdict, and returns an error if there is a difference.
func printVerdict(c *cli.Context, v runner.Verdict) error {
	var err error
	if c.Bool("json") {
		err = printJSON(c, v)
	} else {
		for _, d := range v.Differences {
			fmt.Fprintf(c.App.Writer, "update %d: %s\n", d.Update, d.What)
		}
		if v.Identical {
			_, err = fmt.Fprintln(c.App.Writer, v)
		}
	}
	if err == nil && !v.Identical {
		err = fmt.Errorf("%s differs from its replay, first at update %d", v.Run, v.Differences[0].Update)
	}
	return err
}
