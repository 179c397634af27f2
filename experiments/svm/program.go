package svm

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Program is LIBSVM: the paths of its two programs.
type Program struct{ Train, Predict string }

// NotInstalledError says that a program of LIBSVM is not on the PATH.
type NotInstalledError struct {
	Program string // svm-train or svm-predict
	Err     error  // of the search
}

// Error names the packages that contain the program.
func (e *NotInstalledError) Error() string {
	return fmt.Sprintf("%s is not on the PATH: it comes with LIBSVM "+
		"(Debian, Ubuntu: apt-get install libsvm-tools; Fedora: dnf install libsvm; macOS: brew install libsvm)", e.Program)
}

// Unwrap returns the error of the search, [exec.ErrNotFound] as a rule.
func (e *NotInstalledError) Unwrap() error { return e.Err }

// Find finds svm-train and svm-predict on the PATH. The error is a
// *[NotInstalledError] that names the missing one.
func Find() (*Program, error) {
	train, err := find("svm-train")
	if err != nil {
		return nil, err
	}
	predict, err := find("svm-predict")
	if err != nil {
		return nil, err
	}
	return &Program{Train: train, Predict: predict}, nil
}

func find(program string) (path string, err error) {
	if path, err = exec.LookPath(program); err != nil {
		return "", &NotInstalledError{Program: program, Err: err}
	}
	return path, nil
}

// killDelay is how long the children of a killed program may hold its output
// open before it is closed.
const killDelay = 5 * time.Second

// run runs a program to its end, or kills it when ctx ends, and returns the
// seconds of processor time that it took. An error includes the program's
// message.
func run(ctx context.Context, path string, args ...string) (seconds float64, err error) {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.WaitDelay = killDelay
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		name := filepath.Base(path)
		if ctx.Err() != nil {
			return 0, fmt.Errorf("%s: %w", name, context.Cause(ctx))
		}
		if text := strings.TrimSpace(said.String()); text != "" {
			err = fmt.Errorf("%w: %s", err, text)
		}
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	return (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(), nil
}
