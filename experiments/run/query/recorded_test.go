package query

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"glorot/experiments/run"
)

// recordedSubject is a run of another program.
type recordedSubject struct{ subject }

func (s recordedSubject) Value(key string) string {
	if key == Program {
		return ProgramOf(s.Recorded())
	}
	return s.subject.Value(key)
}

func (s recordedSubject) Recorded() *run.Recorded { return s.Config.Recorded }

func recordedRun(config map[string]string) recordedSubject {
	r := &run.Recorded{Program: "mine", Config: map[string]json.RawMessage{}}
	for key, value := range config {
		r.Config[key] = json.RawMessage(value)
	}
	return recordedSubject{subject{Config: run.Config{Recorded: r}}}
}

// Runs of another program differ in its own keys, and from runs of this program in the program, not in all that the other does not say.
func TestRecordedRuns(t *testing.T) {
	own := recordedSubject{made(t, "seed=1")}
	a := recordedRun(map[string]string{"lr": "0.10", "seed": "1", "sizes": "[1, 2]", "name": `"x"`})
	b := recordedRun(map[string]string{"lr": "1e-2", "seed": "2", "sizes": "[1,2]", "name": `"x"`, "momentum": "0.9"})
	for _, c := range []struct {
		runs []recordedSubject
		want string
	}{
		{[]recordedSubject{a, b}, "seed config.lr"},
		{[]recordedSubject{own, a}, "program"},
		{[]recordedSubject{own, a, b}, "seed program config.lr"},
		{[]recordedSubject{own, own}, ""},
	} {
		if got := strings.Join(Differing(c.runs), " "); got != c.want {
			t.Errorf("they differ in %q, want %q", got, c.want)
		}
	}
	for term, want := range map[string][]recordedSubject{
		"config.lr=1e-1": {a}, "config.lr=0.01": {b}, "config.sizes=[1,2]": {a, b}, "config.name=x": {a, b}, "config.momentum=0.90": {b}, "seed=2": {b},
		"program=glorot": {own}, "program=mine": {a, b}, "config.none=1": nil,
	} {
		f, err := ParseFilter("--where", []string{term}, run.Allowed{})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range []recordedSubject{own, a, b} {
			wanted := slices.ContainsFunc(want, func(w recordedSubject) bool { return w.Config.Recorded == r.Config.Recorded })
			if f.Match(r) != wanted {
				t.Errorf("%s matches %v: %t", term, r.Value(Program), f.Match(r))
			}
		}
	}
	if _, err := ParseFilter("--where", []string{"config.=1"}, run.Allowed{}); err == nil {
		t.Error("config. is a key")
	}
}
