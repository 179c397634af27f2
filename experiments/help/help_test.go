package help

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"glorot/experiments/compare"
	"glorot/experiments/export"
	"glorot/experiments/measure"
	"glorot/experiments/run"
	"glorot/experiments/run/query"
	"glorot/experiments/train"
	"glorot/models"
)

func text(t *testing.T, topic string) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, topic); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Every file is a topic with a text that fits a terminal, and every topic has a file.
func TestTopics(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".txt"); ok {
			got = append(got, name)
		}
	}
	for _, topic := range Topics {
		want = append(want, topic.Name)
		for line := range strings.Lines(text(t, topic.Name)) {
			if n := len([]rune(strings.TrimRight(line, "\n"))); n > 104 || strings.HasSuffix(line, " \n") {
				t.Errorf("%s: a line of %d characters: %q", topic.Name, n, line)
			}
		}
		if !Has(topic.Name) || !strings.Contains(List(), topic.Name+" ") || !strings.Contains(Names(), topic.Name) {
			t.Errorf("the lists lack %s", topic.Name)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("files %q, topics %q", got, want)
	}
	if Has("nonsense") || Write(&bytes.Buffer{}, "nonsense") == nil {
		t.Error("nonsense is a topic")
	}
}

// The topic config shows every key with the default that a configuration without any key has, and says what it means.
func TestConfig(t *testing.T) {
	shown := text(t, "config")
	c := run.Default()
	for _, k := range run.Keys(run.Allowed{}) {
		value, ok := c.Value(k.Name)
		if !ok || !strings.Contains(shown, fmt.Sprintf("\n%s: %s\n    ", k.Name, value)) {
			t.Errorf("%s is not shown with its default %s", k.Name, value)
		}
		if !strings.HasSuffix(k.Meaning, ".") || !strings.Contains(strings.Join(strings.Fields(shown), " "), k.Meaning) {
			t.Errorf("%s is not explained: %q", k.Name, k.Meaning)
		}
	}
}

// The topics activation, init and measures show every entry of the registries with its names, its formula and its source.
func TestRegistries(t *testing.T) {
	type entry struct {
		name, formula, source string
		aliases               []string
	}
	entries := map[string][]entry{}
	for _, a := range models.Activations() {
		entries["activation"] = append(entries["activation"], entry{a.Name, "f(s) = " + a.Formula, a.Source, a.Aliases})
	}
	for _, i := range models.Initializers() {
		entries["init"] = append(entries["init"], entry{i.Name, "W: " + i.Formula, i.Source, i.Aliases})
	}
	for _, m := range train.Measures() {
		e := entry{m.Name, m.Formula, m.Source, nil}
		if m.Request() != m.Name {
			e.name += " (recorded by " + m.Request() + ")"
		}
		entries["measures"] = append(entries["measures"], e)
	}
	for topic, list := range entries {
		shown := text(t, topic)
		for _, e := range list {
			head := e.name
			if len(e.aliases) > 0 {
				head += " (also " + strings.Join(e.aliases, ", ") + ")"
			}
			_, after, found := strings.Cut(shown, "\n"+head+"\n")
			after, _, _ = strings.Cut(after, "\n\n")
			if words := strings.Join(strings.Fields(after), " "); !found || !strings.HasPrefix(words, e.formula) || !strings.HasSuffix(words, "source: "+e.source) {
				t.Errorf("%s: %s is shown as %q", topic, head, words)
			}
		}
	}
}

// The topic formats names every file of a run, every event, every format of export, and every quantity that export writes of a snapshot.
func TestFormats(t *testing.T) {
	shown := text(t, "formats")
	names := []string{
		run.ConfigFile, run.ManifestFile, run.LogFile, run.ExtraFile, run.WeightsFile, run.CheckpointFile(0)[:len("checkpoints/")], run.ArchiveSuffix,
		run.DataEvent, run.LayersEvent, run.ValidEvent, run.TestEvent, run.DigestEvent, run.JacobianEvent, run.PretrainedEvent, run.ForkEvent,
		run.DivergedEvent, "tensorboard",
	}
	names = slices.AppendSeq(names, maps.Keys(export.Formats))
	r := &export.Run{Scores: []run.Score{{Event: run.TestEvent}, {Event: run.ValidEvent}}, Snapshots: []train.Layers{{Layers: []train.Layer{
		{Z: &measure.Summary{}, DS: &measure.GradientStats{}, DW: &measure.GradientStats{}}}}}}
	var b bytes.Buffer
	if err := export.CSV(&b, []*export.Run{r}, nil); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		quantity := row[len(row)-2]
		if gradients, statistic, _ := strings.Cut(quantity, "/"); strings.HasPrefix(gradients, "dcost_") {
			names = append(names, gradients, statistic)
		} else {
			names = append(names, quantity)
		}
	}
	if len(names) < 40 {
		t.Fatalf("only %d names", len(names))
	}
	for _, name := range names {
		if !strings.Contains(shown, name) {
			t.Errorf("formats does not name %s", name)
		}
	}
}

// The topic query names every derived key, every status and every metric.
func TestQuery(t *testing.T) {
	words := strings.FieldsFunc(text(t, "query"), func(r rune) bool { return strings.ContainsRune(" ,.;:()\n", r) })
	for _, name := range slices.Concat(query.Derived, query.Statuses, compare.Names()) {
		if !slices.Contains(words, name) {
			t.Errorf("query does not name %s", name)
		}
	}
}

func TestWrap(t *testing.T) {
	long := strings.Repeat("é", 60)
	if got, want := wrap("  ", long+" "+long+" a"), "  "+long+"\n  "+long+" a"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got, want := wrap("", strings.Repeat("a", 49)+" "+strings.Repeat("b", 50)+" c"), strings.Repeat("a", 49)+" "+strings.Repeat("b", 50)+"\nc"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
