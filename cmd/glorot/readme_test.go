package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"glorot/experiments/help"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/urfave/cli/v2"
)

var updateReadme = flag.Bool("update-readme", false, "write what the README's commands print into it")

// A shown is a command of the README and what it is said to print; … in it stands for anything within a line.
type shown struct {
	command, prints string
	from, to        int // of prints in the README
}

var (
	consoleBlock = regexp.MustCompile("(?ms)^```console\n(.*?)^```$")
	yamlBlock    = regexp.MustCompile("(?ms)^```yaml\n# ([a-z0-9-]+\\.yaml)\n(.*?)^```$")
)

// The README's console blocks print what they say, one after the other in one directory, with the YAML files that it shows.
func TestReadme(t *testing.T) {
	const readme = "../../README.md"
	src, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	steps := readSteps(t, string(src))
	if len(steps) < 6 {
		t.Fatalf("%d commands in the README's console blocks", len(steps))
	}
	if n := len(strings.Fields(string(src))); n >= 2000 {
		t.Errorf("the README has %d words", n)
	}
	var script strings.Builder
	for i, s := range steps {
		fmt.Fprintf(&script, "exec %s\nshows %d\n", s.command, i)
	}
	for _, y := range yamlBlock.FindAllStringSubmatch(string(src), -1) {
		fmt.Fprintf(&script, "-- %s --\n%s", y[1], y[2])
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "readme.txtar"), []byte(script.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	printed := make([]string, len(steps))
	done := t.Run("commands", func(t *testing.T) { // which ends when they have
		testscript.Run(t, testscript.Params{Dir: dir, Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"shows": func(ts *testscript.TestScript, _ bool, args []string) {
				i, err := strconv.Atoi(args[0])
				ts.Check(err)
				printed[i] = ts.ReadFile("stdout")
				if !*updateReadme && !matches(steps[i].prints, printed[i]) {
					ts.Fatalf("$ %s\nprints\n%s\nand the README says\n%s", steps[i].command, printed[i], steps[i].prints)
				}
			},
		}})
	})
	if *updateReadme && done {
		for i, s := range slices.Backward(steps) {
			if !matches(s.prints, printed[i]) {
				src = slices.Concat(src[:s.from], []byte(printed[i]), src[s.to:])
			}
		}
		if err := os.WriteFile(readme, src, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// What the README names of the program without showing what it prints is a command with these flags, or a topic of glorot help.
func TestReadmeCommands(t *testing.T) {
	src, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile("(?m)`glorot ([^`]+)`|^    glorot (.*)$").FindAllStringSubmatch(string(src), -1)
	if len(found) < 10 {
		t.Fatalf("%d commands", len(found))
	}
	for _, m := range found {
		if fault := commandFault(m[1] + m[2]); fault != "" {
			t.Errorf("glorot %s: %s", m[1]+m[2], fault)
		}
	}
}

// commandFault says what a command line names that the program does not have; "" if there is nothing.
func commandFault(line string) string {
	words := strings.Fields(line)
	if words[0] == "help" && help.Has(words[1]) {
		return ""
	}
	if words[0] == "help" {
		words = words[1:]
	}
	command := find(newApp(nil, nil, nil).Commands, words[0])
	if command != nil && len(command.Subcommands) > 0 && len(words) > 1 {
		command = find(command.Subcommands, words[1])
	}
	if command == nil {
		return "is not a command"
	}
	for _, w := range words {
		name, isFlag := strings.CutPrefix(w, "--")
		if isFlag && !slices.ContainsFunc(command.Flags, func(f cli.Flag) bool { return slices.Contains(f.Names(), name) }) {
			return "there is no flag " + w
		}
	}
	return ""
}

// A command, a subcommand, a topic and a flag that do not exist are found.
func TestCommandFault(t *testing.T) {
	for line, want := range map[string]string{
		"sweep plan --config a.yaml": "", "help query": "", "help sweep plan": "", "reproduce C4 --verify all": "",
		"sweeps plan": "is not a command", "sweep plans": "is not a command", "help queries": "is not a command",
		"reproduce --verified all": "there is no flag --verified",
	} {
		if got := commandFault(line); got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
}

// readSteps finds the commands of the console blocks: a line that begins with "$ " and, after a \ at its end, the next; then
// what it prints, up to the next command.
func readSteps(t *testing.T, src string) (steps []shown) {
	for _, block := range consoleBlock.FindAllStringSubmatchIndex(src, -1) {
		continued := false
		for at := block[2]; at < block[3]; {
			end := at + strings.IndexByte(src[at:], '\n') + 1
			line := src[at:end]
			command, isCommand := strings.CutPrefix(line, "$ ")
			switch last := len(steps) - 1; {
			case continued:
				steps[last].command += strings.TrimSpace(line)
				steps[last].from, steps[last].to = end, end
			case isCommand:
				steps = append(steps, shown{command: strings.TrimSpace(command), from: end, to: end})
			case last < 0:
				t.Fatalf("a console block begins with %q; want a command", line)
			default:
				steps[last].prints += line
				steps[last].to = end
			}
			if last := len(steps) - 1; continued || isCommand {
				steps[last].command, continued = strings.CutSuffix(steps[last].command, "\\")
			}
			at = end
		}
	}
	return steps
}

// matches tells whether text is the pattern, in which … stands for anything within a line, and alone in a line for lines.
func matches(pattern, text string) bool {
	quoted := regexp.QuoteMeta(pattern)
	quoted = regexp.MustCompile(`(?m)^…$`).ReplaceAllString(quoted, `(?s:.*?)`)
	quoted = strings.ReplaceAll(quoted, "…", `[^\n]*`)
	return regexp.MustCompile(`^` + quoted + `$`).MatchString(text)
}

// The pattern language: a wrong number is a difference, in a line with … as in others.
func TestMatches(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"a 1\n", "a 1\n", true},
		{"a 1\n", "a 2\n", false},
		{"a … s\n", "a 12 s\n", true},
		{"a …\n", "a 1\nb\n", false},
		{"a\n…\nz\n", "a\nb\nc\nz\n", true},
		{"a\n…\nz\n", "a\nb\nc\ny\n", false},
		{"a.c\n", "abc\n", false},
	} {
		if got := matches(c.pattern, c.text); got != c.want {
			t.Errorf("%q matches %q: %v", c.pattern, c.text, got)
		}
	}
}
