package atomicfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// holds tells that a directory has those files ("name=content") and no others.
func holds(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, e.Name()+"="+string(b))
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	for _, s := range []string{"first", "", "second"} {
		if err := Write(path, text(s)); err != nil {
			t.Fatal(err)
		}
		holds(t, dir, "a="+s)
	}
	t.Chdir(dir)
	if err := Write("b", text("beside")); err != nil {
		t.Fatal(err)
	}
	holds(t, dir, "a=second", "b=beside")
}

// A new file gets the mode that os.Create would give it, a replaced one keeps its own.
func TestMode(t *testing.T) {
	dir := t.TempDir()
	usual, err := os.Create(filepath.Join(dir, "usual"))
	if err != nil {
		t.Fatal(err)
	}
	defer usual.Close()
	info, err := usual.Stat()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "a")
	for _, mode := range []fs.FileMode{info.Mode(), 0o600, 0o777} {
		if mode != info.Mode() {
			if err := os.Chmod(path, mode); err != nil {
				t.Fatal(err)
			}
		}
		if err := Write(path, text("x")); err != nil {
			t.Fatal(err)
		}
		if got, err := os.Stat(path); err != nil || got.Mode() != mode {
			t.Errorf("got %v, want %v (%v)", got.Mode(), mode, err)
		}
	}
}

var errContent = errors.New("no more content")

// When content fails or panics at any point, the old file stays and nothing is left over.
func TestContentFails(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	if err := Write(path, text("old")); err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 10, 1 << 20} {
		err := Write(path, func(w io.Writer) error {
			if _, err := w.Write(make([]byte, n)); err != nil {
				return err
			}
			return errContent
		})
		if !errors.Is(err, errContent) || err.Error() != "cannot write "+path+": no more content" {
			t.Error(err)
		}
		holds(t, dir, "a=old")
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		Write(path, func(io.Writer) error { panic("content") })
	}()
	holds(t, dir, "a=old")
}

// An error names the file that was wanted, and the reason, and no temporary file.
func TestErrors(t *testing.T) {
	dir := t.TempDir()
	sub := filepath.Join(dir, "sub")
	if err := os.Mkdir(sub, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(sub, "f"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{
		filepath.Join(dir, "none", "a"): fs.ErrNotExist,
		sub:                             fs.ErrExist,
	} {
		err := Write(path, text("x"))
		if !errors.Is(err, want) || !strings.HasPrefix(err.Error(), "cannot write "+path+": ") || strings.Contains(err.Error(), ".tmp") {
			t.Error(err)
		}
	}
	// A file that content could not read is named too.
	err := Write(filepath.Join(dir, "a"), func(io.Writer) error {
		_, err := os.Open(filepath.Join(dir, "source"))
		return err
	})
	if err == nil || !strings.Contains(err.Error(), filepath.Join(dir, "source")) {
		t.Error(err)
	}
}

// Of several writers at once the file is one's, whole.
func TestConcurrent(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			if err := Write(path, text(strings.Repeat(string(rune('a'+i)), 100_000))); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	b, err := os.ReadFile(path)
	if err != nil || len(b) != 100_000 || strings.Trim(string(b), string(b[:1])) != "" {
		t.Errorf("%d bytes, %v", len(b), err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Error(entries)
	}
}

// killPath is set in the child process of TestKill.
const killPath = "GLOROT_TEST_KILL_PATH"

func TestMain(m *testing.M) {
	if path := os.Getenv(killPath); path != "" {
		err := Write(path, func(w io.Writer) error {
			if _, err := w.Write(make([]byte, 1<<20)); err != nil {
				return err
			}
			fmt.Println("half")
			time.Sleep(time.Hour)
			return nil
		})
		fmt.Println(err)
		return
	}
	os.Exit(m.Run())
}

// A process that is killed in the middle of writing leaves the old file as it was, and
// its rest does not disturb the next.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	if err := Write(path, text("old")); err != nil {
		t.Fatal(err)
	}
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), killPath+"="+path)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "half\n" {
		t.Fatal(line, err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	child.Wait()
	if b, err := os.ReadFile(path); err != nil || string(b) != "old" {
		t.Errorf("%q, %v", b, err)
	}
	if err := Write(path, text("new")); err != nil {
		t.Error(err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "new" {
		t.Errorf("%q, %v", b, err)
	}
}
