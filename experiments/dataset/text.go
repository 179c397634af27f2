package dataset

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"text/tabwriter"
)

// WriteText writes a table of the splits, what may be wrong, the checksum and the files.
func (info *Info) WriteText(w io.Writer) error {
	fmt.Fprintf(w, "%s: %s, %d classes, in %s\n", info.Name, info.features(), len(info.Classes), filepath.Dir(info.Files[0].Path))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(name string, cell func(s SplitInfo) any) {
		fmt.Fprintf(t, "%s\t", name)
		for _, s := range info.Splits {
			fmt.Fprintf(t, "%v\t", cell(s))
		}
		fmt.Fprintln(t)
	}
	row("", func(s SplitInfo) any { return s.Name })
	row("images", func(s SplitInfo) any { return s.Images })
	for k, class := range info.Classes {
		row(class, func(s SplitInfo) any { return s.Counts[k] })
	}
	row("mean", func(s SplitInfo) any { return fmt.Sprintf("%.4f", s.Mean) })
	row("variance", func(s SplitInfo) any { return fmt.Sprintf("%.4f", s.Variance) })
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "values from %.6g to %.6g; %d of %d features are constant in the training examples\n", info.Min, info.Max,
		len(info.Constant), info.Height*info.Width*info.Channels)
	if info.Origin != "" {
		fmt.Fprintf(w, "splits: %s\n", info.Origin)
	}
	for _, problem := range info.Problems {
		fmt.Fprintf(w, "problem: %s\n", problem)
	}
	fmt.Fprintf(w, "checksum %s\n", info.Checksum)
	for _, file := range info.Files {
		if file.SHA256 == "" {
			fmt.Fprintf(w, "pictures in %s\n", file.Path)
			continue
		}
		note := ""
		if file.Published {
			note = ", as published"
		}
		fmt.Fprintf(w, "%s  %s, %d bytes%s\n", file.SHA256, filepath.Base(file.Path), file.Bytes, note)
	}
	return nil
}

// features describes an example.
func (info *Info) features() string {
	kind := "levels"
	if info.Real {
		kind = "real numbers"
	}
	if info.Height == 1 {
		return fmt.Sprintf("%d features, %s", info.Width*info.Channels, kind)
	}
	colours := map[int]string{1: "grey", 3: "red, green and blue"}[info.Channels]
	if colours == "" {
		colours = fmt.Sprintf("%d channels", info.Channels)
	}
	if info.Real {
		colours += ", " + kind
	}
	return fmt.Sprintf("%dx%d, %s", info.Height, info.Width, colours)
}

// The states of a stored data set.
const (
	There      = "there"
	Absent     = "absent"     // none of its files
	Incomplete = "incomplete" // some of its files
	Broken     = "broken"
)

// A State says whether a data set exists.
type State struct {
	Name    string `json:"name"`
	There   bool   `json:"there"`
	State   string `json:"state"`             // There, Absent, Incomplete (some of its files are missing) or Broken
	Problem string `json:"problem,omitempty"` // what is missing or wrong, unless the state is There
	Info    *Info  `json:"info,omitempty"`
	note    string // of a MissingError
}

// NewState returns the state of a data set from what [Inspect] returns.
func NewState(name string, info *Info, err error) State {
	s := State{Name: name, There: err == nil, State: There, Info: info}
	if err == nil {
		return s
	}
	s.State, s.Problem = Broken, err.Error()
	if missing := new(MissingError); errors.As(err, &missing) {
		s.State, s.note = Absent, missing.Note
		if missing.Incomplete() {
			s.State = Incomplete
		}
	}
	return s
}

// WriteText describes the data set or, if it does not exist, says how it can be brought.
func (s State) WriteText(w io.Writer, bring string) error {
	switch s.State {
	case Absent:
		note := s.note
		if note != "" {
			note += "; "
		}
		_, err := fmt.Fprintf(w, "%s is not there; %s%s\n", s.Name, note, bring)
		return err
	case Incomplete, Broken:
		_, err := fmt.Fprintf(w, "%s is %s: %s\n", s.Name, s.State, strings.TrimPrefix(s.Problem, s.Name+": "))
		return err
	}
	return s.Info.WriteText(w)
}
