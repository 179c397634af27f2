package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"glorot/experiments/run"
	"glorot/models"

	"github.com/rogpeppe/go-internal/testscript"
	"gorgonia.org/tensor"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"glorot": func() { main() },
	})
}

// The sessions of testdata/*.txtar.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata", Cmds: commands, Setup: func(e *testscript.Env) error {
		e.Setenv("XDG_CACHE_HOME", filepath.Join(e.WorkDir, ".cache"))
		return nil
	}})
}

// glorotAt runs the program in a directory of its own and returns its exit status, standard output and standard error. "DIR" in an
// argument stands for the directory.
func glorotAt(t *testing.T, ctx context.Context, dir string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	t.Setenv("XDG_CACHE_HOME", filepath.Join(dir, ".cache")) // not the user's own
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "DIR", dir)
	}
	var out, errs bytes.Buffer
	status = glorot(ctx, args, strings.NewReader(""), &out, &errs)
	return status, out.String(), errs.String()
}

// Wrong use is one line on standard error that names the thing and what is allowed, nothing on standard output and status 2.
func TestWrongUse(t *testing.T) {
	t.Setenv("GLOROT_DATA", "")
	dir := t.TempDir()
	write := func(name, content string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("full/something", "")
	write("file", "")
	write("bad.yaml", "model:\n  activation: maxout\n")
	write("own.yaml", "base: {data.path: "+filepath.Join(dir, "none.csv")+"}\ngrid: {train.rate: [0.1, 0.2]}\n")
	write("unknown.yaml", "train:\n  rates: 1\n")
	for _, test := range []struct {
		args string
		want []string // on standard error
	}{
		{"nonsense", []string{`unknown command "nonsense"`, "reproduce, train, ", "help or completion\n"}},
		{"version extra", []string{`"extra"`}},
		{"version --nonsense", []string{"--nonsense", "want --json, --help", "see glorot version --help"}},
		{"help nonsense", []string{"nonsense"}},
		{"train --sett seed=1", []string{"unknown flag --sett, did you mean --set?; see glorot train --help"}},
		{"train --nonsense", []string{"unknown flag --nonsense; want --config, --set, ", ", --help; see"}},
		{"train --out DIR/deep --set model.hidden=[" + strings.Repeat("5,", 2999) + "5]", []string{"glorot: model.hidden: 3000 hidden layers; want at most 999\n"}},
		{"train --out DIR/wide --set model.hidden=[1000000,1000000]", []string{"glorot: model.hidden: a network of 1001033000000 weights with train.batch 10 needs about ", " GB of memory", "; allowed: fewer weights or a smaller batch"}},
		{"train --out DIR/batch --set model.hidden=[1000000] --set train.batch=1000000 --set observe.every=0", []string{"with train.batch 1000000 needs about 80"}},
		{"graph --set model.hidden=[1000000,1000000]", []string{"glorot: model.hidden: a network of 1001033000000 weights"}},
		{"--nonsense", []string{"nonsense", "see glorot help"}},
		{"data shapeset --cuont 5", []string{"cuont", "see glorot data shapeset --help"}},
		{"reproduce fig1 --out", []string{"--out needs a value", "see glorot reproduce --help"}},
		{"export run --weights", []string{"--weights needs a value"}},
		{"help data nonsense", []string{"nonsense"}},
		{"reproduce --scale huge", []string{`"huge"`, "smoke, quick, paper"}},
		{"reproduce fig99 --out DIR/new", []string{`"fig99"`, "fig6"}},
		{"reproduce --out DIR/full", []string{"DIR/full", "nothing is overwritten"}},
		{"reproduce --out DIR/file", []string{"DIR/file", "is a file"}},
		{"reproduce --out= fig1", []string{"--out is empty"}},
		{"reproduce --threads -2 --out DIR/new", []string{"--threads -2"}},
		{"train", []string{"out"}},
		{"train --resume DIR/none", []string{"DIR/none", "no such directory"}},
		{"train --resume DIR/full", []string{"DIR/full", "is not a run"}},
		{"train --resume DIR/full --out DIR/new", []string{"want --resume only"}},
		{"train --resume DIR/full --config DIR/bad.yaml", []string{"--resume and --config"}},
		{"train --resume DIR/full --set train.rate=1", []string{"train.rate=1", "want train.updates, train.patience, checkpoint.every", "glorot fork"}},
		{"train --resume DIR/full --set train.updates=1", []string{"DIR/full", "is not a run"}},
		{"train --out DIR/new --set checkpoint.at=[5,3]", []string{"checkpoint.at", "got 3", "ascending"}},
		{"fork", []string{"one run, got 0"}},
		{"fork DIR/full --at 1", []string{"needs --out"}},
		{"fork DIR/full --out DIR/new", []string{"fork needs --at UPDATE"}},
		{"fork DIR/full --at 1 --out DIR/new", []string{"DIR/full", "is not a run"}},
		{"replay", []string{"one run, got 0"}},
		{"replay DIR/none", []string{"DIR/none", "no such directory"}},
		{"replay DIR/full --observe nonsense", []string{`"nonsense"`, "want jacobian, look, digest or error"}},
		{"replay DIR/full --observe jacobian", []string{"needs --records FILE.jsonl"}},
		{"replay DIR/full --observe jacobian --records DIR/x.csv", []string{"DIR/x.csv", ".jsonl"}},
		{"replay DIR/full --observe jacobian --records DIR/x.jsonl --every 0", []string{"--every 0"}},
		{"replay DIR/full --every 5", []string{"--every without --observe"}},
		{"train --out DIR/full", []string{"DIR/full"}},
		{"train --out DIR/new --set model.activation=maxout", []string{"model.activation", "maxout", "sigmoid, tanh, softsign, identity, relu"}},
		{"train --out DIR/new --set train.rate=0", []string{"train.rate"}},
		{"train --out DIR/new --set train.rate=.nan", []string{"train.rate"}},
		{"train --out DIR/new --set model.hidden=[100,-1]", []string{"model.hidden", "-1"}},
		{"train --out DIR/new --config DIR/none.yaml", []string{"DIR/none.yaml"}},
		{"train --out DIR/new --config DIR/bad.yaml", []string{"DIR/bad.yaml:2:15", "maxout"}},
		{"train --out DIR/new --config DIR/unknown.yaml", []string{"DIR/unknown.yaml:2:3", "rates", "train.rate"}},
		{"train --out DIR/new --set data.path=DIR/none.csv", []string{"DIR/none.csv: there is no such file or folder"}},
		{"graph --set data.path=DIR/none.csv", []string{"DIR/none.csv: there is no such file or folder"}},
		{"study DIR/own.yaml --out DIR/new", []string{"DIR/none.csv: there is no such file or folder"}},
		{"runs DIR/none", []string{"DIR/none: there is no such file or folder"}},
		{"graph --set nonsense", []string{"nonsense"}},
		{"data mnist", []string{`"mnist"`, "fetch, info, shapeset or smallimagenet"}},
		{"data fetch", []string{"one data set", "mnist or fashionmnist or kmnist or emnist or cifar10 or cifar100"}},
		{"data fetch mnist cifar10 --data DIR/new", []string{"got 2 arguments"}},
		{"data fetch imagenet --data DIR/new", []string{`"imagenet"`, "mnist or fashionmnist or kmnist or emnist or cifar10 or cifar100"}},
		{"data fetch mnist", []string{"fetch needs --data", "or GLOROT_DATA", "see glorot data fetch --help"}},
		{"data info", []string{"info needs --data", "see glorot data info --help"}},
		{"data info shapeset --data DIR", []string{`"shapeset"`, "mnist, fashionmnist, kmnist, emnist, cifar10, cifar100, smallimagenet"}},
		{"data smallimagenet --to DIR/new", []string{"needs --from; see glorot data smallimagenet --help"}},
		{"data smallimagenet --from DIR/full", []string{"--to or --data"}},
		{"data smallimagenet --from DIR/none --to DIR/new", []string{"DIR/none is not a folder"}},
		{"data smallimagenet --from DIR/file --to DIR/new", []string{"DIR/file is not a folder"}},
		{"data smallimagenet --from DIR --to DIR/full", []string{"DIR/full", "nothing is overwritten"}},
		{"data smallimagenet --from DIR --to DIR/file", []string{"DIR/file", "nothing is overwritten"}},
		{"data smallimagenet --from DIR --to DIR/new --per-class 10", []string{"--per-class 10; want 0, or 11 or more"}},
		{"train --out DIR/new --set data.name=imagenet", []string{"data.name", "imagenet", "shapeset, shapeset100k, mnist, fashionmnist, kmnist, emnist, cifar10, cifar100, smallimagenet, own"}},
		{"train --out DIR/new --set data.name=mnist", []string{"data.name mnist needs --data", "GLOROT_DATA", "glorot data fetch mnist --data"}},
		{"train --out DIR/new --set data.seed=0", []string{"data.seed: got 0", "0 makes the test images"}},
		{"train --out DIR/new --set data.seed=4294967295", []string{"data.seed: got 4294967295", "4294967295 the validation images"}},
		{"train --out DIR/new --set data.name=mnist --set data.seed=2", []string{"data.seed: got 2", "the images of mnist are not generated"}},
		{"graph --set data.name=smallimagenet", []string{"data.name smallimagenet", "glorot data smallimagenet"}},
		{"data shapeset --out DIR/x.gif", []string{"DIR/x.gif", ".npz or .png"}},
		{"data shapeset --out DIR/x.npz --seed 4294967296", []string{"4294967296"}},
		{"data shapeset --out DIR/x.npz --seed -1", []string{"--seed -1; want an integer, 0 or more"}},
		{"data shapeset --out DIR/x.npz --count 1e3", []string{"--count 1e3; want an integer"}},
		{"data shapeset --out DIR/x.npz --count 1000001", []string{"--count 1000001; want 1 to 1000000"}},
		{"data shapeset --out DIR/x.npz --json=maybe", []string{"--json maybe; want true or false"}},
		{"data shapeset --out DIR/x.npz --count 0", []string{"--count 0"}},
		{"data shapeset --out DIR/file.npz --count 1 extra", []string{`"extra"`}},
		{"sweep report", []string{"one sweep, got 0"}},
		{"sweep report DIR/full", []string{"DIR/full: is not a sweep"}},
		{"sweep report DIR/none --out DIR/new", []string{"DIR/none: is not a sweep"}},
		{"sweep report DIR/full --nonsense", []string{"--nonsense", "see glorot sweep report --help"}},
		{"export --weights DIR/w.npz", []string{"one run"}},
		{"export DIR/none --weights DIR/w.npz", []string{"DIR/none"}},
		{"export DIR/full --weights DIR/w.npz", []string{"DIR/full"}},
		{"export DIR/full --weights DIR/w.txt", []string{"DIR/w.txt", ".npz"}},
		{"sweep cell DIR/full", []string{"sweep cell takes a sweep's directory and an index, got 1 argument\n"}},
		{"lab --addr 8010 DIR/new", []string{"--addr 8010; want HOST:PORT"}},
		{"lab --addr 127.0.0.1:99999 DIR/new", []string{"--addr 127.0.0.1:99999; want HOST:PORT"}},
		{"runs archive --to DIR/new", []string{"one or more runs, got none"}},
		{"runs archive DIR/full --to DIR/new", []string{"one or more runs, got none"}},
		{"runs archive DIR/full --to DIR/new --prove -1", []string{"--prove -1; want 0 or more"}},
		{"bench --width 0", []string{"--width 0"}},
	} {
		status, stdout, stderr := glorotAt(t, t.Context(), dir, strings.Fields(test.args)...)
		if status != exitUsage || stdout != "" || strings.Count(stderr, "\n") != 1 {
			t.Errorf("glorot %s: status %d, stdout %q, stderr %q; want status 2 and one line on stderr", test.args, status, stdout, stderr)
		}
		for _, want := range test.want {
			if want = strings.ReplaceAll(want, "DIR", dir); !strings.Contains(stderr, want) {
				t.Errorf("glorot %s: %q does not say %q", test.args, stderr, want)
			}
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "new")); err == nil {
		t.Error("wrong use made a directory")
	}
}

// Flags stand before or after arguments, and "--" ends them.
func TestFlagsFirst(t *testing.T) {
	app := newApp(nil, nil, nil)
	for _, test := range []struct{ args, want string }{
		{"reproduce fig6 --seed 7 fig7", "reproduce --seed 7 -- fig6 fig7"},
		{"reproduce --seed=7 fig6", "reproduce --seed=7 -- fig6"},
		{"reproduce fig6 --json --scale smoke", "reproduce --json --scale smoke -- fig6"},
		{"export runs/a --weights w.npz", "export --weights w.npz -- runs/a"},
		{"export --weights w.npz -- --odd", "export --weights w.npz -- --odd"},
		{"data shapeset --count 3 --out x.npz", "data shapeset --count 3 --out x.npz"},
		{"data shapeset extra --count 3", "data shapeset --count 3 -- extra"},
		{"train --set a=b --set c=d --out -x", "train --set a=b --set c=d --out -x"},
		{"help train", "train --help"},
		{"help data shapeset", "data shapeset --help"},
		{"help nonsense", "help -- nonsense"},
		{"reproduce fig6 --out", "reproduce --out"},
		{"export run --weights", "export --weights"},
		{"nonsense", "nonsense"},
	} {
		got := strings.Join(flagsFirst(app, strings.Fields(test.args)), " ")
		if got != test.want {
			t.Errorf("flagsFirst(%s) = %s, want %s", test.args, got, test.want)
		}
	}
}

// The usual ways to ask for help print the same, with status 0.
func TestHelp(t *testing.T) {
	status, want, _ := glorotAt(t, t.Context(), t.TempDir(), "help")
	if status != 0 || !strings.Contains(want, "COMMANDS:") {
		t.Fatalf("help: status %d, %q", status, want)
	}
	for _, flag := range []string{"--help", "-h"} {
		if status, stdout, stderr := glorotAt(t, t.Context(), t.TempDir(), flag); status != 0 || stdout != want || stderr != "" {
			t.Errorf("%s: status %d, stderr %q; want the text of help", flag, status, stderr)
		}
	}
}

// An interrupt before the work began leaves nothing.
func TestInterruptedEarly(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, args := range [][]string{{"train", "--out", "DIR/run"}, {"reproduce", "fig6", "--out", "DIR/page"}} {
		dir := t.TempDir()
		status, stdout, stderr := glorotAt(t, ctx, dir, args...)
		if status != exitInterrupted || stdout != "" || stderr != "glorot: interrupted: nothing was written\n" {
			t.Errorf("%s: status %d, stdout %q, stderr %q; want 130 and that nothing was written", args[0], status, stdout, stderr)
		}
		if left, _ := os.ReadDir(dir); len(left) != 0 {
			t.Errorf("%s left %v", args[0], left)
		}
	}
}

// trains waits until a run has been tested, and has had some time to train.
func trains(dir string) error {
	for range 600 {
		log, err := os.ReadFile(filepath.Join(dir, "log.jsonl"))
		if err == nil && bytes.Contains(log, []byte(`"event":"test"`)) {
			time.Sleep(100 * time.Millisecond)
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("%s does not train after a minute", dir)
}

// An interrupt ends training between two updates: the manifest says so, and the weights are those of a run of just as many updates.
func TestInterrupted(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	tiny := []string{"train", "--set", "model.hidden=[5]", "--set", "observe.examples=10"}
	go func() {
		defer cancel()
		if err := trains(filepath.Join(dir, "run")); err != nil {
			t.Error(err)
		}
	}()
	status, stdout, stderr := glorotAt(t, ctx, dir, append(tiny, "--set", "train.updates=1000000000", "--out", "DIR/run")...)
	var updates int
	_, err := fmt.Sscanf(stderr, "glorot: interrupted: "+dir+"/run holds a checkpoint after %d updates", &updates)
	if status != exitInterrupted || stdout != "" || err != nil {
		t.Fatalf("status %d, stdout %q, stderr %q; want 130 and the number of updates", status, stdout, stderr)
	}
	if r, err := run.Open(filepath.Join(dir, "run")); err != nil || r.Manifest().Exit != run.Interrupted || r.Manifest().Sessions[0].To != updates {
		t.Errorf("error %v; want that the run was interrupted after %d updates: %+v", err, updates, r)
	}
	if status, _, stderr := glorotAt(t, t.Context(), dir, append(tiny, "--set", fmt.Sprintf("train.updates=%d", updates), "--out", "DIR/whole")...); status != 0 {
		t.Fatal(stderr)
	}
	got, err1 := os.ReadFile(filepath.Join(dir, "run", "weights.safetensors"))
	want, err2 := os.ReadFile(filepath.Join(dir, "whole", "weights.safetensors"))
	if err1 != nil || err2 != nil || !bytes.Equal(got, want) {
		t.Errorf("the weights after an interrupt at update %d are not those of a run of as many (errors %v, %v)", updates, err1, err2)
	}
}

// Weights that cannot be kept are a failure, also after an interrupt.
func TestInterruptedAndNotKept(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer cancel()
		taken := filepath.Join(dir, "run")
		if err := errors.Join(trains(taken), os.RemoveAll(taken), os.WriteFile(taken, nil, 0o666)); err != nil {
			t.Error(err)
		}
	}()
	status, _, stderr := glorotAt(t, ctx, dir, "train", "--set", "model.hidden=[5]", "--set", "train.updates=1000000000", "--out", "DIR/run")
	if status != exitFailure || !strings.Contains(stderr, ".safetensors") || strings.Count(stderr, "\n") != 1 {
		t.Errorf("status %d, stderr %q; want 1 and one line about the weights", status, stderr)
	}
}

// Kernels that are not there are wrong use of every command.
func TestUnknownKernels(t *testing.T) {
	t.Setenv("GLOROT_KERNELS", "sse")
	for _, args := range []string{"reproduce fig6 --out DIR/page", "train --out DIR/run", "bench", "version"} {
		status, _, stderr := glorotAt(t, t.Context(), t.TempDir(), strings.Fields(args)...)
		if want := "glorot: GLOROT_KERNELS: kernel set \"sse\" is unknown; want avx512, avx2, neon or portable\n"; status != exitUsage || stderr != want {
			t.Errorf("glorot %s: status %d, stderr %q; want 2 and %q", args, status, stderr, want)
		}
	}
}

// The run's seed is that of the initial weights.
func TestSeed(t *testing.T) {
	dir := t.TempDir()
	for _, args := range [][]string{
		{"train", "--set", "seed=7", "--set", "model.hidden=[5]", "--set", "train.updates=0", "--out", "DIR/run"},
		{"export", "DIR/run", "--weights", "DIR/w.npz"},
	} {
		if status, _, stderr := glorotAt(t, t.Context(), dir, args...); status != 0 {
			t.Fatal(stderr)
		}
	}
	init, err := models.InitializerByName("standard")
	if err != nil {
		t.Fatal(err)
	}
	p, err := models.NewParameters([]int{1024, 5, 9}, init, 7, tensor.Float32)
	if err != nil {
		t.Fatal(err)
	}
	for i := range p.W {
		for _, w := range []struct {
			name string
			want []float32
		}{{fmt.Sprintf("W%d", i+1), p.W[i].Float32s()}, {fmt.Sprintf("b%d", i+1), p.B[i].Float32s()}} {
			if !slices.Equal(array[float32](t, filepath.Join(dir, "w.npz"), w.name), w.want) {
				t.Errorf("%s are not those of seed 7", w.name)
			}
		}
	}
}

// A run that diverges keeps its weights, logs where the first NaN arose, and fails.
func TestDiverged(t *testing.T) {
	dir := t.TempDir()
	status, _, stderr := glorotAt(t, t.Context(), dir, "train", "--out", "DIR/run",
		"--set", "model.hidden=[5,5]", "--set", "model.activation=identity", "--set", "train.rate=1e38", "--set", "train.updates=50")
	if status != exitFailure || !strings.Contains(stderr, "diverged") || !strings.Contains(stderr, "layer") {
		t.Errorf("status %d, stderr %q; want 1 and the layer", status, stderr)
	}
	log, err := os.ReadFile(filepath.Join(dir, "run", "log.jsonl"))
	if err != nil || !bytes.Contains(log, []byte(`"event":"diverged"`)) {
		t.Errorf("log %s, error %v; want a record of the divergence", log, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "run", "weights.safetensors")); err != nil {
		t.Error(err)
	}
	// It would diverge again; a replay does.
	status, _, stderr = glorotAt(t, t.Context(), dir, "train", "--resume", "DIR/run")
	if want := "glorot: " + dir + "/run: the run is finished: it diverged\n"; status != exitFailure || stderr != want {
		t.Errorf("status %d, stderr %q; want 1 and %q", status, stderr, want)
	}
	status, stdout, stderr := glorotAt(t, t.Context(), dir, "replay", "DIR/run")
	if status != 0 || !strings.HasPrefix(stdout, "identical: 1 digest and ") {
		t.Errorf("status %d, stdout %q, stderr %q; want 0 and identical", status, stdout, stderr)
	}
}
