package main

import (
	"os"
	"path/filepath"
	"testing"

	"glorot/experiments/run"

	"github.com/chromedp/chromedp"
)

// The laboratory shows a run that PyTorch recorded: by the names of its layers, with its cost, with what is new, with how much of its log cannot
// be read, and without what would train it.
func TestRecordedInBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: a browser takes seconds")
	}
	path := findBrowser(t)
	dir := t.TempDir()
	name := filepath.Join(dir, "mlp")
	if err := os.CopyFS(name, os.DirFS(filepath.FromSlash("../../experiments/recorder/testdata/pytorch"))); err != nil {
		t.Fatal(err)
	}
	lab := startLab(t, dir, "127.0.0.1:0")
	defer func() { lab.kill(t) }()
	v := newVisitor(t, path)
	v.do(chromedp.Navigate(lab.url + "#/run?run=mlp"))
	v.until(`document.querySelectorAll(".plot svg").length >= 8`)
	v.until(`document.body.innerText.includes("recorded; trained by PyTorch 2.15.0")`)
	v.until(`["linear0", "linear8"].every(name => [...document.querySelectorAll(".plot text")].some(e => e.textContent === name))`)
	v.until(`[...document.querySelectorAll("h3")].some(e => e.textContent === "Training cost" && e.offsetParent)`)
	if got := v.text(`[...document.querySelectorAll(".actions button")].map(b => b.textContent).join()`); got != "Tags …,Rename …,Delete,Compare" {
		t.Errorf("the actions are %s", got)
	}
	if got := v.text(`[...document.querySelectorAll("button")].filter(b => b.textContent.startsWith("Jacobian") && b.offsetParent).length`); got != "0" {
		t.Error("there is a button that measures Jacobians, which a recorded run does not have")
	}
	log, err := os.OpenFile(filepath.Join(name, run.LogFile), os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = log.WriteString(`{"event":"test","update":600,"error":0.0625,"nll":0.5}` + "\njunk\n")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	v.until(`document.querySelector(".runhead").innerText.includes("6.25 %")`)
	v.do(chromedp.Reload())
	v.until(`document.querySelector(".runhead")?.innerText.includes("1 line of its log cannot be read.")`)
	v.do(chromedp.Navigate(lab.url + "#/runs?pick=mlp"))
	v.until(`document.querySelectorAll(".plot svg").length >= 3`)
	v.quiet("a recorded run")
}
