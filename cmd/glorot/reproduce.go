package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"glorot/experiments/bench"
	"glorot/experiments/paper"
	"glorot/experiments/paper/page"
	"glorot/experiments/report"
	"glorot/experiments/run"

	"github.com/urfave/cli/v2"
)

func reproduceCommand() *cli.Command {
	return &cli.Command{
		Name:      "reproduce",
		Usage:     "reproduce the paper's figures and claims, as a page",
		ArgsUsage: "[fig6 fig7 claims C4 …]",
		Description: "Writes index.html (one page, nothing loaded from elsewhere), results.md, results.json and figures/. Without arguments everything\n" +
			"is made; with arguments, these figures, tables and claims (" + paper.Names() + ").\n\n" +
			"Scales: smoke takes seconds and touches everything, quick minutes, paper the paper's own 2.5 million updates a network, a\n" +
			"number that many updates. What was trained is kept in --store, and not trained again: after a kill the same command continues.\n\n" +
			"With --on the trainings are tasks of several processes. local waits for them; slurm sends them as job arrays, which must find --store,\n" +
			"the data sets and this program at the same paths; kubernetes --dry-run prints an Indexed Job for kubectl apply. What is not done\n" +
			"the same command sends again, and without --on it draws the page.\n\n" +
			"Examples:\n   glorot reproduce fig6 fig7 claims --seed 7 --out reproduction\n   glorot reproduce fig11 --scale 300000 --seeds 3 --out figure11\n" +
			"   glorot reproduce table1 --scale paper --on slurm --store /shared/store --threads 4 --sbatch --time=24:00:00",
		Flags: append(taskFlags(),
			&cli.StringFlag{Name: "scale", Usage: "how much is run: smoke, quick, paper or a number of updates", Value: "quick"},
			&cli.IntFlag{Name: "seeds", Usage: "seeds of each trained network; 0 means as many as the scale has"},
			&cli.IntFlag{Name: "passes", Usage: "passes over each stored data set; 0 means as many updates as the scale has"},
			&cli.IntFlag{Name: "search-passes", Usage: "passes over each stored data set of each training of a scale's search; 0 means a fifth of the updates"},
			dataFlag(),
			&cli.StringFlag{Name: "store", Aliases: []string{"cache"}, Usage: "keep the runs in `DIR` (default: glorot in the user's cache folder)"},
			&cli.Uint64Flag{Name: "seed", Usage: "of the first network; the others have the seeds after it", Value: 1},
			&cli.StringFlag{Name: "out", Usage: "make the page in `DIR`, which must not hold anything but an earlier page", Value: "reproduction"},
			&cli.BoolFlag{Name: "kept", Usage: "draw and judge what the store and the program keep, and train nothing"},
			&cli.IntFlag{Name: "threads", Usage: "threads, shared out among the networks; 0 means one a processor; results do not depend on it"},
			&cli.BoolFlag{Name: "verbose", Usage: "print every row of the claims, too"},
			jsonFlag()),
		Action: reproduce,
	}
}

