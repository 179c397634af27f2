package sweep

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
	"slices"
	"strconv"
	"strings"

	"glorot/experiments/run/atomicfile"
)

// slurmFile lists the arrays that were sent, so that the scheduler can be asked about them.
const slurmFile = "slurm.json"

// An Array is cells that go to Slurm as one job array: array index i is cell i + Offset.
type Array struct {
	Job    string `json:"job"` // id that Slurm gave it
	Offset int    `json:"offset"`
	Cells  []int  `json:"cells"` // ascending
}

// Arrays cuts cells, ascending, into arrays whose indexes are below a cluster's MaxArraySize.
func Arrays(cells []int, maxSize int) []Array {
	var list []Array
	for _, c := range cells {
		offset := c / maxSize * maxSize
		if n := len(list); n == 0 || list[n-1].Offset != offset {
			list = append(list, Array{Offset: offset})
		}
		a := &list[len(list)-1]
		a.Cells = append(a.Cells, c)
	}
	return list
}

// Indexes are the array's as sbatch takes them: "0-3,7".
func (a Array) Indexes() string {
	var words []string
	for i := 0; i < len(a.Cells); {
		j := i
		for j+1 < len(a.Cells) && a.Cells[j+1] == a.Cells[j]+1 {
			j++
		}
		word := strconv.Itoa(a.Cells[i] - a.Offset)
		if j > i {
			word += "-" + strconv.Itoa(a.Cells[j]-a.Offset)
		}
		words, i = append(words, word), j+1
	}
	return strings.Join(words, ",")
}

// maxRestarts is how often a job may have been put back, for whatever reason, to be so after its cell was killed.
const maxRestarts = 100

// Slurm says how cells are sent to Slurm.
type Slurm struct {
	Program string   // path of glorot on the nodes
	Dir     string   // of the sweep, absolute, on a file system that the nodes share
	Data    string   // folder of the stored data sets, absolute; "" for none
	Threads int      // of each cell, at least 1
	Options []string // more of sbatch, "--time=10:00:00"
}

