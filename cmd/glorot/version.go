package main

import (
	"fmt"
	"runtime"

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
			if err := noArguments(c); err != nil {
				return err
			}
			e, err := kernel.New(kernel.Options{})
			if err != nil {
				return err
			}
			defer e.Close()
			v := buildVersions()
			v.Kernels, v.Threads = e.Set(), e.Threads()
			if c.Bool("json") {
				return printJSON(c, v)
			}
			_, err = fmt.Fprintf(c.App.Writer, "glorot %s, %s %s/%s\ngorgonia %s, tensor %s\nkernels %s, %d threads\n",
				join(v.Version, v.Revision), v.Go, v.OS, v.Arch, v.Gorgonia, v.Tensor, v.Kernels, v.Threads)
			return err
		},
	}
}

// checkKernels refuses a GLOROT_KERNELS that this machine does not have.
func checkKernels(*cli.Context) error {
	e, err := kernel.New(kernel.Options{Threads: 1})
	if err != nil {
		return usageError{err}
	}
	e.Close()
	return nil
}

func buildVersions() versions {
	p := run.ThisProgram()
	return versions{
		Version: p.Version, Revision: p.Revision, Go: p.Go, OS: runtime.GOOS, Arch: runtime.GOARCH,
		Gorgonia: p.Dependencies["gorgonia.org/gorgonia"], Tensor: p.Dependencies["gorgonia.org/tensor"],
	}
}

func join(version, revision string) string {
	if revision == "" {
		return version
	}
	return version + " " + revision
}
