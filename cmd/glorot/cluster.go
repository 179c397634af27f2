package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"unicode/utf8"

	"glorot/experiments/report"
	"glorot/experiments/work"

	"github.com/urfave/cli/v2"
)

// usualMaxArraySize is Slurm's default, for scripts that are only shown, on a machine without Slurm.
const usualMaxArraySize = 1001

// A batch describes tasks that go to a cluster.
type batch struct {
	tasks   work.Tasks
	engine  string // the flag that names the cluster's kind
	noun    string // the name for a task, such as "cell"
	what    string // the name for all of them
	dir     string // absolute; has the logs of the jobs, and gives them their name
	home    string // absolute; has everything that the workers write
	data    string // absolute, or ""
	threads int    // of each task
	worker  func(program string, more ...string) []string
}

// clusterFlags are the flags of a command that sends tasks to a cluster, except for the one that names its kind.
func clusterFlags(noun string) []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "dry-run", Usage: "show what would be sent, and send nothing"},
		&cli.StringSliceFlag{Name: "sbatch", Usage: "slurm: add an `OPTION` of sbatch, such as --partition=main; may be repeated"},
		&cli.StringFlag{Name: "image", Usage: "kubernetes: run the `IMAGE` of a container that has glorot in its PATH"},
		&cli.StringFlag{Name: "claim", Usage: "kubernetes: the PersistentVolumeClaim `NAME` has everything that a " + noun + " reads and writes"},
		&cli.StringFlag{Name: "mount", DefaultText: "the folder that is written to", Usage: "kubernetes: the claim holds this `FOLDER`, and the pods have it at the same path"},
	}
}

// engineFlags are the flags that apply to only one kind of cluster.
var engineFlags = map[string][]string{"slurm": {"sbatch"}, "kubernetes": {"image", "claim", "mount", "jobs"}}

// send sends the unfinished tasks, or shows what would be sent.
func (b batch) send(c *cli.Context) error {
	engine := c.String(b.engine)
	if engineFlags[engine] == nil {
		return wrongUse("--%s %q; want slurm or kubernetes", b.engine, engine)
	}
	for other, flags := range engineFlags {
		for _, flag := range flags {
			if other != engine && c.IsSet(flag) {
				return wrongUse("--%s is for --%s %s, not for %s", flag, b.engine, other, engine)
			}
		}
	}
	if b.threads < 1 {
		return wrongUse("--threads %d; want 1 or more", b.threads)
	}
	if engine == "kubernetes" {
		return b.kubernetes(c)
	}
	return b.slurm(c)
}

// slurm sends the tasks to Slurm, where this program runs them on the nodes.
func (b batch) slurm(c *cli.Context) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	slurm := work.Slurm{Dir: b.dir, Threads: b.threads, Options: c.StringSlice("sbatch"), Worker: b.worker(program, "--engine", "slurm")}
	size, err := work.MaxArraySize(c.Context)
	if err != nil {
		if !c.Bool("dry-run") {
			return err
		}
		size = usualMaxArraySize
		warn(c.App.ErrWriter, fmt.Errorf("%w; arrays are limited to Slurm's default, MaxArraySize=%d", err, size))
	}
	return b.arrays(c, slurm, size)
}