// Script is the batch script of an array. after are the jobs that must have ended before.
//
// Slurm's SIGTERM (a pre-emption, a requeue, scancel) and the SIGUSR1 two minutes before the end of the job's time are passed on to the
// cell's process. What its end means:
//
//   - 75, to be tried again: the script puts its job back into the queue. So it does after a signal that nobody announced, such as the
//     SIGKILL of a machine without memory, which Slurm takes for a failure. That this does not go on for ever the cell sees to
//     itself ([MaxKilled]), or the script where it dies too early for that.
//   - Any end after a SIGTERM: Slurm itself knows whether it wants the job back.
//   - 0, 1, 2: the job ends with that.
//
// Of a node that dies Slurm puts the jobs back itself, by --requeue. Where the script is killed too, but not its node, Slurm counts the
// job as failed: the cell is not done, and the next submit sends it again.
func (s Slurm) Script(a Array, after []string) string {
	var b strings.Builder
	b.WriteString("#!/bin/bash\n")
	for _, o := range s.options(a, after) {
		fmt.Fprintf(&b, "#SBATCH %s\n", o)
	}
	command := []string{quote(s.Program), "sweep", "cell", "--engine", "slurm", "--threads", strconv.Itoa(s.Threads), "--offset", strconv.Itoa(a.Offset)}
	if s.Data != "" {
		command = append(command, "--data", quote(s.Data))
	}
	command = append(command, "--", quote(s.Dir), `"$SLURM_ARRAY_TASK_ID"`)
	fmt.Fprintf(&b, `
export GOTRACEBACK=crash # a crash of Go ends with SIGABRT, and not with the status of a plan that no retry will mend
terminated= signal= cell=
pass() {
	signal=$1
	[ -z "$cell" ] || kill -$1 $cell
}
trap 'terminated=1; pass TERM' TERM
trap 'pass USR1' USR1
%s &
cell=$!
[ -z "$signal" ] || pass $signal # which came too early
while kill -0 $cell 2>/dev/null; do
	wait $cell # until it ends, or a signal comes
done
wait $cell
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
		"--output=" + quote(filepath.Join(strings.ReplaceAll(s.Dir, "%", "%%"), "slurm-%A_%a.log")),
	}
	if len(after) > 0 {
		list = append(list, "--dependency=afterany:"+strings.Join(after, ":"))
	}
	return append(list, s.Options...)
}

var jobName = regexp.MustCompile(`[^A-Za-z0-9_.-]+`)

// quote is s as one word of the shell.
func quote(s string) string {
	if regexp.MustCompile(`^[A-Za-z0-9_./%=:,-]+$`).MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// Submit sends an array and notes it in the sweep's directory, with its job's id.
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

// sentTo are the arrays that were sent of the sweep in a directory.
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

// MaxArraySize is the cluster's: array indexes are below it.
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
	return 0, errors.New("scontrol show config says no MaxArraySize")
}

// InQueue is what Slurm says of a cell: in which job it is, and the job's state, "PENDING", "RUNNING" and others.
type InQueue struct{ Job, State string }

// Queued asks Slurm about the cells that were sent to it by this user and that it still has or remembers; of one that was sent several
// times, about the job that is going to work on it. It is only a hint: a cell's directory knows the truth. It is nil if nothing was sent.
func Queued(ctx context.Context, dir string) (map[int]InQueue, error) {
	sent, err := sentTo(dir)
	if err != nil || len(sent) == 0 {
		return nil, err
	}
	offsets := map[string]int{}
	for _, a := range sent {
		offsets[a.Job] = a.Offset
	}
	out, err := ask(ctx, nil, "squeue", "--me", "--states=all", "--array", "--noheader", "--format=%i %T")
	if err != nil {
		return nil, err
	}
	cells := map[int]InQueue{}
	for line := range strings.Lines(out) {
		id, state, _ := strings.Cut(strings.TrimSpace(line), " ")
		job, index, _ := strings.Cut(id, "_")
		offset, ours := offsets[job]
		if i, err := strconv.Atoi(index); err == nil && ours && !cells[offset+i].waitsOrRuns() {
			cells[offset+i] = InQueue{job, state}
		}
	}
	return cells, nil
}

// waitsOrRuns tells that Slurm will do something about the cell by itself.
func (q InQueue) waitsOrRuns() bool {
	switch q.State {
	case "PENDING", "RUNNING", "CONFIGURING", "COMPLETING", "SUSPENDED", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "STOPPED", "RESIZING", "SIGNALING", "STAGE_OUT":
		return true
	}
	return false
}

// ToSend are the cells of a plan that are neither finished, nor failed (unless those are asked for), nor another process's, nor in the
// queue: those that begin with initial weights, and those that go on from others, which go after. One that would wait for a cell
// on which nobody is going to work is not sent.
func (p *Plan) ToSend(list []Status, queued map[int]InQueue, retryFailed bool) (first, then []int) {
	hope := make([]bool, len(list)) // that a cell is finished some time
	for _, s := range list {
		busy := s.State == Running || queued[s.Cell].waitsOrRuns()
		hope[s.Cell] = s.Finished() || busy || s.State != Failed || retryFailed
		for _, f := range p.Cells[s.Cell].From {
			hope[s.Cell] = hope[s.Cell] && hope[f]
		}
		switch {
		case !hope[s.Cell], s.Finished(), busy:
		case p.Cells[s.Cell].From == nil:
			first = append(first, s.Cell)
		default:
			then = append(then, s.Cell)
		}
	}
	return first, then
}

// Expected tells that a cell is finished, worked on or in the queue: one that waits for it does not wait in vain.
func (p *Plan) Expected(ctx context.Context, dir string, index int) (bool, error) {
	s, err := p.Status(dir, index)
	if err != nil || s.Finished() || s.State == Running {
		return true, err
	}
	queued, err := Queued(ctx, dir)
	return queued[index].waitsOrRuns(), err
}

// Pending are the jobs of cells in the queue from which others go on, each once, in the order of the cells.
func Pending(p *Plan, queued map[int]InQueue) []string {
	var jobs []string
	for i, c := range p.Cells {
		if q := queued[i]; c.From == nil && q.waitsOrRuns() && !slices.Contains(jobs, q.Job) {
			jobs = append(jobs, q.Job)
		}
	}
	return jobs
}

// ask runs one of Slurm's commands and returns what it prints.
func ask(ctx context.Context, in io.Reader, name string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, name, args...)
	var out, errs bytes.Buffer
	c.Stdin, c.Stdout, c.Stderr = in, &out, &errs
	if err := c.Run(); err != nil {
		// Without the error itself, whose exit status is not this program's.
		return "", errors.New(strings.TrimSpace(fmt.Sprintf("%s: %v %s", name, err, bytes.TrimSpace(errs.Bytes()))))
	}
	return out.String(), nil
}
