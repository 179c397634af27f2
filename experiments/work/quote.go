package work

import (
	"regexp"
	"strings"
)

var unquoted = regexp.MustCompile(`^[\p{L}\p{N}_./%=:,@+-]+$`)

// Quote returns s as one word of the shell.
func Quote(s string) string {
	if unquoted.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
