package main

import (
	"runtime"
	"strings"

	"glorot/experiments/run"
	"glorot/graph/kernel"

	"github.com/urfave/cli/v2"
)

// versions is what `glorot version --json` prints.
type versions struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"`
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
	Gorgonia string `json:"gorgonia"`
	Tensor   string `json:"tensor"`
	Kernels  string `json:"kernels"`
	Threads  int    `json:"threads"`
}

func versionCommand() *cli.Command {
	return &cli.Command{
		Name:        "version",
		Usage:       "print the versions of the program, of Go and of Gorgonia, and the kernels in use",
		Description: "Example:\n   glorot version --json",
		Flags:       []cli.Flag{jsonFlag()},
		Action: func(c *cli.Context) error {
			e, err := kernel.New(kernel.Options{})
			if err != nil {
				return err
			}
			defer e.Close()
			p := run.ThisProgram()
			v := versions{
				p.Version, p.Revision, p.Go, runtime.GOOS, runtime.GOARCH,
				p.Dependencies["gorgonia.org/gorgonia"], p.Dependencies["gorgonia.org/tensor"], e.Set(), e.Threads(),
			}
			return answer(c, v, "glorot %s, %s %s/%s\ngorgonia %s, tensor %s\nkernels %s, %d threads\n",
				strings.TrimSpace(v.Version+" "+v.Revision), v.Go, v.OS, v.Arch, v.Gorgonia, v.Tensor, v.Kernels, v.Threads)
		},
	}
}

// checkKernels refuses a GLOROT_KERNELS that this machine does not have.
func checkKernels(*cli.Context) error {
	e, err := kernel.New(kernel.Options{Threads: 1})
	if err != nil {
		return wrongUse("%w", err)
	}
	e.Close()
	return nil
}
