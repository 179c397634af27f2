package dataset

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"text/tabwriter"
)

// WriteText writes a table of the splits, the checksum and the files.
func (info *Info) WriteText(w io.Writer) error {
	colours := "grey"
	if info.Channels == 3 {
		colours = "red, green and blue"
	}
	fmt.Fprintf(w, "%s: %dx%d, %s, %d classes, in %s\n", info.Name, info.Height, info.Width, colours, len(info.Classes), filepath.Dir(info.Files[0].Path))
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
	fmt.Fprintf(w, "checksum %s\n", info.Checksum)
	for _, file := range info.Files {
		note := ""
		if file.Published {
			note = ", as published"
		}
		fmt.Fprintf(w, "%s  %s, %d bytes%s\n", file.SHA256, filepath.Base(file.Path), file.Bytes, note)
	}
	return nil
}

// The states of a stored data set.
const (
	There      = "there"
	Absent     = "absent"     // none of its files
	Incomplete = "incomplete" // some of its files
	Broken     = "broken"
)

// StateOf returns the state of a data set from an error of [Open], and what else exists.
func StateOf(err error) (state, note string) {
	missing := new(MissingError)
	switch {
	case err == nil:
		return There, ""
	case !errors.As(err, &missing):
		return Broken, ""
	case missing.Incomplete():
		return Incomplete, missing.Note
	}
	return Absent, missing.Note
}
