package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"glorot/experiments/runner"
	"glorot/experiments/study"
	"glorot/experiments/sweep"
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
	if c.NArg() != 1 {
		return wrongUse("study takes one file, got %d arguments; glorot study --example prints one", c.NArg())
	}
	if err := needs(c, "out"); err != nil {
		return err
	}
	print, labels, err := printOf(c)
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
	dir := c.String("out")
	local, err := localCells(c, dir, p)
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
		return sendCells(c, "on", "the study", dir, p)
	}
	failed := trainCells(c, local, dir, p)
	if c.Context.Err() != nil {
		return failed
	}
	r, err := asked.Conclude(c.Context, dir, data)
	if none := new(study.NoRunsError); failed != nil && errors.As(err, &none) {
		return failed
	}
	if err == nil {
		err = showStudy(c, r, print, dir)
	}
	return errors.Join(failed, err)
}

// checkOn checks --on, and that it is there if a flag needs it.
func checkOn(c *cli.Context) error {
	if on := c.String("on"); c.IsSet("on") && engineFlags[on] == nil {
		return wrongUse("--on %q; want slurm or kubernetes", on)
	}
	for _, name := range []string{"dry-run", "sbatch", "image", "claim", "mount", "threads"} {
		if c.IsSet(name) && !c.IsSet("on") {
			return wrongUse("--%s is for --on slurm or --on kubernetes", name)
		}
	}
	return nil
}

// showStudy writes and prints what came out.
func showStudy(c *cli.Context, r *study.Result, print study.Print, dir string) error {
	if err := r.Write(print); err != nil {
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
	_, err := fmt.Fprintf(c.App.Writer, "study in %s\n", filepath.Join(dir, study.Page))
	return err
}

// trainCells does the remaining cells in processes of this machine.
func trainCells(c *cli.Context, local work.Local, dir string, p *sweep.Plan) error {
	if _, err := local.Run(c.Context, p.In(dir)); err != nil {
		return err
	}
	list, err := p.Statuses(context.WithoutCancel(c.Context), dir)
	n := counts(list)
	switch {
	case err != nil:
		return err
	case c.Context.Err() != nil:
		return interrupted{fmt.Sprintf("%s: %s; the same command continues", dir, counted(list))}
	case n[work.Done]+n[work.Diverged] == len(list):
		return nil
	case n[work.Running] > 0 && n[work.Failed] == 0:
		return work.Again(fmt.Errorf("%s: %s", dir, counted(list)))
	}
	return fmt.Errorf("%s: %s; --retry-failed tries again", dir, counted(list))
}

// printOf reads --width, --font and --label.
func printOf(c *cli.Context) (p study.Print, labels map[string]string, err error) {
	p = study.Print{Command: studyWords(c), Version: buildVersions().Version}
	labels = map[string]string{}
	text, inch := strings.CutSuffix(c.String("width"), "in")
	text = strings.TrimSuffix(text, "mm")
	p.Size.Width, err = strconv.ParseFloat(strings.TrimSpace(text), 64)
	if inch {
		p.Size.Width *= 25.4
	}
	const least, most = 30, 1000
	if err != nil || !(p.Size.Width >= least && p.Size.Width <= most) {
		return p, nil, wrongUse("--width %s; want %d to %d mm, such as 85 or 3.25in", c.String("width"), least, most)
	}
	if p.Size.Font = c.Float64("font"); !(p.Size.Font >= 3 && p.Size.Font <= 30) {
		return p, nil, wrongUse("--font %v; want 3 to 30 points", p.Size.Font)
	}
	for _, label := range c.StringSlice("label") {
		name, text, ok := strings.Cut(label, "=")
		if !ok || name == "" {
			return p, nil, wrongUse("--label %s; want NAME=TEXT, such as 'he_normal=He et al.'", quoted(label))
		}
		labels[name] = text
	}
	return p, labels, nil
}

// studyWords is the command that draws the study.
func studyWords(c *cli.Context) string {
	words := []string{"glorot", "study", quoted(c.Args().First()), "--out", quoted(c.String("out"))}
	for _, name := range []string{"data", "width", "font"} {
		if c.IsSet(name) {
			words = append(words, "--"+name, quoted(fmt.Sprint(c.Value(name))))
		}
	}
	for _, label := range c.StringSlice("label") {
		words = append(words, "--label", quoted(label))
	}
	return strings.Join(words, " ")
}
