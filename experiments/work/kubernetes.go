package work

import (
	_ "embed"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"text/template"

	"glorot/experiments/run/lease"
)

// MostIndexes is how many completions an Indexed Job may have if it does not limit failed ones, by the rules of the API.
const MostIndexes = 100_000

// Kubernetes describes how tasks run on Kubernetes.
type Kubernetes struct {
	Image   string   // has the worker's program in its PATH
	Claim   string   // name of the PersistentVolumeClaim that holds Mount
	Mount   string   // the folder that is the root of the claim, absolute; the pods have it at the same path
	Dir     string   // names the Job
	Worker  []string // command of a task's worker; the task's number is appended
	Threads int      // per task, at least 1
	Jobs    int      // tasks at a time, at least 1
}

// Manifest returns the Indexed Job for n tasks as YAML. Every task is an index, even if it is done: its pod ends at once. A task that waits
// for others ends with [ExitAgain], and is started again after increasing delays until it can begin, so that no second Job is needed. The
// tasks for which it waits have lower indexes, which the Job controller starts first, so that none of them waits for its place. A task that
// is killed again and again is started once more after [lease.MaxKilled] kills, to note for the tasks that wait for it that it has failed.
// Manifest panics if there are more than [MostIndexes] tasks.
func (k Kubernetes) Manifest(tasks int) string {
	if tasks > MostIndexes {
		panic(fmt.Sprintf("work: a Job of %d tasks", tasks))
	}
	var b strings.Builder
	err := manifest.Execute(&b, struct {
		Kubernetes
		Name                        string
		Tasks, Plan, Again, Retries int
		Command                     []string
	}{k, k.name(tasks), tasks, ExitPlan, ExitAgain, lease.MaxKilled, k.command()})
	if err != nil {
		panic("work: " + err.Error()) // the template is constant, and a strings.Builder never fails
	}
	return b.String()
}

//go:embed kubernetes.yaml
var manifestText string

// In YAML's double quotes all escapes of Go have the same meaning as in Go.
var manifest = template.Must(template.New("kubernetes.yaml").Funcs(template.FuncMap{"quote": strconv.Quote}).Parse(manifestText))

// command returns the command of a worker. The kubelet replaces $(…) by the value of JOB_COMPLETION_INDEX, which the Job controller sets,
// and "$$" by "$".
func (k Kubernetes) command() []string {
	literal := strings.NewReplacer("$", "$$")
	var list []string
	for _, word := range k.Worker {
		list = append(list, literal.Replace(word))
	}
	return append(list, "$(JOB_COMPLETION_INDEX)")
}

var noLabel = regexp.MustCompile(`[^a-z0-9]+`)

// name returns the name of the Job. With the last index appended, which is the host name of a pod, it is still a DNS label.
func (k Kubernetes) name(tasks int) string {
	const longest = 63
	name := "glorot-" + noLabel.ReplaceAllString(strings.ToLower(filepath.Base(k.Dir)), "-")
	name = name[:min(len(name), longest-len(fmt.Sprintf("-%d", tasks-1)))]
	return strings.TrimRight(name, "-")
}
