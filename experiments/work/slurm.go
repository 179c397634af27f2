package work

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"glorot/experiments/run/atomicfile"
)

// slurmFile lists the arrays that were sent, so that the scheduler can be asked about them.
const slurmFile = "slurm.json"

// An Array is a list of tasks for one job array of Slurm: array index i is task i + Offset.
type Array struct {
	Job    string `json:"job"` // the id from Slurm
	Offset int    `json:"offset"`
	Tasks  []int  `json:"cells"` // ascending
}

// Arrays divides ascending tasks into arrays whose indexes are below a cluster's MaxArraySize.
func Arrays(tasks []int, maxSize int) []Array {
	var list []Array
	for _, c := range tasks {
		offset := c / maxSize * maxSize
		if n := len(list); n == 0 || list[n-1].Offset != offset {
			list = append(list, Array{Offset: offset})
		}
		a := &list[len(list)-1]
		a.Tasks = append(a.Tasks, c)
	}
	return list
}

// Indexes returns the indexes of the array in the format of sbatch: "0-3,7".
func (a Array) Indexes() string {
	var words []string
	for i := 0; i < len(a.Tasks); {
		j := i
		for j+1 < len(a.Tasks) && a.Tasks[j+1] == a.Tasks[j]+1 {
			j++
		}
		word := strconv.Itoa(a.Tasks[i] - a.Offset)
		if j > i {
			word += "-" + strconv.Itoa(a.Tasks[j]-a.Offset)
		}
		words, i = append(words, word), j+1
	}
	return strings.Join(words, ",")
}

// maxRestarts is how often a job may have been restarted, for any reason, and still be requeued after its worker was killed.
const maxRestarts = 100

// Slurm describes how tasks are sent to Slurm.
type Slurm struct {
	Dir     string   // absolute, on a file system that the nodes share; it holds slurm.json and the logs of the jobs
	Worker  []string // command of a task's worker; the task's number is appended; paths are those on the nodes
	Threads int      // per task, at least 1
	Options []string // further options of sbatch, such as "--time=10:00:00"
}

// Script returns the batch script of an array, which starts when the jobs in after have ended.
//
// The script passes on to the worker Slurm's SIGTERM (a pre-emption, a requeue, scancel) and the SIGUSR1 two minutes before the end of
// the job's time. It acts on the exit status of the worker:
//
//   - 75, to be tried again: the script puts its job back into the queue. It also does so after an unexpected signal, such as the
//     SIGKILL of a machine without memory, which Slurm takes for a failure. The worker prevents endless repetition
//     (lease.MaxKilled), or the script does if the worker dies too early for that.
//   - any status after a SIGTERM: Slurm itself decides whether to requeue the job.
//   - 0, 1, 2: the job ends with this status.
//
// If a node dies, Slurm requeues its jobs because of --requeue. If the script is killed too, but not its node, Slurm counts the job as
// failed: the task is not done, and the next submit sends it again.
func (s Slurm) Script(a Array, after []string) string {
	var b strings.Builder
	b.WriteString("#!/bin/bash\n")
	for _, o := range s.options(a, after) {
		fmt.Fprintf(&b, "#SBATCH %s\n", o)
	}
	var command []string
	for _, word := range s.Worker {
		command = append(command, Quote(word))
	}
	number := `"$SLURM_ARRAY_TASK_ID"`
	if a.Offset > 0 {
		number = fmt.Sprintf(`"$((SLURM_ARRAY_TASK_ID + %d))"`, a.Offset)
	}
	command = append(command, number)
	fmt.Fprintf(&b, `
export GOTRACEBACK=crash # a crash of Go ends with SIGABRT, not with 2, which means that the plan cannot be run
terminated= signal= worker=
pass() {
	signal=$1
	[ -z "$worker" ] || kill -$1 $worker
}
trap 'terminated=1; pass TERM' TERM
trap 'pass USR1' USR1
%s &
worker=$!
[ -z "$signal" ] || pass $signal # it came before the worker started
while kill -0 $worker 2>/dev/null; do
	wait $worker # until the worker ends or a signal comes
done
wait $worker
status=$?
if [ -z "$terminated" ] && ((status == %d || status > 128 && ${SLURM_RESTART_COUNT:-0} < %d)); then
	scontrol requeue "$SLURM_JOB_ID"
fi
exit $status
`, strings.Join(command, " "), ExitAgain, maxRestarts)
	return b.String()
}

func (s Slurm) options(a Array, after []string) []string {
	list := []string{
		"--job-name=glorot-" + jobName.ReplaceAllString(filepath.Base(s.Dir), "-"),
		"--array=" + a.Indexes(),
		"--cpus-per-task=" + strconv.Itoa(s.Threads),
		"--requeue",
		"--open-mode=append",
		"--signal=B:USR1@120",
		"--output=" + Quote(filepath.Join(strings.ReplaceAll(s.Dir, "%", "%%"), "slurm-%A_%a.log")),
	}
	if len(after) > 0 {
		list = append(list, "--dependency=afterany:"+strings.Join(after, ":"))
	}
	return append(list, s.Options...)
}

var jobName = regexp.MustCompile(`[^A-Za-z0-9_.-]+`)

// Submit sends an array and notes it, with the id of its job, in the directory of the sweep.
func (s Slurm) Submit(ctx context.Context, a Array, after []string) (Array, error) {
	out, err := ask(ctx, strings.NewReader(s.Script(a, after)), "sbatch", "--parsable")
	if err != nil {
		return a, err
	}
	a.Job, _, _ = strings.Cut(strings.TrimSpace(out), ";") // the cluster's name may follow
	sent, err := sentTo(s.Dir)
	if err != nil {
		return a, err
	}
	err = atomicfile.Write(filepath.Join(s.Dir, slurmFile), func(w io.Writer) error { return json.NewEncoder(w).Encode(append(sent, a)) })
	return a, err
}

// sentTo returns the arrays of the sweep in a directory that were sent.
func sentTo(dir string) (list []Array, err error) {
	path := filepath.Join(dir, slurmFile)
	src, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil {
		err = json.Unmarshal(src, &list)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return list, nil
}

// MaxArraySize returns the cluster's limit: array indexes are below it.
func MaxArraySize(ctx context.Context) (int, error) {
	out, err := ask(ctx, nil, "scontrol", "show", "config")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(out) {
		name, value, _ := strings.Cut(line, "=")
		if n, err := strconv.Atoi(strings.TrimSpace(value)); err == nil && strings.TrimSpace(name) == "MaxArraySize" && n > 0 {
			return n, nil
		}
	}
	return 0, errors.New("scontrol show config shows no MaxArraySize")
}

// ask runs one of Slurm's commands and returns its output.
func ask(ctx context.Context, in io.Reader, name string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, name, args...)
	var out, errs bytes.Buffer
	c.Stdin, c.Stdout, c.Stderr = in, &out, &errs
	if err := c.Run(); err != nil {
		// Without wrapping the error, whose exit status is not this program's.
		return "", errors.New(strings.TrimSpace(fmt.Sprintf("%s: %v %s", name, err, bytes.TrimSpace(errs.Bytes()))))
	}
	return out.String(), nil
}
