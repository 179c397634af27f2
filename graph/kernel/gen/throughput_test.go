package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const (
	llvmObjdump = "llvm-objdump-19"
	llvmMCA     = "llvm-mca-19" // version 14's models of these processors are another's
)

// TestThroughput holds the innermost loops of the NEON products, as Go's assembler wrote them, to three quarters of the multiply-adds that
// Neoverse N1 and V1 can do, by llvm-mca's models of them with all data in the first cache. With -v it prints them and the instructions per
// multiply-add, which are in the package's documentation.
func TestThroughput(t *testing.T) {
	for _, tool := range []string{llvmObjdump, llvmMCA} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(err)
		}
	}
	program := filepath.Join(t.TempDir(), "kernel.test")
	c := exec.Command("go", "test", "-c", "-o", program, ".")
	c.Dir = ".."
	c.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "GOWORK=off")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, name := range []string{"stream5", "stream6", "dots5", "dots6", "update10", "packed6", "double6"} {
		loop := innermost(t, program, name+"NEON")
		n := 0
		for _, i := range loop {
			if strings.HasPrefix(i, "fmla") {
				n++
			}
		}
		n1, v1 := share(t, loop, "neoverse-n1", n, 2), share(t, loop, "neoverse-v1", n, 4)
		t.Logf("%-8s %4d instructions, %.2f per multiply-add, N1 %3.0f %%, V1 %3.0f %%", name, len(loop), float64(len(loop))/float64(n), 100*n1, 100*v1)
		if !(n1 >= 0.75 && v1 >= 0.75) {
			t.Errorf("the loop of %s reaches %.2f and %.2f of the multiply-adds, want 0.75", name, n1, v1)
		}
	}
}

var (
	instructionLine = regexp.MustCompile(`^\s*([0-9a-f]+):\s+(.*?)(?:\s+<.*>)?$`)
	branch          = regexp.MustCompile(`^(?:b\.|cb|tb).*0x([0-9a-f]+)$`)
)

// innermost returns the instructions of the loop of a function that has the most multiply-adds and none within.
func innermost(t *testing.T, program, function string) (loop []string) {
	out, err := exec.Command(llvmObjdump, "-d", "--no-show-raw-insn", "--disassemble-symbols=glorot/graph/kernel."+function+".abi0", program).Output()
	if err != nil {
		t.Fatal(err)
	}
	var instructions []string
	at := map[int64]int{}
	end := 0 // of the last loop
	most := 0
	for line := range strings.Lines(string(out)) {
		m := instructionLine.FindStringSubmatch(strings.TrimRight(line, "\n"))
		if m == nil {
			continue
		}
		address, err := strconv.ParseInt(m[1], 16, 64)
		if err != nil {
			t.Fatal(err)
		}
		at[address] = len(instructions)
		instructions = append(instructions, strings.ReplaceAll(m[2], "\t", " "))
		b := branch.FindStringSubmatch(m[2])
		if b == nil {
			continue
		}
		target, err := strconv.ParseInt(b[1], 16, 64)
		if err != nil {
			t.Fatal(err)
		}
		begin, back := at[target]
		if !back || begin < end {
			continue
		}
		body := instructions[begin:]
		end = len(instructions)
		if n := strings.Count(strings.Join(body, "\n"), "fmla"); n > most {
			most, loop = n, append([]string{}, body...)
		}
	}
	if most == 0 {
		t.Fatalf("%s has no loop with multiply-adds", function)
	}
	return loop
}

// share returns the multiply-adds of a loop as a share of those that a processor can do in its time.
func share(t *testing.T, loop []string, cpu string, n, perCycle int) float64 {
	const iterations = 100
	text := strings.Join(loop, "\n")
	last := strings.LastIndex(text, "0x")
	text = "loop:\n" + text[:last] + "loop\n"
	c := exec.Command(llvmMCA, "-mtriple=aarch64", "-mcpu="+cpu, fmt.Sprintf("-iterations=%d", iterations))
	c.Stdin = strings.NewReader(text)
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`Total Cycles:\s+(\d+)`).FindSubmatch(out)
	if m == nil {
		t.Fatalf("%s prints no cycles: %s", llvmMCA, out)
	}
	cycles, err := strconv.Atoi(string(m[1]))
	if err != nil {
		t.Fatal(err)
	}
	return float64(n*iterations) / float64(perCycle*cycles)
}
