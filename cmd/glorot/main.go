// Glorot is a laboratory for the training dynamics of deep networks: Glorot & Bengio (2010), "Understanding the
// difficulty of training deep feedforward neural networks", as a running program.
//
//	glorot reproduce                          make the paper's figures and check its claims
//	glorot train --set model.init=normalized --out runs/a
//	glorot train --resume runs/a              continue after a kill, with the same bits
//	glorot replay runs/a                      recompute it and verify that its weights are identical
//	glorot fork runs/a --at 20000 --set train.rate=0.1 --out runs/b
//	glorot sweep run sweeps/a --jobs 2        do the remaining runs of a plan
//	glorot sweep report sweeps/a              show its results over seeds
//	glorot study STUDY.yaml --out studies/a   from one file to a page that says what differs
//	glorot compare runs/a1 runs/a2 runs/b1    compare groups of runs over seeds
//	glorot runs --where model.init=normalized list runs with status, progress, error and age
//	glorot show runs/a                        its errors, its layers, and what is unusual
//	glorot watch runs                         watch runs on the terminal
//	glorot lab runs                           see all of this in the browser
//	glorot hook pytorch                       record networks that PyTorch trains
//	glorot help COMMAND                       explain a command, with an example
//
// Results go to standard output, progress to standard error. The exit status is 0 for success, 1 for failure, 2 for wrong use and
// 130 after an interrupt; glorot sweep also uses 75, which means: try again.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"glorot/experiments/dataset"
	"glorot/experiments/help"
	"glorot/experiments/run"
	"glorot/experiments/run/atomicfile"
	"glorot/experiments/work"

	"github.com/urfave/cli/v2"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends the program at once
	os.Exit(glorot(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// Exit statuses.
const (
	exitFailure     = 1
	exitUsage       = 2
	exitInterrupted = 130
)

// glorot runs the program with the arguments after its name and returns the exit status.
func glorot(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	app := newApp(stdin, stdout, stderr)
	err := app.RunContext(ctx, append([]string{app.Name}, flagsFirst(app, args)...))
	var stopped interrupted
	switch {
	case err == nil:
	case errors.Is(err, context.Canceled) && !errors.As(err, &stopped):
		fmt.Fprintln(stderr, "glorot: interrupted")
	default:
		fmt.Fprintln(stderr, "glorot:", err)
	}
	return exitStatus(err)
}

// exitStatus returns the exit status for the error of a command.
func exitStatus(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, work.ErrAgain):
		return work.ExitAgain
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	}
	var use *run.UsageError
	var absent *dataset.NoSuchPathError
	var noCommand cli.ExitCoder // of cli's help of a command with commands
	var occupied *atomicfile.OccupiedError
	if errors.As(err, &use) || errors.As(err, &absent) || errors.As(err, &occupied) || errors.As(err, &noCommand) {
		return exitUsage
	}
	return exitFailure
}

// interrupted is the error of an interrupted command, with what it left behind.
type interrupted struct{ left string }

func (i interrupted) Error() string { return "interrupted: " + i.left }
func (i interrupted) Unwrap() error { return context.Canceled }

func newApp(stdin io.Reader, stdout, stderr io.Writer) *cli.App {
	app := &cli.App{
		Name:  "glorot",
		Usage: "a laboratory for the training dynamics of deep networks",
		Description: "Reproduces Glorot & Bengio (2010), \"Understanding the difficulty of training deep feedforward neural networks\".\n\n" +
			"Example:\n   glorot reproduce\n   glorot train --set model.init=normalized --out runs/a\n   glorot lab runs\n\n" +
			"The exit status is 0 for success, 1 for failure, 2 for wrong use and 130 after an interrupt (Ctrl-C), which leaves nothing\n" +
			"half-written. GLOROT_DATA=DIR is the folder of the stored data sets. GLOROT_KERNELS=avx512|avx2|neon|portable forces a set of\n" +
			"kernels; results do not depend on it.",
		Reader:      stdin,
		Writer:      stdout,
		ErrWriter:   stderr,
		HideVersion: true,
		// A value such as model.hidden=[100,100] is one value.
		DisableSliceFlagSeparator: true,
		ExitErrHandler:            func(*cli.Context, error) {},
		OnUsageError: func(_ *cli.Context, err error, _ bool) error {
			return wrongUse("%s; see glorot help", wrongFlag(err, nil))
		},
		Before: checkKernels,
		Flags:  []cli.Flag{cli.HelpFlag}, // which cli does not add beside a help command of one's own
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return wrongUse("unknown command %q; want %s", c.Args().First(), orNames(c.App.Commands))
			}
			return cli.ShowAppHelp(c)
		},
		Commands: []*cli.Command{
			reproduceCommand(),
			trainCommand(),
			replayCommand(),
			forkCommand(),
			sweepCommand(),
			studyCommand(),
			runsCommand(),
			showCommand(),
			watchCommand(),
			labCommand(),
			hookCommand(),
			compareCommand(),
			dataCommand(),
			exportCommand(),
			graphCommand(),
			benchCommand(),
			versionCommand(),
			helpCommand(),
			completionCommand(),
			completeCommand(),
		},
		CustomAppHelpTemplate: cli.AppHelpTemplate + "\nTOPICS: glorot help TOPIC\n" + help.List(),
	}
	equip(app.Name, app.Commands)
	return app
}