// arrays sends, or shows, the arrays of tasks. Tasks that wait for others come after them.
func (b batch) arrays(c *cli.Context, slurm work.Slurm, size int) error {
	list, err := work.Statuses(c.Context, b.tasks)
	if err != nil {
		return err
	}
	queued, err := work.Queued(c.Context, slurm.Dir)
	if err != nil && !c.Bool("dry-run") {
		return err // tasks in the queue would be sent twice
	}
	pending := work.Pending(b.tasks, queued)
	var before []string // jobs of lower levels
	sent := 0
	for level, send := range work.ToSend(b.tasks, list, queued, c.Bool("retry-failed")) {
		jobs := pending[level]
		for _, a := range work.Arrays(send, size) {
			sent++
			if c.Bool("dry-run") {
				a.Job = fmt.Sprintf("JOB%d", sent)
				fmt.Fprint(c.App.Writer, slurm.Script(a, before))
			} else if a, err = slurm.Submit(c.Context, a, before); err != nil {
				return err
			} else {
				fmt.Fprintf(c.App.Writer, "job %s: %s, array %s, offset %d\n", a.Job, report.Plural(len(a.Tasks), b.noun), a.Indexes(), a.Offset)
			}
			jobs = append(jobs, a.Job)
		}
		before = append(before, jobs...)
	}
	if sent == 0 {
		fmt.Fprintf(c.App.Writer, "nothing to send; %s\n", counted(list))
	}
	return nil
}

// claimName is a DNS subdomain. The API accepts other names, too, but then no pod ever starts.
var claimName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)

// kubernetes prints the Job of the tasks, unless all are finished.
func (b batch) kubernetes(c *cli.Context) error {
	if !c.Bool("dry-run") {
		return wrongUse("--%s kubernetes without --dry-run: glorot does not talk to the cluster; want --dry-run | kubectl apply -f -", b.engine)
	}
	for _, flag := range []string{"image", "claim"} {
		if err := needs(c, flag); err != nil {
			return err
		}
	}
	k := work.Kubernetes{Image: c.String("image"), Claim: c.String("claim"), Dir: b.dir, Threads: b.threads, Jobs: b.tasks.Len(), Worker: b.worker("glorot")}
	if strings.ContainsAny(k.Image, " \t\n") {
		return wrongUse("--image %q; want a name without spaces", k.Image)
	}
	if !claimName.MatchString(k.Claim) {
		return wrongUse("--claim %q; want the name of a PersistentVolumeClaim: lower-case letters, digits, - and .", k.Claim)
	}
	if c.IsSet("jobs") {
		if k.Jobs = c.Int("jobs"); k.Jobs < 1 {
			return wrongUse("--jobs %d; want 1 or more", k.Jobs)
		}
	}
	var err error
	if k.Mount, err = b.mount(c); err != nil {
		return err
	}
	if n := b.tasks.Len(); n > work.MostIndexes {
		return wrongUse("%s; a Job takes %d; want fewer", report.Plural(n, b.noun), work.MostIndexes)
	}
	list, err := work.Statuses(c.Context, b.tasks)
	if err != nil {
		return err
	}
	n := counts(list)
	if n[work.Done]+n[work.Diverged] == len(list) {
		fmt.Fprintf(c.App.ErrWriter, "glorot: nothing to send; %s\n", counted(list)) // standard output is for kubectl
		return nil
	}
	if n[work.Failed] > 0 && !c.Bool("retry-failed") {
		warn(c.App.ErrWriter, fmt.Errorf("the Job also tries again %s that failed before", report.Plural(n[work.Failed], b.noun)))
	}
	_, err = fmt.Fprint(c.App.Writer, k.Manifest(b.tasks.Len()))
	return err
}

// mount returns the folder that the claim holds, which must have everything that the pods read and write.
func (b batch) mount(c *cli.Context) (mount string, err error) {
	mount = b.home
	if c.IsSet("mount") {
		if mount, err = filepath.Abs(c.String("mount")); err != nil {
			return "", err
		}
	}
	if strings.Contains(mount, ":") || !utf8.ValidString(b.home+b.data) {
		return "", wrongUse("--mount %q; want UTF-8 without a colon, which Kubernetes does not allow", mount)
	}
	for _, folder := range []struct{ what, path string }{{b.what, b.home}, {"--data", b.data}} {
		if in, err := filepath.Rel(mount, folder.path); folder.path != "" && (err != nil || !filepath.IsLocal(in)) {
			return "", wrongUse("%s, %s, is not in %s, which the claim holds; want --mount FOLDER with everything that the pods need", folder.what, folder.path, mount)
		}
	}
	return mount, nil
}
