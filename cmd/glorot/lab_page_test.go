package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"glorot/experiments/run"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// labRuns makes runs of a tiny network, by their names with their settings, and opens a laboratory with them.
func labRuns(t *testing.T, runs map[string]string) (*visitor, *laboratory, string) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: a browser takes seconds")
	}
	path, dir := findBrowser(t), t.TempDir()
	for name, more := range runs {
		args := []string{"train", "--out", filepath.Join(dir, name), "--set", "model.hidden=[12, 12]", "--set", "observe.examples=50", "--set", "observe.images=100"}
		for set := range strings.FieldsSeq(more) {
			args = append(args, "--set", set)
		}
		if out, err := exec.Command("glorot", args...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	lab := startLab(t, dir, "127.0.0.1:0")
	t.Cleanup(func() { lab.kill(t) })
	return newVisitor(t, path), lab, dir
}

// Each key changes a slider, and Chromium reports each change. The run is forked once, when Enter or the mouse lets the slider go.
func TestLabForksOnce(t *testing.T) {
	v, lab, dir := labRuns(t, map[string]string{"parent": "train.updates=20"})
	count := func() int {
		found, err := run.Find(dir)
		if err != nil {
			t.Fatal(err)
		}
		return len(found)
	}
	v.do(chromedp.Navigate(lab.url + "#/run?run=parent"))
	rate := `.change [data-key="train.rate"] `
	v.press(rate+`input[type=range]`, kb.ArrowRight, kb.ArrowRight, kb.ArrowRight)
	value := v.text(`document.querySelector('` + rate + `.value').value`)
	time.Sleep(500 * time.Millisecond)
	if n := count(); n != 1 || value == "0.01" {
		t.Fatalf("three keys made %d runs, the rate is %s", n-1, value)
	}
	v.do(chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.Enter)) // the second one comes while it forks
	v.until(`document.querySelector("h1").textContent === "parent-at-20"`)
	v.until(`document.querySelector(".chip").textContent === "done"`)
	if s, err := run.Peek(filepath.Join(dir, "parent-at-20")); err != nil || count() != 2 || fmt.Sprint(s.Config.Train.Rate) != value {
		t.Errorf("%d forks, at the rate %v, want %s; %v", count()-1, s.Config.Train.Rate, value, err)
	}
	v.do(chromedp.Click(rate + `input[type=range]`)) // a mouse lets the slider go at once
	v.until(`document.querySelector("h1").textContent === "parent-at-20-at-20"`)
	v.quiet("forks")
}

// What is typed goes to the server as it is, and an emptied field is the default.
func TestLabFields(t *testing.T) {
	v, lab, _ := labRuns(t, nil)
	v.do(chromedp.Navigate(lab.url + "#/bench?set=model.hidden%3D%5B12%2C12%5D&set=observe.examples%3D40"))
	v.until(`document.querySelector(".charts .note").textContent.includes("over 40 test images")`)
	enter := func(field, text string) {
		t.Helper()
		v.until(`document.querySelector('` + field + `')`)
		v.text(`document.querySelector('` + field + `').closest("details").open = true`)
		v.text(`document.querySelector('` + field + `').select()`)
		if text == "" {
			text = kb.Delete
		}
		v.press(field, text, kb.Enter)
	}
	const wrong, right = `document.querySelector(".status.bad")`, `document.querySelector(".status").textContent.startsWith("Measured")`
	widths := `[data-key="model.hidden"] input.long`
	enter(widths, "1e3, 1e3")
	v.until(wrong + `.textContent.includes("model.hidden: got 1e3, 1e3")`)
	enter(widths, "[9, 8, 7]")
	v.until(right + ` && document.querySelector('[data-key="model.hidden"] output').textContent === "3"`)
	path := `[data-key="data.path"] input`
	enter(path, "/no/such/file")
	v.until(wrong + `.textContent.includes("there is no such file or folder")`)
	v.mu.Lock()
	v.console = nil // the browser's own lines about the requests that were refused
	v.mu.Unlock()
	enter(path, "")
	v.until(right)
	v.quiet("fields")
}

// pixels is the opacity of the lowest strip of a chart at some shares of its width.
const pixels = `(async (title, shares) => {
	const all = [...document.querySelectorAll("figure")].find(f => f.querySelector("h3").textContent === title).querySelectorAll("image"),
		image = new Image(), canvas = document.createElement("canvas");
	image.src = all[all.length - 1].getAttribute("href");
	await image.decode();
	[canvas.width, canvas.height] = [image.width, image.height];
	const c = canvas.getContext("2d", { willReadFrequently: true });
	c.drawImage(image, 0, 0);
	return shares.map(x => c.getImageData(Math.min(image.width - 1, Math.floor(x * image.width)), 9, 1, 1).data[3]).join();
})`

