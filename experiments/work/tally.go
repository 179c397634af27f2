package work

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"text/tabwriter"
)

// A Tally counts tasks by their states.
type Tally map[string]int

// Count counts the tasks of a list.
func Count(list []Status) Tally {
	t := Tally{}
	for _, s := range list {
		t[s.State]++
	}
	return t
}

// String is "3 done, 1 failed".
func (t Tally) String() string {
	var words []string
	for _, state := range States {
		if t[state] > 0 {
			words = append(words, fmt.Sprintf("%d %s", t[state], state))
		}
	}
	return strings.Join(words, ", ")
}

// Left returns the number of tasks that are not finished.
func (t Tally) Left() int {
	n := -t[Done] - t[Diverged]
	for _, count := range t {
		n += count
	}
	return n
}

// Finish has the unfinished tasks done by processes of this machine, and returns the states of all tasks afterwards. The error says which are left:
// it is [ErrAgain] if only other processes work on them, and [context.Canceled] if the context has ended.
func (l Local) Finish(ctx context.Context, tasks Tasks) (Tally, error) {
	_, failed := l.Run(ctx, tasks)
	list, err := Statuses(context.WithoutCancel(ctx), tasks)
	t := Count(list)
	switch {
	case err != nil || failed != nil:
		return t, errors.Join(failed, err)
	case ctx.Err() != nil:
		return t, fmt.Errorf("%s: %w", t, context.Canceled)
	case t.Left() == 0:
		return t, nil
	case t[Running] > 0 && t[Failed] == 0:
		return t, Again(errors.New(t.String()))
	}
	return t, errors.New(t.String())
}

// EndOf says how the process of a task ended, which has that exit status, or a negative one if it was killed.
func EndOf(tasks Tasks, task, exit int) string {
	s, err := tasks.Status(task)
	switch {
	case err != nil:
		return err.Error()
	case exit == ExitAgain:
		return fmt.Sprintf("stopped after %d updates", s.Updates)
	case exit < 0:
		return fmt.Sprintf("was killed after %d updates or more", s.Updates)
	case s.Reason != "":
		return s.State + ": " + s.Reason
	case exit != ExitDone:
		return fmt.Sprintf("%s; see %s", s.State, filepath.Join(tasks.Dir(task), logName))
	}
	return fmt.Sprintf("%s after %d updates", s.State, s.Updates)
}

// WriteText writes a line for each task, and how many of those in a directory are in which state.
func WriteText(w io.Writer, dir string, list []Status) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "cell\tstate\tupdates\ttries\t\n")
	for _, s := range list {
		state := s.State
		if s.Engine != "" {
			state += " (" + s.Engine + ")"
		}
		what := s.Name
		switch {
		case s.State == Running:
			what += fmt.Sprintf("; process %d on %s", s.PID, s.Host)
		case s.Reason != "":
			what += "; " + s.Reason
		}
		fmt.Fprintf(t, "%d\t%s\t%d\t%d\t%s\n", s.Task, state, s.Updates, s.Tries, what)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%s: %s\n", dir, Count(list))
	return err
}
