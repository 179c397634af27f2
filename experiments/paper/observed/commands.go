package observed

import (
	"fmt"
	"slices"
	"strings"

	"glorot/experiments/paper/setup"
)

// Commands describes how the program is called, for the commands in the hints of a Study. The zero value names no folders.
type Commands struct {
	// Flags are the flags of this Study except its length: its folders and its seed, such as "--seed 7 --data data --cache results".
	Flags string

	// Bring returns the command that fetches a stored data set, and the flags that the next command needs besides Flags to find it. It may
	// be nil.
	Bring func(data string) (command, flags string)
}

// Fetch names the command that fetches a missing data set.
func (c Commands) Fetch(data string) string {
	if c.Bring == nil {
		return ""
	}
	command, _ := c.Bring(data)
	text := fmt.Sprintf("; %s brings it", command)
	if data == "smallimagenet" {
		text = fmt.Sprintf("; it was never published, and %s makes a stand-in from pictures", command)
	}
	return text
}

// Command returns the command that runs id with the given number of updates, 0 meaning that of this Study. If the data set of lacks is missing,
// the command is meant for after it was fetched; lacks may be nil.
func (o *Observations) Command(id string, updates int, lacks *Trained) string {
	scale, lengths := o.Scale.Name, lengths(o.Scale)
	if o.Scale.Drawn {
		scale, lengths = "paper", nil
	}
	if updates > 0 {
		scale, lengths = fmt.Sprint(updates), nil
	}
	words := slices.Concat([]string{"glorot reproduce", id, "--scale " + scale}, lengths)
	if known, err := setup.ScaleByName(scale); err == nil && !o.Scale.Drawn && o.Scale.Trained > 0 && known.Trained != o.Scale.Trained {
		words = append(words, fmt.Sprintf("--seeds %d", o.Scale.Trained))
	}
	if o.Commands.Flags != "" {
		words = append(words, o.Commands.Flags)
	}
	if lacks != nil && lacks.Absent != "" && o.Commands.Bring != nil {
		if _, flags := o.Commands.Bring(lacks.Subject.Data); flags != "" {
			words = append(words, flags)
		}
	}
	return strings.Join(words, " ")
}

// lengths returns the flags that say how long networks learn stored data.
func lengths(s setup.Scale) []string {
	var words []string
	if s.Passes > 0 {
		words = append(words, fmt.Sprintf("--passes %d", s.Passes))
	}
	if s.Short > 0 {
		words = append(words, fmt.Sprintf("--search-passes %d", s.Short))
	}
	return words
}

// Hint says why something was not run, and which command runs it. If why ends with the command that fetches the data, this one comes after it.
func (o *Observations) Hint(why, id string, updates int, lacks *Trained) string {
	then := ""
	if lacks != nil && lacks.Absent != "" && o.Commands.Bring != nil {
		then = "then "
	}
	return fmt.Sprintf("%s; %s%s runs it", why, then, o.Command(id, updates, lacks))
}

// Either is "60000, 5000 or 4000": the numbers, each once, the largest first.
func Either(numbers []int) string {
	sorted := slices.Compact(slices.SortedFunc(slices.Values(numbers), func(a, b int) int { return b - a }))
	var words []string
	for _, n := range sorted {
		words = append(words, fmt.Sprint(n))
	}
	if last := len(words) - 1; last > 0 {
		return strings.Join(words[:last], ", ") + " or " + words[last]
	}
	return strings.Join(words, "")
}
