package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"glorot/experiments/paper"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/page"
	"glorot/experiments/paper/plan"
	"glorot/experiments/paper/setup"
	"glorot/experiments/progress"
	"glorot/experiments/run"
	"glorot/experiments/work"

	"github.com/urfave/cli/v2"
)

func reproduceCommand() *cli.Command {
	return &cli.Command{
		Name:      "reproduce",
		Usage:     "reproduce the paper's figures and claims, as a page",
		ArgsUsage: "[fig6 fig7 claims C4 …]",
		Description: "Writes index.html (one self-contained page), results.md, results.json and figures/. Without arguments it makes everything; with\n" +
			"arguments, the figures, tables and claims that they name (" + paper.Names() + ").\n\n" +
			"--scale is kept (draw the trainings that the program carries, the default), smoke (seconds, every code path), quick (minutes), paper\n" +
			"(2.5 million updates per network), or a number of updates per network. Trainings are kept in --store and not repeated: if the command\n" +
			"is killed, the same command continues.\n\n" +
			"With --on the trainings are tasks of several processes. local waits for them; slurm submits them as job arrays, which must find --store,\n" +
			"the data sets and this program at the same paths; kubernetes --dry-run prints an Indexed Job for kubectl apply. The same command\n" +
			"submits unfinished tasks again, and without --on it draws the page.\n\n" +
			"Examples:\n   glorot reproduce fig6 fig7 claims --seed 7 --out reproduction\n   glorot reproduce fig11 --scale 300000 --seeds 3 --out figure11\n" +
			"   glorot reproduce table1 --scale paper --on slurm --store /shared/store --threads 4 --sbatch --time=24:00:00",
		Flags: append(taskFlags(),
			&cli.StringFlag{Name: "scale", Usage: "how much to run: kept, smoke, quick, paper or a number of updates", Value: "kept"},
			&cli.IntFlag{Name: "seeds", Usage: "seeds of each trained network; 0 means as many as the scale has"},
			&cli.IntFlag{Name: "passes", Usage: "passes over each stored data set; 0 means as many updates as the scale has"},
			&cli.IntFlag{Name: "search-passes", Usage: "passes over each stored data set in each training of the search; 0 means a fifth of the updates"},
			dataFlag(),
			&cli.StringFlag{Name: "store", Aliases: []string{"cache"}, Usage: "keep the runs in `DIR` (default: glorot in the user's cache folder)"},
			&cli.Uint64Flag{Name: "seed", Usage: "of the first network; the others have the seeds after it", Value: 1},
			&cli.StringFlag{Name: "out", Usage: "make the page in `DIR`, which must not hold anything but an earlier page", Value: "reproduction"},
			&cli.BoolFlag{Name: "kept", Usage: "draw and judge the trainings that the store and the program keep, and train nothing"},
			&cli.BoolFlag{Name: "fresh", Usage: "ignore the trainings that the program carries: train what --store does not have, at scale quick unless --scale is given"},
			&cli.StringFlag{Name: "verify", DefaultText: "500, fewer on slow processors", Usage: "scale kept: recompute `N` updates of each drawn training, or all, and compare the weights; search: also those of the search; 0 compares none"},
			&cli.IntFlag{Name: "threads", Usage: "threads, divided among the networks; 0 means one per processor; results do not depend on it"},
			&cli.BoolFlag{Name: "verbose", Usage: "also print every row of the claims"},
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
		return taskWorker.workOn(c, tasks, dir, c.Int("task"))
	}
	name := c.String("scale")
	if c.Bool("fresh") && !c.IsSet("scale") {
		name = "quick"
	}
	scale, err := setup.OpenScale(name)
	if err != nil {
		return wrongUse("--scale: %w", err)
	}
	verify, search, err := updatesToVerify(c, scale)
	if err != nil {
		return err
	}
	if err := cmp.Or(atLeast(c, 0, "threads", "seeds", "passes", "search-passes"), oneOf(c, "on", "local", "slurm", "kubernetes")); err != nil {
		return err
	}
	if n := c.Int("seeds"); n > 0 {
		scale.Trained = n
	}
	if !scale.Drawn {
		scale.Passes, scale.Short = c.Int("passes"), c.Int("search-passes")
	}
	store, err := paper.OpenStore(c.String("store"), scale, c.Bool("fresh"))
	if err != nil {
		return err
	}
	if err := paper.WarnOfEarlier(c.App.ErrWriter, cmp.Or(store.Dir, c.String("store"))); err != nil {
		return err
	}
	out, err := stage(c.String("out"), page.Product)
	if err != nil {
		return err
	}
	defer out.Remove()
	threads := cmp.Or(c.Int("threads"), runtime.NumCPU())
	bar := progress.New(c.App.ErrWriter)
	study, err := paper.NewStudy(plan.Options{
		Scale: scale, Seed: c.Uint64("seed"), Threads: threads, Only: c.Args().Slice(), Progress: bar.Show,
		Data: c.String("data"), Store: store, Commands: hintCommands(c), KeptOnly: c.Bool("kept"), Verify: verify, VerifySearch: search, Warn: func(err error) { bar.Clear(); warn(c.App.ErrWriter, err) },
	})
	if err != nil {
		return wrongUse("%w", err)
	}
	if c.IsSet("on") {
		if done, err := trainOn(c, study); !done || err != nil {
			return err
		}
	}
	if long := scale.Search && scale.Name != "smoke"; !c.Bool("kept") && (long || bar.Screen()) {
		bar.Begin("reading the kept trainings")
		text, err := study.Announce(c.Context, threads)
		if bar.Clear(); err != nil {
			return ended(err)
		}
		fmt.Fprint(c.App.ErrWriter, text)
	}
	started := time.Now()
	results, err := study.Run(c.Context)
	bar.Clear()
	if err != nil {
		return ended(err)
	}
	p := page.Page{Results: results, Asked: c.Args().Present(), Scale: scale, Command: command(c), Version: run.ThisProgram().Version, Started: started, Took: time.Since(started)}
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

// updatesToVerify returns how many updates of each drawn training are recomputed, and whether those of the search are.
func updatesToVerify(c *cli.Context, scale setup.Scale) (updates int, search bool, err error) {
	if !scale.Drawn {
		if c.IsSet("verify") {
			err = wrongUse("--verify is for --scale kept; the other scales train")
		}
		return 0, false, err
	}
	for _, name := range []string{"on", "seeds", "passes", "search-passes", "kept", "fresh"} {
		if c.IsSet(name) {
			return 0, false, wrongUse("--%s is for the scales that train: name one with --scale", name)
		}
	}
	return plan.ParseVerify(c.String("verify"))
}

// hintCommands returns the folders and the seed for the commands in the page's hints.
func hintCommands(c *cli.Context) observed.Commands {
	var flags []string
	dir, next := c.String("data"), ""
	switch dir {
	case "":
		dir, next = "data", "--data data"
	case os.Getenv("GLOROT_DATA"): // those commands read it, too
	default:
		flags = append(flags, "--data "+work.Quote(dir))
	}
	if seed := c.Uint64("seed"); seed != 1 {
		flags = append(flags, fmt.Sprintf("--seed %d", seed))
	}
	if kept := c.String("store"); kept != "" {
		flags = append(flags, "--store "+work.Quote(kept))
	}
	return observed.Commands{
		Flags: strings.Join(flags, " "),
		Bring: func(name string) (command, flags string) { return bringCommand(name, dir), next },
	}
}

// ended reports an interrupt as one after which nothing was written.
func ended(err error) error {
	if errors.Is(err, context.Canceled) {
		return interrupted{"nothing was written"}
	}
	return err
}

// command is the command line, with the flags that determine the results.
func command(c *cli.Context) string {
	flags := flagWords(c, "scale", "seed", "seeds", "passes", "search-passes", "store", "kept", "fresh", "verify")
	return strings.Join(slices.Concat([]string{"glorot", "reproduce"}, flags, c.Args().Slice()), " ")
}
