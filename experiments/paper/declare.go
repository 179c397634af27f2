package paper

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"

	"glorot/experiments/paper/plan"
	"glorot/experiments/paper/results"
	"glorot/experiments/paper/setup"
	"glorot/experiments/run"
	"glorot/experiments/run/atomicfile"
	"glorot/experiments/train"
)

// A Declaration is a file in the folder of a study's tasks. It names the study that its workers work on, and the runs of the store that belong to it.
type Declaration struct {
	Command string            `json:"command"` // draws the study
	Scale   setup.Scale       `json:"scale"`
	Seed    uint64            `json:"seed"`
	Only    []string          `json:"only,omitempty"`
	Numbers int               `json:"numbers"` // version of the training arithmetic
	Images  map[string]string `json:"images"`  // checksum of each data set that is there
}

const declarationFile = "study.json"

// declaration is what the study's plan is made from.
func (s *Study) declaration(p *plan.Plan) Declaration {
	return Declaration{Scale: s.o.Scale, Seed: s.o.Seed, Only: s.o.Only, Numbers: train.Numbers, Images: p.Images()}
}

// Tasks declares the study's trainings in a folder of the store, study-ID. The command draws them afterwards.
func (s *Study) Tasks(ctx context.Context, command string) (*plan.Tasks, error) {
	p, err := s.plan(ctx)
	if err != nil {
		return nil, err
	}
	d := s.declaration(p)
	text, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	d.Command = command
	dir := filepath.Join(s.store.Dir, "study-"+hex.EncodeToString(sum[:4]))
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	return p.TasksIn(dir), atomicfile.Write(filepath.Join(dir, declarationFile), func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(d)
	})
}

// OpenTasks returns the tasks that are declared in a folder. data is the folder of the stored data sets. The error is a [*run.UsageError] if
// there are no tasks, if the data sets are not those of the declaration, or if this program has another version of the training arithmetic.
func OpenTasks(ctx context.Context, dir, data string) (*plan.Tasks, error) {
	path := filepath.Join(dir, declarationFile)
	wrong := func(problem string) error {
		return &run.UsageError{Place: run.Place{File: path}, Problem: problem}
	}
	src, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, wrong("there is no such file, expected: the declaration of a study's tasks")
	}
	if err != nil {
		return nil, err
	}
	var d Declaration
	if err := json.Unmarshal(src, &d); err != nil {
		return nil, wrong("is not a declaration: " + err.Error())
	}
	if d.Numbers != train.Numbers {
		return nil, wrong(fmt.Sprintf("has version %d of the training arithmetic, this program has version %d", d.Numbers, train.Numbers))
	}
	s, err := NewStudy(plan.Options{Scale: d.Scale, Seed: d.Seed, Only: d.Only, Data: data, Store: results.NewStore(filepath.Dir(filepath.Clean(dir)))})
	if err != nil {
		return nil, wrong(err.Error())
	}
	p, err := s.plan(ctx)
	if err != nil {
		return nil, err
	}
	if now := p.Images(); !maps.Equal(now, d.Images) {
		return nil, wrong(fmt.Sprintf("the study was declared with the images %v, these are %v", d.Images, now))
	}
	return p.TasksIn(dir), nil
}
