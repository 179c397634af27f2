package lab

import (
	"encoding/csv"
	"net/http"
	"strconv"

	"glorot/experiments/measure"
	"glorot/experiments/run"
	"glorot/experiments/train"

	"github.com/go-json-experiment/json"
)

// csv writes the histograms of a run with all their counts: those of one statistic, z, s, dcost_ds or dcost_dw, of all snapshots or of one.
func (l *Lab) csv(w http.ResponseWriter, r *http.Request) {
	path, err := l.path(r.URL.Query().Get("run"))
	if err != nil {
		fail(w, err)
		return
	}
	q := r.URL.Query()
	of, ok := statistics[q.Get("what")]
	if !ok {
		fail(w, refuse(http.StatusBadRequest, "what: got %q, allowed: z, s, dcost_ds, dcost_dw", q.Get("what")))
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="histograms.csv"`)
	out := csv.NewWriter(w)
	_ = out.Write([]string{"update", "layer", "low", "high", "count"})
	err = eachRecord(path, func(line []byte) {
		event, update, _ := run.Stamp(line)
		var record run.LayersRecord
		if event != run.LayersEvent || q.Has("update") && q.Get("update") != strconv.Itoa(update) || json.Unmarshal(line, &record) != nil {
			return
		}
		for _, layer := range record.Layers.Layers {
			h := of(layer)
			if h == nil {
				continue
			}
			row := []string{strconv.Itoa(record.Update), strconv.Itoa(layer.Layer), "", "", ""}
			for k, count := range h.Counts {
				row[2], row[3], row[4] = number(h.Low+float64(k)*h.Width()), number(h.Low+float64(k+1)*h.Width()), strconv.FormatInt(count, 10)
				_ = out.Write(row)
			}
		}
	})
	if err != nil { // nothing is sent yet unless the log was damaged in the meantime
		w.Header().Del("Content-Disposition")
		fail(w, err)
		return
	}
	out.Flush() // a client that has left does not read it
}

// statistics are the histograms of a layer by their names in the log; nil where there is none.
var statistics = map[string]func(train.Layer) *measure.Histogram{
	"z":        func(l train.Layer) *measure.Histogram { return summary(l.Z) },
	"s":        func(l train.Layer) *measure.Histogram { return summary(l.S) },
	"dcost_ds": func(l train.Layer) *measure.Histogram { return gradients(l.DS) },
	"dcost_dw": func(l train.Layer) *measure.Histogram { return gradients(l.DW) },
}

func summary(s *measure.Summary) *measure.Histogram {
	if s == nil {
		return nil
	}
	return &s.Histogram
}

func gradients(g *measure.GradientStats) *measure.Histogram {
	if g == nil {
		return nil
	}
	return &g.Histogram
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', 8, 64) }
