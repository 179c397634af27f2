package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"glorot/experiments/progress"
	"glorot/experiments/run"
	"glorot/experiments/run/atomicfile"
	"glorot/experiments/runner"
	"glorot/experiments/wording"

	"github.com/urfave/cli/v2"
)

func replayCommand() *cli.Command {
	names, meanings := runner.ObservableNames()
	return &cli.Command{
		Name:      "replay",
		Usage:     "recompute a run and verify that its weights are identical",
		ArgsUsage: "RUN",
		Description: "Trains again from the nearest checkpoint at or before --from, or without --from from the beginning of the run, and compares every\n" +
			"digest in the log, every checkpoint on the way and the weights at the end bit by bit. It reports that they are identical, or fails\n" +
			"with the first update and tensor that differ. Nothing in the run is changed.\n\n" +
			"With --observe it measures between --from and --to what the run did not record: " + strings.Join(meanings, ", ") + ".\n\n" +
			"Example:\n   glorot replay runs/a\n" +
			"   glorot replay runs/a --from 1000 --to 2000 --observe jacobian --every 100 --records jacobian.jsonl",
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "from", Usage: "begin at the nearest checkpoint at or before `UPDATE`"},
			&cli.IntFlag{Name: "to", Usage: "end at `UPDATE`; the default is the end of the run"},
			&cli.StringFlag{Name: "observe", Usage: "measure `WHAT`: " + strings.Join(names, ", ")},
			&cli.IntFlag{Name: "every", Usage: "measure every `N` updates from --from, and at --to; the default is at these two only"},
			&cli.IntFlag{Name: "examples", Value: 10, Usage: "measure on the first `N` test images"},
			&cli.StringFlag{Name: "records", Usage: "write the measurements to `FILE`, one JSON record per line"},
			dataFlag(), jsonFlag(),
		},
		Action: replayRun,
	}
}

func replayRun(c *cli.Context) error {
	if err := takes(c, "one run"); err != nil {
		return err
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
	text := fmt.Sprintln(v)
	if !v.Identical {
		text = ""
		for _, d := range v.Differences {
			text += fmt.Sprintf("update %d: %s\n", d.Update, d.What)
		}
	}
	return cmp.Or(answer(c, v, "%s", text), v.Err())
}

func replayOptions(c *cli.Context) (runner.ReplayOptions, error) {
	names, _ := runner.ObservableNames()
	o := runner.ReplayOptions{From: -1, To: -1, Observe: c.String("observe"), Every: c.Int("every"), Examples: c.Int("examples")}
	if err := atLeast(c, 0, "from", "to"); err != nil {
		return o, err
	}
	if c.IsSet("from") {
		o.From = c.Int("from")
	}
	if c.IsSet("to") {
		o.To = c.Int("to")
	}
	out := c.String("records")
	if o.Observe == "" {
		for _, flag := range []string{"every", "examples", "records"} {
			if c.IsSet(flag) {
				return o, wrongUse("--%s without --observe; want --observe %s", flag, wording.Or(names...))
			}
		}
		return o, nil
	}
	if err := cmp.Or(oneOf(c, "observe", names...), atLeast(c, 1, "every", "examples")); err != nil {
		return o, err
	}
	switch {
	case out == "":
		return o, wrongUse("--observe needs --records FILE.jsonl for the measurements")
	case filepath.Ext(out) != ".jsonl":
		return o, wrongUse("--records %s; want a name that ends in .jsonl", out)
	}
	return o, notThere(out)
}
