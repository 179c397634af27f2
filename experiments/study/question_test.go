package study

import (
	"strings"
	"testing"

	"glorot/experiments/run"
	"glorot/experiments/runner"
)

func parsed(t *testing.T, doc string) (*Asked, error) {
	t.Helper()
	s, err := Parse(t.Context(), "s.yaml", []byte(doc), runner.Allowed())
	if err != nil {
		return nil, err
	}
	p, err := s.Sweep.Plan(t.Context(), runner.Allowed(), func(run.Config) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	return s.Of(p, nil)
}

const grid = "grid: {model.init: [xavier, he, orthogonal], train.batch: [10, 20]}\nseeds: [1, 2]\n"

// Groups have the names of the file, the baseline comes first, and is found under any of its names.
func TestGroups(t *testing.T) {
	for baseline, want := range map[string]string{
		"":                             "xavier, train.batch=10; xavier, train.batch=20; he, train.batch=10; he, train.batch=20; orthogonal, train.batch=10; orthogonal, train.batch=20",
		"baseline: he, train.batch=20": "he, train.batch=20; xavier, train.batch=10; xavier, train.batch=20; he, train.batch=10; orthogonal, train.batch=10; orthogonal, train.batch=20",
		"baseline: he_normal, 20":      "he, train.batch=20; xavier, train.batch=10; xavier, train.batch=20; he, train.batch=10; orthogonal, train.batch=10; orthogonal, train.batch=20",
		"baseline: model.init=he_normal train.batch=20": "he, train.batch=20; xavier, train.batch=10; xavier, train.batch=20; he, train.batch=10; orthogonal, train.batch=10; orthogonal, train.batch=20",
		"compare: [train.batch, model.init]":            "train.batch=10, xavier; train.batch=20, xavier; train.batch=10, he; train.batch=20, he; train.batch=10, orthogonal; train.batch=20, orthogonal",
		"compare: train.batch, model.init":              "train.batch=10, xavier; train.batch=20, xavier; train.batch=10, he; train.batch=20, he; train.batch=10, orthogonal; train.batch=20, orthogonal",
	} {
		a, err := parsed(t, grid+baseline)
		if err != nil {
			t.Errorf("%s: %v", baseline, err)
			continue
		}
		var names []string
		for _, g := range a.groups {
			names = append(names, g.name)
		}
		if got := strings.Join(names, "; "); got != want {
			t.Errorf("%s: %s", baseline, got)
		}
	}
}

// With one key, any name of a value names its group.
func TestBaselineAlias(t *testing.T) {
	a, err := parsed(t, "grid: {model.init: [he, xavier]}\nbaseline: glorot_uniform\n")
	if err != nil || a.groups[0].name != "xavier" {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestWrongQuestions(t *testing.T) {
	for question, want := range map[string]string{
		"compare: model.init":  "s.yaml: compare: got model.init, but the runs also differ in train.batch; compare it too, or let a search choose it",
		"compare: model.depth": "s.yaml: compare: got model.depth, allowed: the keys of list and grid: model.init, train.batch",
		"compare: {a: b}":      "s.yaml:3:10: compare: got {a: b}, allowed: a key of the list or the grid, or several",
		"baseline: she":        "s.yaml: baseline: got she, allowed: xavier, train.batch=10; xavier, train.batch=20; he, train.batch=10; he, train.batch=20; orthogonal, train.batch=10; orthogonal, train.batch=20",
		"metric: test/acc":     "s.yaml: metric: got test/acc, allowed: test/error, test/error-at-best, valid/error, test/nll, test/one_class, test/worst_class",
		"metric: z/std":        "s.yaml: metric: got z/std, allowed: test/error, test/error-at-best, valid/error, test/nll, test/one_class, test/worst_class",
		"labels: [a]":          "s.yaml:3:9: labels: got [a], allowed: names with texts, such as {he_normal: He et al.}",
		"question: why":        `s.yaml:3:1: unknown key "question", allowed: base, baseline, compare, grid, labels, list, metric, search, seeds, title`,
	} {
		if _, err := parsed(t, grid+question); err == nil || err.Error() != want {
			t.Errorf("%s\ngot  %v\nwant %s", question, err, want)
		}
	}
}

// The example is a study.
func TestExample(t *testing.T) {
	a, err := parsed(t, Example)
	if err != nil {
		t.Fatal(err)
	}
	if a.plan.Len() != 15 || a.groups[0].name != "glorot_uniform" || a.title == "" {
		t.Errorf("%d cells, %+v", a.plan.Len(), a.groups)
	}
}
