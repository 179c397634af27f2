package run

import (
	"strconv"
	"strings"
)

// A UsageError is a mistake of the user, in a configuration or in the choice of a
// directory: the program did nothing, and should exit with status 2. Its message
// is one line.
type UsageError struct {
	Place   Place
	Key     string // the configuration key, "" if the mistake is not about a key
	Problem string // what is wrong and what is allowed
	Cause   error  // nil, or why, such as a [*lease.HeldError]
}

// Unwrap returns the cause.
func (e *UsageError) Unwrap() error { return e.Cause }

// Error is the place, the key and the problem, separated by colons.
func (e *UsageError) Error() string {
	var parts []string
	for _, s := range []string{e.Place.String(), e.Key, e.Problem} {
		if s != "" {
			parts = append(parts, oneLine(s))
		}
	}
	return strings.Join(parts, ": ")
}

// A Place is where a mistake was made. All its fields are zero for a Config that was
// written in Go.
type Place struct {
	File         string // file or directory
	Line, Column int    // in File, from 1; 0 for the whole of it
	Argument     string // of the command line, such as "--set train.rate=0", instead of File
}

// String is FILE:LINE:COLUMN, FILE or the argument.
func (p Place) String() string {
	switch {
	case p.Argument != "":
		return p.Argument
	case p.Line > 0:
		return p.File + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column)
	default:
		return p.File
	}
}

// oneLine escapes what would break a line, or be invisible in it.
func oneLine(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strconv.IsPrint(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return b.String()
}
