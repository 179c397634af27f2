package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"glorot/experiments/run"
	"glorot/experiments/run/lease"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// laboratory is a server of the laboratory, as a process.
type laboratory struct {
	*exec.Cmd
	url string
}

// startLab starts glorot lab and reads the address, which is the first line that it prints.
func startLab(t *testing.T, dir, addr string) *laboratory {
	t.Helper()
	c := exec.Command("glorot", "lab", dir, "--addr", addr)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return &laboratory{c, strings.TrimSpace(line)}
}

func (l *laboratory) kill(t *testing.T) {
	t.Helper()
	if err := l.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Error(err)
	}
	_ = l.Wait()
}

// A visitor is a person with a browser.
type visitor struct {
	t       *testing.T
	ctx     context.Context
	mu      sync.Mutex
	console []string
}

func newVisitor(t *testing.T, path string) *visitor {
	t.Helper()
	ctx, stop := chromedp.NewExecAllocator(t.Context(), chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Headless, chromedp.DisableGPU)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	v := &visitor{t: t, ctx: ctx}
	v.do(chromedp.EmulateViewport(1280, 900))
	go func() {
		for m, err := range chromedp.Console(ctx) {
			if err != nil {
				return
			}
			v.mu.Lock()
			v.console = append(v.console, string(m.Type)+" "+m.Text)
			v.mu.Unlock()
		}
	}()
	return v
}

func (v *visitor) do(steps ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	ctx := v.ctx
	if chromedp.FromContext(ctx).Target != nil { // the first steps start the browser, which must outlive them
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, time.Minute)
		defer stop()
	}
	if err := chromedp.Do(ctx, steps...); err != nil {
		v.t.Fatal(err)
	}
}

// text evaluates an expression whose value is a string.
func (v *visitor) text(expression string) string {
	v.t.Helper()
	s, err := chromedp.Run(v.ctx, chromedp.Evaluate[string](`String(`+expression+`)`))
	if err != nil {
		v.t.Fatal(expression, err)
	}
	return s
}

// until waits until an expression is true. What is not on the page yet is false.
func (v *visitor) until(expression string) {
	v.t.Helper()
	for begin := time.Now(); v.text(`(() => { try { return !!(`+expression+`) } catch { return false } })()`) != "true"; time.Sleep(100 * time.Millisecond) {
		if time.Since(begin) > time.Minute {
			v.t.Fatalf("a minute without %s\n%s\n%s", expression, v.text(`location.hash`), v.text(`document.querySelector("main").innerText.slice(0, 600)`))
		}
	}
}

// press presses keys on an element, without a mouse.
func (v *visitor) press(selector string, keys ...string) {
	v.t.Helper()
	v.until(`document.querySelector('` + selector + `')`)
	v.text(`document.querySelector('` + selector + `').focus()`)
	for _, k := range keys {
		v.do(chromedp.KeyEvent(k))
	}
}

// button presses the button with a text.
func (v *visitor) button(text string) {
	v.t.Helper()
	found := `[...document.querySelectorAll("button")].find(b => b.textContent.trim() === "` + text + `" && !b.disabled)`
	v.until(found)
	v.text(found + `.focus()`)
	v.do(chromedp.KeyEvent(kb.Enter))
}

// quiet fails if the console says something.
func (v *visitor) quiet(where string) {
	v.t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.console) > 0 {
		v.t.Errorf("%s: the console says %q", where, v.console)
	}
	v.console = nil
}

