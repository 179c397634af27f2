package main

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/words.txt with llvm-mc")

const (
	wordsFile = "testdata/words.txt"
	llvmMC    = "llvm-mc-19"
)

// TestWords holds every word of the assembly to what LLVM's assembler makes of the instruction beside it.
func TestWords(t *testing.T) {
	files, err := neon()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		writeWords(t, files["neon_arm64.s"])
	}
	text, err := os.ReadFile(wordsFile)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for line := range strings.Lines(string(text)) {
		word, instruction, _ := strings.Cut(strings.TrimSpace(line), " ")
		want[instruction] = word
	}
	got := words(files["neon_arm64.s"])
	for instruction, word := range got {
		if want[instruction] != word {
			t.Errorf("%s is the word %s, want %q", instruction, word, want[instruction])
		}
	}
	if len(got) < len(encodings) {
		t.Errorf("%d words are tested, fewer than the %d instructions of the table", len(got), len(encodings))
	}
}

// words returns the words of assembly by their instructions.
func words(asm []byte) map[string]string {
	found := map[string]string{}
	for line := range strings.Lines(string(asm)) {
		if rest, ok := strings.CutPrefix(line, "\tWORD\t$"); ok {
			word, instruction, _ := strings.Cut(strings.TrimSpace(rest), " // ")
			found[instruction] = word
		}
	}
	return found
}

// writeWords writes what LLVM makes of every instruction, in the order of the assembly.
func writeWords(t *testing.T, asm []byte) {
	var instructions []string
	seen := map[string]bool{}
	for line := range strings.Lines(string(asm)) {
		if _, i, ok := strings.Cut(strings.TrimSpace(line), " // "); ok && strings.HasPrefix(line, "\tWORD") && !seen[i] {
			seen[i] = true
			instructions = append(instructions, i)
		}
	}
	c := exec.Command(llvmMC, "-triple=aarch64", "-show-encoding")
	c.Stdin = strings.NewReader(strings.Join(instructions, "\n") + "\n")
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	n := 0
	for s := bufio.NewScanner(bytes.NewReader(out)); s.Scan(); {
		_, encoding, ok := strings.Cut(s.Text(), "encoding: ")
		if !ok {
			continue
		}
		var b [4]byte // the lowest first
		if _, err := fmt.Sscanf(encoding, "[0x%x,0x%x,0x%x,0x%x]", &b[0], &b[1], &b[2], &b[3]); err != nil {
			t.Fatalf("%s: %v", s.Text(), err)
		}
		fmt.Fprintf(&text, "0x%02x%02x%02x%02x %s\n", b[3], b[2], b[1], b[0], instructions[n])
		n++
	}
	if n != len(instructions) {
		t.Fatalf("%s wrote %d of %d instructions", llvmMC, n, len(instructions))
	}
	if err := os.WriteFile(wordsFile, text.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
}
