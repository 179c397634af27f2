package sweep

import (
	_ "embed"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"text/template"
)

// MostIndexes is how many completions an Indexed Job may have without a limit to its failed ones: the API's validation sets it.
const MostIndexes = 100_000

// Kubernetes says how a plan goes to Kubernetes.
type Kubernetes struct {
	Image   string // with glorot in its PATH
	Claim   string // name of the PersistentVolumeClaim that holds Mount
	Mount   string // folder at the root of the claim, absolute, and where the pods have it
	Dir     string // of the sweep, absolute, in Mount
	Data    string // folder of the stored data sets, absolute, in Mount; "" for what the image has
	Threads int    // of each cell, at least 1
	Jobs    int    // cells at a time, at least 1
}

// Manifest is the Indexed Job of a plan as YAML. Every cell of the plan is an index, whatever was done of it: a pod that finds its cell
// done ends at once, so that index and cell are the same number. A cell that waits for others ends with [ExitAgain], and so comes
// again, ever less often, until it can go on: it needs no second Job, which somebody would have to release. The cells for which it waits
// have lower indexes, which the Job controller begins first, so that none of them waits for its place. A cell that is killed again and
// again is begun once more after [MaxKilled] of them, to note that it has failed: those that wait for it learn it. Manifest panics if the plan has
// more than [MostIndexes] cells.
func (k Kubernetes) Manifest(p *Plan) string {
	if len(p.Cells) > MostIndexes {
		panic(fmt.Sprintf("sweep: a Job of %d cells", len(p.Cells)))
	}
	var b strings.Builder
	err := manifest.Execute(&b, struct {
		Kubernetes
		Name                        string
		Cells, Plan, Again, Retries int
		Command                     []string
	}{k, k.name(len(p.Cells)), len(p.Cells), ExitPlan, ExitAgain, MaxKilled, k.command()})
	if err != nil {
		panic("sweep: " + err.Error()) // the template is a constant, and a strings.Builder takes all
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
	list := []string{"glorot", "sweep", "cell", "--threads", strconv.Itoa(k.Threads)}
	if k.Data != "" {
		list = append(list, "--data", literal.Replace(k.Data))
	}
	return append(list, "--", literal.Replace(k.Dir), "$(JOB_COMPLETION_INDEX)")
}

var noLabel = regexp.MustCompile(`[^a-z0-9]+`)

// name is the Job's: a DNS label, also with the last index behind it, which makes the host name of a pod.
func (k Kubernetes) name(cells int) string {
	const longest = 63
	name := "glorot-" + noLabel.ReplaceAllString(strings.ToLower(filepath.Base(k.Dir)), "-")
	name = name[:min(len(name), longest-len(fmt.Sprintf("-%d", cells-1)))]
	return strings.TrimRight(name, "-")
}
