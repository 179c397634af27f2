package work

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"unicode/utf8"

	"glorot/experiments/run"
	"glorot/experiments/wording"
)

// usualMaxArraySize is Slurm's default, for scripts that are only shown, on a machine without Slurm.
const usualMaxArraySize = 1001

// A Batch is tasks for a cluster. Its errors about what its user chose are [*run.UsageError] that name the flags of the command line.
type Batch struct {
	Tasks   Tasks
	Engine  string // "slurm" or "kubernetes"
	Flag    string // that names the engine
	Noun    string // the name for a task, such as "cell"
	What    string // the name for all of them
	Dir     string // absolute; has the logs of the jobs, and gives them their name
	Home    string // absolute; has everything that the workers write
	Data    string // absolute, or ""; the folder of the data sets
	Threads int    // of each task

	RetryFailed bool // sends tasks again that failed before
	DryRun      bool // shows what would be sent

	Sbatch              []string // further options of sbatch
	Image, Claim, Mount string   // of Kubernetes; without Mount it is Home
	Jobs                int      // of Kubernetes: tasks at a time; 0 means all

	// Worker returns the command of a worker without the number of its task.
	Worker func(program string, more ...string) []string

	Out  io.Writer    // gets what was sent, or would be
	Note func(string) // is called if nothing is left to send to Kubernetes
	Warn func(error)
}

// Send sends the unfinished tasks, or shows what would be sent.
func (b Batch) Send(ctx context.Context) error {
	if b.Threads < 1 {
		return wrong("--threads %d; want 1 or more", b.Threads)
	}
	if b.Engine == "kubernetes" {
		return b.kubernetes(ctx)
	}
	return b.slurm(ctx)
}

func wrong(format string, args ...any) error {
	return &run.UsageError{Problem: fmt.Sprintf(format, args...)}
}

// slurm sends the tasks to Slurm, where this program runs them on the nodes.
func (b Batch) slurm(ctx context.Context) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	slurm := Slurm{Dir: b.Dir, Threads: b.Threads, Options: b.Sbatch, Worker: b.Worker(program, "--engine", "slurm")}
	size, err := MaxArraySize(ctx)
	if err != nil {
		if !b.DryRun {
			return err
		}
		size = usualMaxArraySize
		b.Warn(fmt.Errorf("%w; arrays are limited to Slurm's default, MaxArraySize=%d", err, size))
	}
	return b.arrays(ctx, slurm, size)
}

// arrays sends, or shows, the arrays of tasks. Tasks that wait for others come after them.
func (b Batch) arrays(ctx context.Context, slurm Slurm, size int) error {
	list, err := Statuses(ctx, b.Tasks)
	if err != nil {
		return err
	}
	queued, err := Queued(ctx, slurm.Dir)
	if err != nil && !b.DryRun {
		return err // tasks in the queue would be sent twice
	}
	pending := Pending(b.Tasks, queued)
	var before []string // jobs of lower levels
	sent := 0
	for level, send := range ToSend(b.Tasks, list, queued, b.RetryFailed) {
		jobs := pending[level]
		for _, a := range Arrays(send, size) {
			sent++
			if b.DryRun {
				a.Job = fmt.Sprintf("JOB%d", sent)
				fmt.Fprint(b.Out, slurm.Script(a, before))
			} else if a, err = slurm.Submit(ctx, a, before); err != nil {
				return err
			} else {
				fmt.Fprintf(b.Out, "job %s: %s, array %s, offset %d\n", a.Job, wording.Plural(len(a.Tasks), b.Noun), a.Indexes(), a.Offset)
			}
			jobs = append(jobs, a.Job)
		}
		before = append(before, jobs...)
	}
	if sent == 0 {
		fmt.Fprintf(b.Out, "nothing to send; %s\n", Count(list))
	}
	return nil
}

// claimName is a DNS subdomain. The API accepts other names, too, but then no pod ever starts.
var claimName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)

// kubernetes prints the Job of the tasks, unless all are finished.
func (b Batch) kubernetes(ctx context.Context) error {
	k := Kubernetes{Image: b.Image, Claim: b.Claim, Dir: b.Dir, Threads: b.Threads, Jobs: cmp.Or(b.Jobs, b.Tasks.Len()), Worker: b.Worker("glorot")}
	switch {
	case !b.DryRun:
		return wrong("%s kubernetes without --dry-run: glorot does not talk to the cluster; want --dry-run | kubectl apply -f -", b.Flag)
	case strings.ContainsAny(k.Image, " \t\n"):
		return wrong("--image %q; want a name without spaces", k.Image)
	case !claimName.MatchString(k.Claim):
		return wrong("--claim %q; want the name of a PersistentVolumeClaim: lower-case letters, digits, - and .", k.Claim)
	case k.Jobs < 1:
		return wrong("--jobs %d; want 1 or more", k.Jobs)
	}
	var err error
	if k.Mount, err = b.mount(); err != nil {
		return err
	}
	if n := b.Tasks.Len(); n > MostIndexes {
		return wrong("%s; a Job takes %d; want fewer", wording.Plural(n, b.Noun), MostIndexes)
	}
	list, err := Statuses(ctx, b.Tasks)
	if err != nil {
		return err
	}
	n := Count(list)
	if n.Left() == 0 {
		b.Note("nothing to send; " + n.String()) // Out is for kubectl
		return nil
	}
	if n[Failed] > 0 && !b.RetryFailed {
		b.Warn(fmt.Errorf("the Job also tries again %s that failed before", wording.Plural(n[Failed], b.Noun)))
	}
	_, err = fmt.Fprint(b.Out, k.Manifest(b.Tasks.Len()))
	return err
}

// mount returns the folder that the claim holds, which must have everything that the pods read and write.
func (b Batch) mount() (mount string, err error) {
	if mount, err = filepath.Abs(cmp.Or(b.Mount, b.Home)); err != nil {
		return "", err
	}
	if strings.Contains(mount, ":") || !utf8.ValidString(b.Home+b.Data) {
		return "", wrong("--mount %q; want UTF-8 without a colon, which Kubernetes does not allow", mount)
	}
	for _, folder := range []struct{ what, path string }{{b.What, b.Home}, {"--data", b.Data}} {
		if in, err := filepath.Rel(mount, folder.path); folder.path != "" && (err != nil || !filepath.IsLocal(in)) {
			return "", wrong("%s, %s, is not in %s, which the claim holds; want --mount FOLDER with everything that the pods need", folder.what, folder.path, mount)
		}
	}
	return mount, nil
}