func reproduce(c *cli.Context) error {
	if dir := c.String("study"); dir != "" {
		tasks, err := paper.OpenTasks(c.Context, dir, c.String("data"))
		if err != nil {
			return err
		}
		return workOn(c, tasks, "task", dir, c.Int("task"))
	}
	scale, err := scaleByName(c.String("scale"))
	if err != nil {
		return wrongUse("--scale: %w", err)
	}
	for _, name := range []string{"threads", "seeds", "passes", "search-passes"} {
		if c.Int(name) < 0 {
			return wrongUse("--%s %d; want 0 or more", name, c.Int(name))
		}
	}
	if n := c.Int("seeds"); n > 0 {
		scale.Trained = n
	}
	scale.Passes, scale.Short = c.Int("passes"), c.Int("search-passes")
	store, err := openStore(c.String("store"))
	if err != nil {
		return err
	}
	if err := warnOfEarlier(c.App.ErrWriter, store.Dir); err != nil {
		return err
	}
	on := c.String("on")
	if !slices.Contains([]string{"", "local", "slurm", "kubernetes"}, on) {
		return wrongUse("--on %q; want local, slurm or kubernetes", on)
	}
	out, err := stage(c.String("out"), page.Product)
	if err != nil {
		return err
	}
	defer out.Remove()
	threads := c.Int("threads")
	if threads == 0 {
		threads = runtime.NumCPU()
	}
	bar := newProgress(c.App.ErrWriter)
	study, err := paper.NewStudy(paper.Options{
		Scale: scale, Seed: c.Uint64("seed"), Threads: threads, Only: c.Args().Slice(), Progress: bar.show,
		Data: c.String("data"), Store: store, Commands: toldCommands(c), KeptOnly: c.Bool("kept"), Warn: func(err error) { fmt.Fprintf(c.App.ErrWriter, "glorot: %v\n", err) },
	})
	if err != nil {
		return usageError{err}
	}
	if on != "" {
		if done, err := trainOn(c, study); !done || err != nil {
			return err
		}
	}
	if long := scale.Search && scale.Name != "smoke"; !c.Bool("kept") && (long || bar.screen) {
		if err := announce(c.Context, c.App.ErrWriter, study, threads); err != nil {
			return ended(err)
		}
	}
	started := time.Now()
	results, err := study.Run(c.Context)
	bar.clear()
	if err != nil {
		return ended(err)
	}
	p := page.Page{Results: results, Asked: c.Args().Present(), Scale: scale, Command: command(c), Version: buildVersions().Version, Started: started, Took: time.Since(started)}
	if err := p.Write(out); err != nil {
		return err
	}
	if err := out.Finish(); err != nil {
		return err
	}
	if c.Bool("json") {
		return printJSON(c, p.ForPrograms())
	}
	return p.WriteText(c.App.Writer, out.Out, c.Bool("verbose"))
}

// scaleByName is a scale of that name, or for tests and experiments one in a JSON file.
func scaleByName(name string) (scale paper.Scale, err error) {
	if filepath.Ext(name) != ".json" {
		return paper.ScaleByName(name)
	}
	src, err := os.ReadFile(name)
	if err != nil {
		return scale, err
	}
	d := json.NewDecoder(bytes.NewReader(src))
	d.DisallowUnknownFields()
	err = d.Decode(&scale)
	scale.Name = name
	return scale, err
}

// toldCommands says with which folders and seed the commands that the page tells go on.
func toldCommands(c *cli.Context) paper.Commands {
	var flags []string
	dir, next := c.String("data"), ""
	switch dir {
	case "":
		dir, next = "data", "--data data"
	case os.Getenv("GLOROT_DATA"): // which those commands read, too
	default:
		flags = append(flags, "--data "+quoted(dir))
	}
	if seed := c.Uint64("seed"); seed != 1 {
		flags = append(flags, fmt.Sprintf("--seed %d", seed))
	}
	if kept := c.String("store"); kept != "" {
		flags = append(flags, "--store "+quoted(kept))
	}
	return paper.Commands{
		Flags: strings.Join(flags, " "),
		Bring: func(name string) (command, flags string) { return bringCommand(name, dir), next },
	}
}

// openStore opens the folder of runs, with the kept trainings behind it.
func openStore(dir string) (*run.Store, error) {
	if dir == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return nil, wrongUse("--store: there is no user's cache folder here (%w); name one", err)
		}
		dir = filepath.Join(user, "glorot")
	}
	return paper.NewStore(dir), nil
}

// ended says of an interrupt that it left nothing.
func ended(err error) error {
	if errors.Is(err, context.Canceled) {
		return interrupted{"nothing was written"}
	}
	return err
}

// announce says how long the study will take here.
func announce(ctx context.Context, w io.Writer, study *paper.Study, threads int) error {
	update, err := bench.UpdateTime(ctx)
	if err != nil {
		return err
	}
	work, err := study.Work(ctx)
	if err != nil {
		return err
	}
	total := time.Duration(work * float64(update) / float64(threads))
	_, err = fmt.Fprintf(w, "this takes about %s on %s\n", report.Duration(total), report.Plural(threads, "thread"))
	return err
}

// command is the command line, as typed.
func command(c *cli.Context) string {
	words := []string{"glorot", "reproduce", "--scale", c.String("scale"), "--seed", fmt.Sprint(c.Uint64("seed"))}
	for _, name := range []string{"seeds", "passes", "search-passes"} {
		if n := c.Int(name); n > 0 {
			words = append(words, "--"+name, fmt.Sprint(n))
		}
	}
	if dir := c.String("store"); dir != "" {
		words = append(words, "--store", dir)
	}
	if c.Bool("kept") {
		words = append(words, "--kept")
	}
	return strings.Join(append(words, c.Args().Slice()...), " ")
}