// The whole way through the laboratory in a real browser, with the keyboard alone: from the bench to a training, into its past, to a fork, past the
// death of the server and of the training, to a comparison, downloads, the trash and back.
func TestLabInBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: a browser takes seconds")
	}
	path := findBrowser(t)
	dir := filepath.Join(t.TempDir(), "runs")
	lab := startLab(t, dir, "127.0.0.1:0")
	defer func() { lab.kill(t) }()
	defer killTrainings(t, dir)
	v := newVisitor(t, path)
	small := "set=observe.measures%3D%5Bconfusion%5D&set=model.hidden%3D%5B12%2C12%5D&set=train.batch%3D2&set=train.updates%3D3000000&set=observe.every%3D200&set=observe.images%3D100&set=observe.examples%3D50&set=train.rate%3D0.05"
	v.do(chromedp.Navigate(lab.url + "#/bench?" + small))

	v.until(`document.querySelectorAll(".plot svg path").length > 8`)
	v.press(`[data-key="model.hidden"] input[type=range]`, kb.ArrowRight)
	v.until(`document.querySelector(".plot").textContent.includes("Layer 3")`)
	if got := v.text(`location.hash`); !strings.Contains(got, "12%2C+12%2C+12") {
		t.Errorf("the address is %s", got)
	}
	v.quiet("bench")
	v.button("Start training")
	v.until(`location.hash.startsWith("#/run?")`)
	v.until(`document.querySelector(".chip.running") && document.querySelector("#time").max > 3`)
	v.press("#time", kb.Home)
	v.until(`document.querySelector(".moment").textContent === "update 0" && location.hash.includes("at=0")`)
	spectra(v)
	v.button("Now")
	parent := v.text(`document.querySelector("h1").textContent`)

	v.text(`document.querySelector('.change [data-key="train.rate"] .value').select()`)
	v.press(`.change [data-key="train.rate"] .value`, "0.2", kb.Enter)
	v.until(`document.querySelector("h1").textContent.includes("-at-")`)
	child := v.text(`document.querySelector("h1").textContent`)
	v.until(`document.querySelector(".chip.running")`)
	v.quiet("fork")
	if s, err := run.Peek(filepath.Join(dir, parent)); err != nil || s.Status != run.Interrupted {
		t.Errorf("the parent is %s, %v", s.Status, err)
	}
	if s, err := run.Peek(filepath.Join(dir, child)); err != nil || s.Config.Train.Rate != 0.2 {
		t.Errorf("the child has the rate %v, %v", s.Config.Train.Rate, err)
	}

	lab.kill(t)
	v.until(`document.querySelector("#link").textContent !== ""`)
	before := peekUpdate(t, filepath.Join(dir, child))
	waitFor(t, "the training going on without its server", func() bool { return peekUpdate(t, filepath.Join(dir, child)) > before+200 })
	lab = startLab(t, dir, strings.Trim(strings.TrimPrefix(lab.url, "http://"), "/"))
	v.until(`document.querySelector("#link").textContent === ""`)
	last := v.text(`document.querySelector(".moment").textContent`)
	v.until(`document.querySelector(".moment").textContent !== "` + last + `"`)
	v.mu.Lock()
	v.console = nil // of the time without a server
	v.mu.Unlock()

	holder, err := lease.Inspect(filepath.Join(dir, child))
	if err != nil || !holder.Here() {
		t.Fatal(holder, err)
	}
	training, err := os.FindProcess(holder.PID)
	if err == nil {
		err = training.Kill()
	}
	if err != nil {
		t.Fatal(err)
	}
	v.until(`document.querySelector(".chip.killed")`)
	v.button("Continue")
	v.until(`document.querySelector(".chip.running")`)
	v.button("Stop")
	v.until(`document.querySelector(".chip").textContent === "stopped"`)
	v.do(chromedp.Reload())
	v.until(`document.querySelector(".chip")?.textContent === "stopped" && document.querySelectorAll(".plot svg").length > 8`)

	v.button("Compare")
	v.until(`location.hash.startsWith("#/runs") && document.querySelectorAll("section figure .plot svg").length === 4`)
	if got := v.text(`[...document.querySelectorAll("section table tbody th")].map(e => e.textContent).join()`); got != "train.rate,fork" {
		t.Errorf("the configurations differ in %s", got)
	}
	v.press("#where", "train.rate=0.2")
	v.until(`document.querySelectorAll("table.runs tbody tr").length === 1`)
	downloads(t, v)
	v.quiet("runs")

	v.do(chromedp.Navigate(lab.url + "#/run?run=" + child))
	v.until(`document.querySelector("h1").textContent === "` + child + `"`)
	v.button("Delete")
	v.button("Undo")
	v.until(`location.hash.startsWith("#/run?") && document.querySelector("h1").textContent === "` + child + `"`)
	v.quiet("trash")
	everyView(t, v, lab.url, small, parent)
}

