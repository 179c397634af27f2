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

// MostIndexes is how many completions an Indexed Job may have without a limit to its failed ones: the API's validation sets it.
const MostIndexes = 100_000

// Kubernetes says how tasks go to Kubernetes.
type Kubernetes struct {
	Image   string   // has the worker's program in its PATH
	Claim   string   // name of the PersistentVolumeClaim that holds Mount
	Mount   string   // folder at the root of the claim, absolute, and where the pods have it
	Dir     string   // names the Job
	Worker  []string // command of a task's worker, to which the task's number is added
	Threads int      // of each task, at least 1
	Jobs    int      // tasks at a time, at least 1
}

// Manifest is the Indexed Job of so many tasks as YAML. Every task is an index, whatever was done of it: a pod that finds its task done ends
// at once. A task that waits for others ends with [ExitAgain], and so comes again, ever less often, until it can begin: it needs no second
// Job, which somebody would have to release. The tasks for which it waits have lower indexes, which the Job controller begins first, so
// that none of them waits for its place. A task that is killed again and again is begun once more after [lease.MaxKilled] of
// them, to note that it has failed: those that wait for it learn it. Manifest panics if there are more than [MostIndexes] tasks.
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
		panic("work: " + err.Error()) // the template is a constant, and a strings.Builder takes all
	}
	return b.String()
}

//go:embed kubernetes.yaml
var manifestText string

// In YAML's double quotes every escape of Go's has its meaning in Go.
var manifest = template.Must(template.New("kubernetes.yaml").Funcs(template.FuncMap{"quote": strconv.Quote}).Parse(manifestText))

// command is the worker of an index. The kubelet puts the value of JOB_COMPLETION_INDEX, which the Job controller sets, where $(…) is; of
// "$$" it makes "$".
func (k Kubernetes) command() []string {
	literal := strings.NewReplacer("$", "$$")
	var list []string
	for _, word := range k.Worker {
		list = append(list, literal.Replace(word))
	}
	return append(list, "$(JOB_COMPLETION_INDEX)")
}

var noLabel = regexp.MustCompile(`[^a-z0-9]+`)

// name is the Job's: a DNS label, also with the last index behind it, which makes the host name of a pod.
func (k Kubernetes) name(tasks int) string {
	const longest = 63
	name := "glorot-" + noLabel.ReplaceAllString(strings.ToLower(filepath.Base(k.Dir)), "-")
	name = name[:min(len(name), longest-len(fmt.Sprintf("-%d", tasks-1)))]
	return strings.TrimRight(name, "-")
}
