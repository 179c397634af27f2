package graph_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

var updateOps = flag.Bool("update-ops", false, "write testdata/ops.txt, the list of Gorgonia's ops, from its source")

// unreachable are the ops that no graph can have.
var unreachable = map[string]string{
	"devTrans": "it copies between devices, in the tape machine's program",
	"clampOp":  "no function makes it, and its Do returns nothing",
}

// kinds are the lists of Gorgonia's source that say which functions an op's type stands for.
var kinds = map[string]string{"ʘUnaryOpStrs": "elemUnaryOp", "ʘBinOpStrs": "elemBinOp", "āBinOpStrs": "linAlgBinOp"}

// testdata/ops.txt lists every op of the version of Gorgonia that this module uses.
func TestOpsOfGorgonia(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no Go to ask where Gorgonia's source is")
	}
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "gorgonia.org/gorgonia").Output()
	if err != nil {
		t.Fatal(err)
	}
	ops, err := opsOfSource(strings.TrimSpace(string(dir)))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(ops, "\n") + "\n"
	if *updateOps {
		if err := os.WriteFile("testdata/ops.txt", []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if kept, err := os.ReadFile("testdata/ops.txt"); err != nil || string(kept) != text {
		t.Errorf("testdata/ops.txt has other ops than Gorgonia, %v; go test -run TestOpsOfGorgonia -update-ops writes it", err)
	}
}

// opsOfSource returns the types that have an op's methods in the files that are compiled without CUDA, and the functions that they
// stand for.
func opsOfSource(dir string) (ops []string, err error) {
	p, err := build.ImportDir(dir, 0)
	if err != nil {
		return nil, err
	}
	methods := make(map[string]int)
	for _, name := range p.GoFiles {
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, name), nil, 0)
		if err != nil {
			return nil, err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Recv != nil && slices.Contains([]string{"Do", "InferShape"}, n.Name.Name) {
					methods[receiver(n)]++
				}
			case *ast.ValueSpec:
				if op := kinds[n.Names[0].Name]; op != "" {
					for _, text := range stringsOf(n) {
						ops = append(ops, op+" "+text)
					}
				}
			}
			return true
		})
	}
	for name, n := range methods {
		if n == 2 && !slices.ContainsFunc(ops, func(o string) bool { return strings.HasPrefix(o, name+" ") }) {
			ops = append(ops, name)
		}
	}
	slices.Sort(ops)
	return slices.Compact(ops), nil
}

func receiver(f *ast.FuncDecl) string {
	t := f.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	return fmt.Sprint(t)
}

func stringsOf(n ast.Node) (list []string) {
	ast.Inspect(n, func(n ast.Node) bool {
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
			if s, err := strconv.Unquote(l.Value); err == nil {
				list = append(list, s)
			}
		}
		return true
	})
	return list
}

// Every op of Gorgonia's that a graph can have is in the zoo, in both types.
func TestZooHasEveryOp(t *testing.T) {
	list, err := os.ReadFile("testdata/ops.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, dt := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		found := make(map[string]bool)
		for _, a := range animals() {
			for _, cost := range costs {
				if s, err := a.put(dt, cost); err == nil {
					s.state()
					for _, n := range s.AllNodes() {
						found[opName(n)] = true
					}
				}
			}
		}
		for op := range strings.Lines(string(list)) {
			op = strings.TrimSpace(op)
			if why := unreachable[op]; found[op] == (why != "") {
				t.Errorf("%v: that %q is in the zoo is %v, and it is excepted because %q", dt, op, found[op], why)
			}
		}
	}
}

// opName is what testdata/ops.txt calls n's op.
func opName(n *G.Node) string {
	if n.Op() == nil {
		return ""
	}
	_, name, _ := strings.Cut(fmt.Sprintf("%T", n.Op()), ".")
	switch fields := strings.Fields(n.Op().String()); name {
	case "elemUnaryOp", "elemBinOp":
		return name + " " + fields[0]
	case "linAlgBinOp":
		return name + " " + fields[1]
	}
	return name
}