// spectra measures the Jacobians at the beginning of a run that is being trained, and reads the confusion matrices there.
func spectra(v *visitor) {
	v.t.Helper()
	chart := `[...document.querySelectorAll("figure")].find(f => f.querySelector("h3").textContent === "Singular values of the Jacobians")`
	if v.text(chart+`.hidden`) != "true" {
		v.t.Error("there are spectra that nobody has measured")
	}
	v.button("Jacobian spectra at this update")
	v.until(chart + `.querySelectorAll("path").length === 2 && ` + chart + `.textContent.includes("After update 0")`)
	if got := v.text(`document.querySelector(".bar [role=status]").textContent`); got != "Measured after update 0. The values are not kept with the run." {
		v.t.Errorf("the page says %q", got)
	}
	matrix := `[data-confusion=test] .plot`
	v.until(`document.querySelector("` + matrix + ` image")`)
	v.press(matrix, kb.Home, kb.ArrowDown, kb.ArrowRight)
	if got := v.text(`document.querySelector("[data-confusion=test] .readout").textContent`); !strings.HasPrefix(got, "class 1 predicted as 1: ") {
		v.t.Errorf("the matrix says %q", got)
	}
}

// A page that is open for a day, while a run records a snapshot every five seconds, keeps less than 200 MB: it leaves out what it cannot draw.
func TestLabDay(t *testing.T) {
	if !*long {
		t.Skip("without -long: writes a log of a day")
	}
	path := findBrowser(t)
	dir := t.TempDir()
	if out, err := exec.Command("glorot", "train", "--out", filepath.Join(dir, "a"), "--set", "model.hidden=[30,30,30,30,30]", "--set", "train.updates=10",
		"--set", "observe.every=10").CombinedOutput(); err != nil {
		t.Fatal(err, string(out))
	}
	lab := startLab(t, dir, "127.0.0.1:0")
	defer lab.kill(t)
	v := newVisitor(t, path)
	v.do(chromedp.Navigate(lab.url + "#/run?run=a"))
	v.until(`document.querySelectorAll(".plot svg").length > 8`)
	log, err := os.OpenFile(filepath.Join(dir, "a", run.LogFile), os.O_APPEND|os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	src, err := io.ReadAll(log)
	if err != nil {
		t.Fatal(err)
	}
	snapshot, before := "", v.heap()
	for line := range strings.Lines(string(src)) {
		if event, update, _ := run.Stamp([]byte(line)); event == run.LayersEvent && update == 10 {
			snapshot = line
		}
	}
	const day, step = 24 * 60 * 60 / 5, 240
	for n := 0; n < day; n += step {
		var b strings.Builder
		for k := range step {
			b.WriteString(strings.Replace(snapshot, `"update":10`, fmt.Sprintf(`"update":%d`, 11+n+k), 1))
		}
		if _, err := log.WriteString(b.String()); err != nil {
			t.Fatal(err)
		}
		v.until(fmt.Sprintf(`document.querySelector(".moment").textContent.replaceAll(",", "") === "update %d"`, 10+n+step))
	}
	after := v.heap()
	if t.Logf("%d snapshots of %d bytes: the page's memory grows from %.1f to %.1f MB", day, len(snapshot), before, after); after-before > 200 {
		t.Errorf("the page's memory grows by %.1f MB", after-before)
	}
	v.quiet("a day")
}

var pictures = flag.Bool("pictures", false, "make the README's picture of the laboratory again")

// With -pictures the README's picture is made: the paper's standard initialisation on the bench.
func TestLabPicture(t *testing.T) {
	if !*pictures {
		t.Skip("without -pictures: the picture stays as it is")
	}
	path := findBrowser(t)
	lab := startLab(t, t.TempDir(), "127.0.0.1:0")
	defer lab.kill(t)
	v := newVisitor(t, path)
	v.do(chromedp.EmulateViewport(1280, 670), chromedp.Navigate(lab.url+"#/bench"))
	v.until(`document.querySelectorAll(".plot svg path").length > 8`)
	time.Sleep(time.Second) // of transitions
	png, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join("..", "..", "experiments", "lab", "testdata", "bench.png"), png, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// heap returns what the page's JavaScript keeps, in MB.
func (v *visitor) heap() float64 {
	v.t.Helper()
	if _, err := chromedp.Call(v.ctx, heapprofiler.CollectGarbage, cdp.Empty{}); err != nil {
		v.t.Fatal(err)
	}
	used, err := chromedp.Call(v.ctx, runtime.GetHeapUsage, cdp.Empty{})
	if err != nil {
		v.t.Fatal(err)
	}
	return (used.UsedSize + used.BackingStorageSize) / 1e6
}

func peekUpdate(t *testing.T, dir string) int {
	t.Helper()
	s, err := run.Peek(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s.Update
}

// downloads saves a chart in each form.
func downloads(t *testing.T, v *visitor) {
	t.Helper()
	dir := t.TempDir()
	if _, err := chromedp.CallBrowser(v.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		kind string
		ok   func(src []byte) error
	}{
		{"SVG", func(src []byte) error {
			d := xml.NewDecoder(bytes.NewReader(src))
			for {
				if _, err := d.Token(); err != nil {
					if errors.Is(err, io.EOF) && bytes.Contains(src, []byte("Test errors")) {
						return nil
					}
					return err
				}
			}
		}},
		{"CSV", func(src []byte) error {
			rows, err := csv.NewReader(bytes.NewReader(src)).ReadAll()
			if err == nil && (len(rows) < 10 || rows[0][2] != "test error") {
				err = errors.New("it has too few rows")
			}
			return err
		}},
		{"PNG", func(src []byte) error {
			if !bytes.HasPrefix(src, []byte("\x89PNG")) || len(src) < 10_000 {
				return errors.New("it is not a picture")
			}
			return nil
		}},
	} {
		v.text(`[...document.querySelectorAll("section button.tool")].find(b => b.textContent === "` + c.kind + `").focus()`)
		v.do(chromedp.KeyEvent(kb.Enter))
		file := filepath.Join(dir, "test-errors."+strings.ToLower(c.kind))
		waitFor(t, file, func() bool {
			info, err := os.Stat(file)
			return err == nil && info.Size() > 0
		})
		src, err := os.ReadFile(file)
		if err == nil {
			err = c.ok(src)
		}
		if err != nil {
			t.Errorf("%s: %v", c.kind, err)
		}
	}
}

// unnamed counts what a screen reader has no name for.
const unnamed = `[...document.querySelectorAll("input, select, button, .plot")].filter(e => !(e.getAttribute("aria-label") || e.textContent.trim() || e.labels?.length)).length`

// everyView opens every view, on a phone and on a screen, light and dark.
func everyView(t *testing.T, v *visitor, url, small, name string) {
	t.Helper()
	for _, width := range []int64{1280, 390} {
		for _, scheme := range []string{"light", "dark"} {
			v.do(chromedp.EmulateViewport(width, 900))
			if _, err := chromedp.Call(v.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}); err != nil {
				t.Fatal(err)
			}
			for view, figures := range map[string]string{"bench?" + small: "4", "run?run=" + name: "10", "runs?pick=" + name: "3", "lecture?n=1": "2", "lecture?n=3": "0"} {
				v.do(chromedp.Navigate("about:blank"), chromedp.Navigate(url+"#/"+view))
				v.until(`document.querySelector("h1") && document.querySelectorAll(".plot svg").length >= ` + figures)
				over, missing := v.text(`document.documentElement.scrollWidth - innerWidth`), v.text(unnamed)
				dark := v.text(`getComputedStyle(document.documentElement).backgroundColor !== "rgb(244, 246, 248)"`)
				if over != "0" || missing != "0" || (dark == "true") != (scheme == "dark") || v.text(`document.querySelectorAll("h1").length`) != "1" {
					t.Errorf("%s at %d, %s: %s pixels too wide, %s without a name, dark %s", view, width, scheme, over, missing, dark)
				}
				v.quiet(view)
			}
		}
	}
}

// killTrainings ends the trainings that a laboratory has started.
func killTrainings(t *testing.T, dir string) {
	found, err := run.Find(dir)
	if err != nil {
		t.Error(err)
	}
	for _, path := range found {
		if h, err := lease.Inspect(path); err == nil && h.Alive && h.Here() {
			if p, err := os.FindProcess(h.PID); err == nil {
				_ = p.Kill()
			}
		}
	}
}