// Charts over time leave a gap empty in which nothing was recorded, and show the last snapshot.
func TestLabGaps(t *testing.T) {
	v, lab, _ := labRuns(t, map[string]string{"a": "train.updates=1000 observe.layers=[0,10,20,30,40,1000] observe.histograms=[0,10,20,40,1000]"})
	v.do(chromedp.Navigate(lab.url + "#/run?run=a"))
	for title, want := range map[string]string{"Distributions over time": "255,255,0,255,0,0,255", "Saturation front": "255,255,255,255,0,0,255"} {
		v.until(`[...document.querySelectorAll("figure")].find(f => f.querySelector("h3").textContent === "` + title + `").querySelector("image")`)
		v.text(`(() => { ` + pixels + `("` + title + `", [0, 0.02, 0.03, 0.04, 0.1, 0.9, 1]).then(x => window.found = x); return "" })()`)
		v.until(`window.found`)
		if got := v.text(`window.found`); got != want {
			t.Errorf("%s: opacities %s, want %s", title, got, want)
		}
		v.text(`window.found = ""`)
	}
	v.quiet("gaps")
}

// Runs over each other: the filter, the groups of compare, the distributions, and every chart with three downloads.
func TestLabComparison(t *testing.T) {
	v, lab, dir := labRuns(t, map[string]string{"one": "train.updates=60 observe.every=20", "two": "train.updates=60 observe.every=20 seed=2", "relu": "train.updates=60 observe.every=20 model.activation=relu"})
	if err := os.CopyFS(filepath.Join(dir, "copy"), os.DirFS(filepath.Join(dir, "one"))); err != nil {
		t.Fatal(err)
	}
	v.do(chromedp.Navigate(lab.url + "#/runs?where=model.activation%3Drelu+model.hidden%3D%5B12,+12%5D&group=1&pick=one&pick=copy&pick=two&pick=relu"))
	v.until(`document.querySelector("main .note").textContent === "1 of 4 runs, 4 chosen"`)
	v.until(`document.querySelectorAll("section figure .plot svg").length === 4`)
	v.until(`[...document.querySelectorAll(".note")].some(n => n.textContent === "Ignored: seed. Not counted, as the same training is there already: copy.")`)
	chart := `[...document.querySelectorAll("figure")].find(f => f.querySelector("h3").textContent === "Distributions by layer")`
	if got := v.text(`[...` + chart + `.querySelectorAll(".legend span")].map(e => e.textContent).join()`); got != "activation tanh (2),activation relu (1)" {
		t.Errorf("the groups are %s", got)
	}
	if got := v.text(chart + `.querySelectorAll("path[opacity]").length + " bands, " + ` + chart + `.querySelectorAll("path[fill=none]").length + " lines"`); got != "2 bands, 4 lines" {
		t.Errorf("two layers of two groups have %s", got)
	}
	for _, hash := range []string{"#/runs?pick=one", "#/run?run=one", "#/bench?set=model.hidden%3D%5B12%5D", "#/lecture?n=2", "#/lecture?n=10&run=one", "#/lecture?n=3&run=one"} {
		v.do(chromedp.Navigate("about:blank"), chromedp.Navigate(lab.url+hash))
		v.until(`document.querySelector("figure .plot svg")`)
		if got := v.text(`[...document.querySelectorAll("figure")].filter(f => [...f.querySelectorAll(".tool")].map(b => b.textContent).join() !== "SVG,PNG,CSV").length`); got != "0" {
			t.Errorf("%s: %s charts lack a download", hash, got)
		}
	}
	v.quiet("comparison")
}

// On a phone the lecture's large labels are inside of its charts.
func TestLabLectureLabels(t *testing.T) {
	v, lab, _ := labRuns(t, nil)
	for _, n := range []int{1, 2} {
		v.do(chromedp.EmulateViewport(390, 900), chromedp.Navigate("about:blank"), chromedp.Navigate(lab.url+fmt.Sprint("#/lecture?n=", n)))
		v.until(`document.querySelectorAll(".plot svg").length === 2`)
		if got := v.text(`[...document.querySelectorAll(".plot svg text")].filter(e => { const b = e.getBBox(); return b.x < 0 || b.x + b.width > e.ownerSVGElement.clientWidth }).map(e => e.textContent)`); got != "" {
			t.Errorf("experiment %d: outside of the chart are %s", n, got)
		}
	}
}
