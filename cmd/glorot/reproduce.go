package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"

	"glorot/experiments/bench"
	"glorot/experiments/cache"
	"glorot/experiments/paper"
	"glorot/experiments/report"

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
			"number that many updates. What was trained is kept, and not trained again.\n\n" +
			"Examples:\n   glorot reproduce fig6 fig7 claims --seed 7 --out reproduction\n   glorot reproduce fig11 --scale 300000 --seeds 3 --out figure11",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "scale", Usage: "how much is run: smoke, quick, paper or a number of updates", Value: "quick"},
			&cli.IntFlag{Name: "seeds", Usage: "seeds of each trained network; 0 means as many as the scale has"},
			&cli.IntFlag{Name: "passes", Usage: "passes over each stored data set; 0 means as many updates as the scale has"},
			&cli.IntFlag{Name: "search-passes", Usage: "passes over each stored data set of each training of a scale's search; 0 means a fifth of the updates"},
			dataFlag(),
			&cli.StringFlag{Name: "cache", Usage: "keep what is trained in `DIR`; \"none\" keeps nothing (default: glorot in the user's cache folder)"},
			&cli.Uint64Flag{Name: "seed", Usage: "of the first network; the others have the seeds after it", Value: 1},
			&cli.StringFlag{Name: "out", Usage: "make the page in `DIR`, which must not hold anything but an earlier page", Value: "reproduction"},
			&cli.BoolFlag{Name: "kept", Usage: "draw and judge what the cache keeps, and train nothing"},
			&cli.IntFlag{Name: "threads", Usage: "threads, shared out among the networks; 0 means one a processor; results do not depend on it"},
			jsonFlag(),
		},
		Action: reproduce,
	}
}

func reproduce(c *cli.Context) error {
	scale, err := paper.ScaleByName(c.String("scale"))
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
	kept, err := openCache(c.String("cache"))
	if err != nil {
		return err
	}
	out, err := stage(c.String("out"))
	if err != nil {
		return err
	}
	defer out.remove()
	threads := c.Int("threads")
	if threads == 0 {
		threads = runtime.NumCPU()
	}
	bar := newProgress(c.App.ErrWriter)
	study, err := paper.NewStudy(paper.Options{
		Scale: scale, Seed: c.Uint64("seed"), Threads: threads, Only: c.Args().Slice(), Progress: bar.show,
		Data: c.String("data"), Cache: kept, Commands: toldCommands(c), KeptOnly: c.Bool("kept"), Warn: func(err error) { fmt.Fprintf(c.App.ErrWriter, "glorot: %v\n", err) },
	})
	if err != nil {
		return usageError{err}
	}
	if long := scale.Search && scale.Name != "smoke"; !c.Bool("kept") && (long || bar.w != nil) {
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
	p := page{results: results, scale: scale, command: command(c), started: started, took: time.Since(started), threads: threads}
	if err := p.write(out.dir); err != nil {
		return cannotMake(out.out, err)
	}
	if err := out.finish(); err != nil {
		return err
	}
	if c.Bool("json") {
		return printJSON(c, p.forPrograms())
	}
	return p.print(c.App.Writer, out.out)
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
	if kept := c.String("cache"); kept != "" {
		flags = append(flags, "--cache "+quoted(kept))
	}
	return paper.Commands{
		Flags: strings.Join(flags, " "),
		Bring: func(name string) (command, flags string) { return bringCommand(name, dir), next },
	}
}

// openCache opens the folder of kept results.
func openCache(dir string) (cache.Cache, error) {
	switch dir {
	case "none":
		return cache.Cache{}, nil
	case "":
		user, err := os.UserCacheDir()
		if err != nil {
			return cache.Cache{}, wrongUse("--cache: there is no user's cache folder here (%w); name one, or none", err)
		}
		dir = filepath.Join(user, "glorot")
	}
	return cache.Open(dir), nil
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
	_, err = fmt.Fprintf(w, "this takes about %s on %s\n", short(total), plural(threads, "thread"))
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
	if dir := c.String("cache"); dir != "" {
		words = append(words, "--cache", dir)
	}
	if c.Bool("kept") {
		words = append(words, "--kept")
	}
	return strings.Join(append(words, c.Args().Slice()...), " ")
}

// print tells the verdicts.
func (p page) print(w io.Writer, out string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range p.results.Claims {
		fmt.Fprintf(t, "%s\t%s\t%s\n", c.ID, c.Outcome(), strings.TrimSpace(c.Text+" "+variant(c)))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	summary := report.Summarize(p.results.Claims)
	for _, kind := range report.ClaimKinds {
		var counts []string
		for _, v := range report.Verdicts {
			if n := summary[kind][v]; n > 0 {
				counts = append(counts, fmt.Sprintf("%d %s", n, v))
			}
		}
		if len(counts) > 0 {
			fmt.Fprintf(w, "%s: %s\n", kind.Plural(), strings.Join(counts, ", "))
		}
	}
	for _, n := range p.results.NotRun {
		fmt.Fprintf(w, "%s not run: %s\n", n.ID, n.Why)
	}
	_, err := fmt.Fprintf(w, "%s in %s\n", p.drawn(), filepath.Join(out, "index.html"))
	return err
}

// drawn counts what the page shows: "2 figures and 3 tables".
func (p page) drawn() string {
	text := plural(len(p.results.Figures), "figure")
	if n := len(p.results.Tables); n > 0 {
		text += " and " + plural(n, "table")
	}
	return text
}

func variant(c report.Claim) string {
	if c.Variant == "" {
		return ""
	}
	return "[" + c.Variant + "]"
}

// write fills a directory.
func (p page) write(dir string) error {
	if err := writeFigures(dir, p.results.Figures); err != nil {
		return err
	}
	readers := p.forReaders()
	return writeFiles(dir, map[string]func(io.Writer) error{
		"results.json": func(w io.Writer) error { return report.WriteResults(w, p.forPrograms()) },
		"results.md":   func(w io.Writer) error { return report.WriteMarkdown(w, readers) },
		"index.html":   func(w io.Writer) error { return report.WritePage(w, readers) },
	})
}
