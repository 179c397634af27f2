package paper

import (
	"fmt"
	"slices"
	"strings"
)

// Commands is how the program is called, for the commands that a Study tells. The zero value is without folders.
type Commands struct {
	// Flags are those of this Study that are not its length: its folders and its seed, such as "--seed 7 --data data --cache results".
	Flags string

	// Bring returns the command that brings a stored data set, and the flags beyond Flags with which the next command finds it. It may
	// be nil.
	Bring func(data string) (command, flags string)
}

// bring says what brings a data set that is not there.
func (c Commands) bring(data string) string {
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

// again is the command that runs id: for so many updates, or with 0 for as many as this Study. If the data set of what lacks is not there it
// is for after it was brought; lacks may be nil.
func (o *Observations) again(id string, updates int, lacks *Trained) string {
	scale, lengths := o.Scale.Name, o.Scale.lengths()
	if updates > 0 {
		scale, lengths = fmt.Sprint(updates), nil
	}
	words := slices.Concat([]string{"glorot reproduce", id, "--scale " + scale}, lengths)
	if known, err := ScaleByName(scale); err == nil && o.Scale.Trained > 0 && known.Trained != o.Scale.Trained {
		words = append(words, fmt.Sprintf("--seeds %d", o.Scale.Trained))
	}
	if o.commands.Flags != "" {
		words = append(words, o.commands.Flags)
	}
	if lacks != nil && lacks.Absent != "" && o.commands.Bring != nil {
		if _, flags := o.commands.Bring(lacks.Subject.Data); flags != "" {
			words = append(words, flags)
		}
	}
	return strings.Join(words, " ")
}

// lengths are the flags that say how long networks learn stored data.
func (s Scale) lengths() []string {
	var words []string
	if s.Passes > 0 {
		words = append(words, fmt.Sprintf("--passes %d", s.Passes))
	}
	if s.Short > 0 {
		words = append(words, fmt.Sprintf("--search-passes %d", s.Short))
	}
	return words
}

// howToRun says why something was not run, and the command that runs it, after the one that brings its data if why ends with that.
func (o *Observations) howToRun(why, id string, updates int, lacks *Trained) string {
	then := ""
	if lacks != nil && lacks.Absent != "" && o.commands.Bring != nil {
		then = "then "
	}
	return fmt.Sprintf("%s; %s%s runs it", why, then, o.again(id, updates, lacks))
}
