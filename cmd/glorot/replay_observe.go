package main

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"glorot/experiments/run"
	"glorot/experiments/run/atomicfile"
	"glorot/experiments/train"

	"github.com/urfave/cli/v2"
)

// jacobianRecord is a record that --observe jacobian makes.
type jacobianRecord struct {
	Event    string    `json:"event"` // "jacobian"
	Update   int       `json:"update"`
	Examples int       `json:"examples"`
	Mean     []float64 `json:"mean_singular_values"` // of the Jacobian from hidden layer i to i+1, i = 1, 2, …, averaged over the examples
}

// observable is something that a replay can measure.
type observable struct {
	name, help string
	make       func(t *training, examples int) ([]measurement, error)
}

var observables = []observable{
	{"jacobian", "the mean singular values of the layers' Jacobians (eq. 17)", func(t *training, examples int) ([]measurement, error) {
		set := t.sets.Test.Head(examples)
		return []measurement{func(ctx context.Context, u int) (any, error) {
			mean, err := train.Jacobians(ctx, t.model, t.params, set, t.scale(), t.engine)
			return jacobianRecord{"jacobian", u, set.Len(), mean}, err
		}}, nil
	}},
	{"look", "activations and gradients of every layer", func(t *training, examples int) ([]measurement, error) {
		look, err := t.look(examples)
		return []measurement{look}, err
	}},
	{"error", "validation and test error, on all images", func(t *training, _ int) ([]measurement, error) { return t.scores() }},
}

func observableNames() string {
	var names []string
	for _, o := range observables {
		names = append(names, o.name)
	}
	return strings.Join(names, ", ")
}

func observeHelp() string {
	var list []string
	for _, o := range observables {
		list = append(list, o.name+" ("+o.help+")")
	}
	return strings.Join(list, ", ")
}

// An observer keeps the records of what a replay measures.
type observer struct {
	what            string // "" for nothing
	every, examples int
	out             string
	records         bytes.Buffer
}

func newObserver(c *cli.Context) (*observer, error) {
	o := &observer{what: c.String("observe"), every: c.Int("every"), examples: c.Int("examples"), out: c.String("records")}
	if o.what == "" {
		for _, flag := range []string{"every", "examples", "records"} {
			if c.IsSet(flag) {
				return nil, wrongUse("--%s without --observe; want --observe %s", flag, observableNames())
			}
		}
		return o, nil
	}
	switch {
	case !slices.ContainsFunc(observables, func(x observable) bool { return x.name == o.what }):
		return nil, wrongUse("--observe %q; want %s", o.what, observableNames())
	case o.every < 0 || c.IsSet("every") && o.every == 0:
		return nil, wrongUse("--every %d; want 1 or more", o.every)
	case o.examples < 1:
		return nil, wrongUse("--examples %d; want 1 or more", o.examples)
	case o.out == "":
		return nil, wrongUse("--observe needs --records FILE.jsonl for what it measures")
	case filepath.Ext(o.out) != ".jsonl":
		return nil, wrongUse("--records %s; want a name that ends in .jsonl", o.out)
	}
	return o, notThere(o.out)
}

// attach makes the replay measure.
func (o *observer) attach(p *replay) error {
	i := slices.IndexFunc(observables, func(x observable) bool { return x.name == o.what })
	if i < 0 {
		return nil
	}
	what, err := observables[i].make(p.t, min(o.examples, p.t.sets.Test.Len()))
	if err != nil {
		return err
	}
	due := func(u int) bool {
		return u == p.from || u == p.to || u > p.from && o.every > 0 && (u-p.from)%o.every == 0
	}
	p.t.loop.On(due, func(ctx context.Context, u int) error {
		for _, m := range what {
			record, err := m(ctx, u)
			if err != nil {
				return err
			}
			line, err := run.Encode(record)
			if err != nil {
				return err
			}
			o.records.Write(append(line, '\n'))
		}
		return nil
	})
	return nil
}

// write writes the records.
func (o *observer) write() error {
	if o.what == "" {
		return nil
	}
	return atomicfile.Write(o.out, func(w io.Writer) error {
		_, err := w.Write(o.records.Bytes())
		return err
	})
}
