package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"glorot/experiments/bench"
	"glorot/experiments/paper"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/page"
	"glorot/experiments/paper/plan"
	"glorot/experiments/paper/results"
	"glorot/experiments/paper/setup"
	"glorot/experiments/progress"
	"glorot/experiments/report"
	"glorot/experiments/run"

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
		return workOn(c, tasks, "task", dir, c.Int("task"))
	}
	name := c.String("scale")
	if c.Bool("fresh") && !c.IsSet("scale") {
		name = "quick"
	}
	scale, err := scaleByName(name)
	if err != nil {
		return wrongUse("--scale: %w", err)
	}
	verify, search, err := updatesToVerify(c, scale)
	if err != nil {
		return err
	}
	for _, name := range []string{"threads", "seeds", "passes", "search-passes"} {
		if c.Int(name) < 0 {
			return wrongUse("--%s %d; want 0 or more", name, c.Int(name))
		}
	}
	if n := c.Int("seeds"); n > 0 {
		scale.Trained = n
	}
	if !scale.Drawn {
		scale.Passes, scale.Short = c.Int("passes"), c.Int("search-passes")
	}
	store, err := openStore(c.String("store"), scale.Drawn, c.Bool("fresh"))
	if err != nil {
		return err
	}
	if err := warnOfEarlier(c.App.ErrWriter, cmp.Or(store.Dir, c.String("store"))); err != nil {
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
	bar := progress.New(c.App.ErrWriter)
	study, err := paper.NewStudy(plan.Options{
		Scale: scale, Seed: c.Uint64("seed"), Threads: threads, Only: c.Args().Slice(), Progress: bar.Show,
		Data: c.String("data"), Store: store, Commands: hintCommands(c), KeptOnly: c.Bool("kept"), Verify: verify, VerifySearch: search, Warn: func(err error) { fmt.Fprintf(c.App.ErrWriter, "glorot: %v\n", err) },
	})
	if err != nil {
		return usageError{err}
	}
	if on != "" {
		if done, err := trainOn(c, study, scale.Name); !done || err != nil {
			return err
		}
	}
	if long := scale.Search && scale.Name != "smoke"; !c.Bool("kept") && (long || bar.Screen()) {
		if err := announce(c.Context, c.App.ErrWriter, study, threads); err != nil {
			return ended(err)
		}
	}
	started := time.Now()
	results, err := study.Run(c.Context)
	bar.Clear()
	if err != nil {
		return ended(err)
	}
	p := page.Page{Results: results, Asked: c.Args().Present(), Scale: scale, Command: command(c, scale.Name), Version: buildVersions().Version, Started: started, Took: time.Since(started)}
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
	switch text := c.String("verify"); text {
	case "", "search":
		return plan.DefaultVerify(), text != "", nil
	case "all":
		return plan.VerifyAll, false, nil
	default:
		if updates, err = strconv.Atoi(text); err != nil || updates < 0 {
			err = wrongUse("--verify %s; want a number of updates, search or all", text)
		}
		return updates, false, err
	}
}

// scaleByName returns the scale of that name, or for tests and experiments the scale in a JSON file.
func scaleByName(name string) (scale setup.Scale, err error) {
	if filepath.Ext(name) != ".json" {
		return setup.ScaleByName(name)
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

// hintCommands returns the folders and the seed for the commands in the page's hints.
func hintCommands(c *cli.Context) observed.Commands {
	var flags []string
	dir, next := c.String("data"), ""
	switch dir {
	case "":
		dir, next = "data", "--data data"
	case os.Getenv("GLOROT_DATA"): // those commands read it, too
	default:
		flags = append(flags, "--data "+quoted(dir))
	}
	if seed := c.Uint64("seed"); seed != 1 {
		flags = append(flags, fmt.Sprintf("--seed %d", seed))
	}
	if kept := c.String("store"); kept != "" {
		flags = append(flags, "--store "+quoted(kept))
	}
	return observed.Commands{
		Flags: strings.Join(flags, " "),
		Bring: func(name string) (command, flags string) { return bringCommand(name, dir), next },
	}
}

// openStore opens the folder of runs, backed by the kept trainings unless everything is to be trained. If trainings are only drawn, it opens the
// kept ones alone.
func openStore(dir string, drawn, fresh bool) (*run.Store, error) {
	if drawn {
		return results.NewStore(""), nil
	}
	if dir == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return nil, wrongUse("--store: there is no user's cache folder here (%w); name one", err)
		}
		dir = filepath.Join(user, "glorot")
	}
	if fresh {
		return run.NewStore(dir), nil
	}
	return results.NewStore(dir), nil
}

// ended reports an interrupt as one after which nothing was written.
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
	if total < time.Second {
		return nil
	}
	_, err = fmt.Fprintf(w, "this takes about %s on %s\n", report.Duration(total), report.Plural(threads, "thread"))
	return err
}

// command is the command line, as typed.
func command(c *cli.Context, scale string) string {
	words := []string{"glorot", "reproduce", "--scale", scale, "--seed", fmt.Sprint(c.Uint64("seed"))}
	for _, name := range []string{"seeds", "passes", "search-passes"} {
		if n := c.Int(name); n > 0 {
			words = append(words, "--"+name, fmt.Sprint(n))
		}
	}
	if dir := c.String("store"); dir != "" {
		words = append(words, "--store", dir)
	}
	for _, name := range []string{"kept", "fresh"} {
		if c.Bool(name) {
			words = append(words, "--"+name)
		}
	}
	return strings.Join(append(words, c.Args().Slice()...), " ")
}
