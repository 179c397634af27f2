package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"strings"

	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/runner"
	"glorot/experiments/study"
	"glorot/experiments/work"

	"github.com/urfave/cli/v2"
)

func studyCommand() *cli.Command {
	return &cli.Command{
		Name:      "study",
		Usage:     "from one file to a conclusion: train, compare, draw, and say what came out",
		ArgsUsage: "STUDY.yaml",
		Description: "The file has a sweep (see glorot help sweep plan) and a question, whose keys have defaults, here in brackets:\n\n" +
			"   compare   the keys of grid and list by which runs are compared (all of them)\n" +
			"   baseline  the group with which the others are compared, such as glorot_uniform (the first one)\n" +
			"   metric    one of " + study.Metrics() + " (test/error)\n" +
			"   labels    what figures and tables call things: {he_normal: He et al.}\n" +
			"   title     the heading of the page\n\n" +
			"--out is the directory of the sweep, which gets index.html beside the runs: a page whose first sentence says which groups differ and in\n" +
			"which layers the gradient is lost, with figures (png, svg and pdf in figures/), table.md, table.tex, table.csv and study.json. The same\n" +
			"command continues after a kill, and draws again. With --on slurm or --on kubernetes it sends the runs to a cluster; once they are\n" +
			"done, the same command without --on draws. glorot compare DIR has every number of every layer.\n\n" +
			"Examples:\n   glorot study --example > study.yaml\n   glorot study study.yaml --out studies/a\n" +
			"   glorot study study.yaml --out studies/a --width 3.25in --font 7 --label 'he_normal=He et al.' --label updates=Steps",
		Flags: append(failureFlags(), append(clusterFlags("cell"),
			&cli.StringFlag{Name: "out", Usage: "make the study in `DIR`, or continue it"},
			&cli.BoolFlag{Name: "example", Usage: "print a study of a network with 20 layers, which needs no data set and takes a minute"},
			&cli.IntFlag{Name: "jobs", Value: runtime.NumCPU(), DefaultText: "one per processor", Usage: "run `N` cells at a time; they share the processors"},
			keepGoingFlag(),
			&cli.StringFlag{Name: "on", Usage: "send the runs to a cluster, `WHERE`: slurm or kubernetes"},
			&cli.IntFlag{Name: "threads", Value: 1, Usage: "slurm, kubernetes: give each cell `N` processors"},
			&cli.StringFlag{Name: "width", Value: "85mm", Usage: "draw figures `WIDTH` wide, in mm or in, as 85 or 3.25in"},
			&cli.Float64Flag{Name: "font", Value: 8, Usage: "write the labels of figures in a font of `N` points"},
			&cli.StringSliceFlag{Name: "label", Usage: "call something in the figures and tables by another name, `NAME=TEXT`; may be repeated"},
			dataFlag(), jsonFlag())...),
		Action: runStudy,
	}
}

func runStudy(c *cli.Context) error {
	if c.Bool("example") {
		_, err := io.WriteString(c.App.Writer, study.Example)
		return err
	}
	if err := takes(c, "one file"); err != nil {
		return wrongUse("%w; glorot study --example prints one", err)
	}
	if err := needs(c, "out"); err != nil {
		return err
	}
	size, err := study.ParseSize(c.String("width"), c.Float64("font"))
	if err != nil {
		return err
	}
	labels, err := study.ParseLabels(c.StringSlice("label"))
	if err != nil {
		return err
	}
	s, err := study.Load(c.Context, c.Args().First(), runner.Allowed())
	if err != nil {
		return ended(err)
	}
	p, data, err := planOf(c, s.Sweep)
	if err != nil {
		return ended(err)
	}
	asked, err := s.Of(p, labels)
	if err != nil {
		return err
	}
	warn(c.App.ErrWriter, asked.Warning())
	dir := c.String("out")
	local, err := cellWorker.local(c, p.In(dir), dir)
	if err != nil {
		return err
	}
	if err := checkOn(c); err != nil {
		return err
	}
	if err := p.Write(dir); err != nil {
		return err
	}
	if c.IsSet("on") {
		return send(c, "on", cellWorker, work.Batch{Tasks: p.In(dir), What: "the study", Dir: dir, Home: dir, Data: c.String("data"), Threads: c.Int("threads")})
	}
	_, failed := finishTasks(c, local, p.In(dir), dir, true)
	if c.Context.Err() != nil {
		return failed
	}
	r, err := asked.Conclude(c.Context, dir, data)
	if none := new(study.NoRunsError); failed != nil && errors.As(err, &none) {
		return failed
	}
	if err == nil {
		err = showStudy(c, r, size)
	}
	return errors.Join(failed, err)
}

// checkOn checks --on, and that it is there if a flag needs it.
func checkOn(c *cli.Context) error {
	for _, name := range []string{"dry-run", "sbatch", "image", "claim", "mount", "threads"} {
		if c.IsSet(name) && !c.IsSet("on") {
			return wrongUse("--%s is for --on slurm or --on kubernetes", name)
		}
	}
	return oneOf(c, "on", "slurm", "kubernetes")
}

// showStudy writes and prints what came out.
func showStudy(c *cli.Context, r *study.Result, size report.Size) error {
	out := c.String("out")
	words := append([]string{"glorot", "study", work.Quote(c.Args().First()), "--out", work.Quote(out)}, flagWords(c, "data", "width", "font", "label")...)
	if err := r.Write(study.Print{Command: strings.Join(words, " "), Version: run.ThisProgram().Version, Size: size}); err != nil {
		return err
	}
	if c.Bool("json") {
		return printJSON(c, r)
	}
	warn(c.App.ErrWriter, r.Warnings...)
	fmt.Fprintf(c.App.Writer, "%s\n\n", r.Headline())
	if err := r.Table().WriteText(c.App.Writer); err != nil {
		return err
	}
	for _, problem := range r.Problems {
		fmt.Fprintln(c.App.Writer, problem)
	}
	_, err := fmt.Fprintf(c.App.Writer, "study in %s\n", filepath.Join(out, study.Page))
	return err
}
