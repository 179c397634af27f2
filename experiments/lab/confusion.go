package lab

import (
	"context"
	"net/http"
	"strconv"

	"glorot/experiments/run"
	"glorot/experiments/train"
)

// Confusions are the confusion matrices after an update of a run, where nil is not recorded.
type Confusions struct {
	Update int             `json:"update"`
	Valid  train.Confusion `json:"valid"`
	Test   train.Confusion `json:"test"`
}

// confusions reads the confusion matrices of an update. The page asks for those that it draws: all matrices of a long run would fill its memory.
func (l *Lab) confusions(_ context.Context, path string, r *http.Request) (any, error) {
	update, err := strconv.Atoi(r.URL.Query().Get("update"))
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "update: got %q, allowed: a number", r.URL.Query().Get("update"))
	}
	c := Confusions{Update: update}
	err = eachRecord(path, func(line []byte) {
		event, at, _ := run.Stamp(line)
		if at != update || event != run.ValidEvent && event != run.TestEvent {
			return
		}
		var s run.Score
		if (run.Record{JSON: line}).Decode(&s) != nil || s.Confusion == nil { // the other lines show what the run was
			return
		}
		if event == run.ValidEvent {
			c.Valid = s.Confusion
		} else {
			c.Test = s.Confusion
		}
	})
	if err != nil {
		return nil, err
	}
	if c.Valid == nil && c.Test == nil {
		return nil, refuse(http.StatusNotFound, "%s: has no confusion matrix after update %d", l.name(path), update)
	}
	return c, nil
}
