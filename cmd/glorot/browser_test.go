package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// measuring is put at the end of a page, and writes what a reader sees of it. The page itself has no script.
const measuring = `<script>
window.addEventListener("load", () => {
  const seen = {
    width: innerWidth, overflow: document.documentElement.scrollWidth - innerWidth,
    figures: [...document.querySelectorAll("figure svg")].map(s => s.getBoundingClientRect()).map(r => [r.width, r.height]),
    unnamed: [...document.querySelectorAll("svg")].filter(s => !(s.getAttribute("aria-label") || s.getAttribute("aria-labelledby") || s.querySelector("title"))).length,
    broken: [...document.querySelectorAll("a[href^='#']")].filter(a => !document.getElementById(a.getAttribute("href").slice(1))).length,
    headings: document.querySelectorAll("h1").length,
  };
  const p = document.createElement("pre");
  p.id = "seen";
  p.textContent = JSON.stringify(seen);
  document.body.append(p);
});
</script>`

type seenPage struct {
	Width, Overflow           float64
	Figures                   [][2]float64
	Unnamed, Broken, Headings int
}

// The page of a reproduction in a real browser, wide and as on a phone: nothing in the console, every figure to be seen and named for a
// screen reader, no link that leads nowhere, nothing that reaches beyond the screen.
func TestPageInBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: a browser takes seconds")
	}
	browser := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			browser = path
			break
		}
	}
	if browser == "" {
		t.Skip("no Chromium or Chrome is installed: the page is not looked at in a browser")
	}
	dir := t.TempDir()
	if status, _, stderr := glorotAt(t, context.Background(), dir, "reproduce", "fig1", "fig5", "search", "C14", "--kept", "--scale", "300000", "--cache", "../../results", "--out", "DIR/page"); status != 0 {
		t.Fatal(stderr)
	}
	src, err := os.ReadFile(filepath.Join(dir, "page", "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	figures := bytes.Count(src, []byte("<figure"))
	measured := filepath.Join(dir, "measured.html")
	if err := os.WriteFile(measured, bytes.Replace(src, []byte("</body>"), []byte(measuring+"</body>"), 1), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, width := range []int{1200, 500} { // Chromium's windows are 500 wide at least
		seen, console := look(t, browser, measured, width)
		if console != "" {
			t.Errorf("width %d: the console says %s", width, console)
		}
		if len(seen.Figures) < figures || figures == 0 || seen.Unnamed > 0 || seen.Broken > 0 || seen.Headings != 1 || seen.Overflow > 0 {
			t.Errorf("width %d, %d figures: %+v", width, figures, seen)
		}
		for i, f := range seen.Figures {
			if f[0] < 200 || f[1] < 100 {
				t.Errorf("width %d: figure %d is %v x %v", width, i+1, f[0], f[1])
			}
		}
	}
}

// look opens a page that measures itself.
func look(t *testing.T, browser, page string, width int) (seen seenPage, console string) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	c := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync",
		"--no-first-run", "--user-data-dir="+t.TempDir(), fmt.Sprintf("--window-size=%d,900", width), "--enable-logging=stderr",
		"--virtual-time-budget=5000", "--dump-dom", "file://"+page)
	var dom, log bytes.Buffer
	c.Stdout, c.Stderr = &dom, &log
	if err := c.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", browser, err, log.String())
	}
	m := regexp.MustCompile(`<pre id="seen">(.*?)</pre>`).FindStringSubmatch(dom.String())
	if m == nil {
		t.Fatalf("the page did not measure itself:\n%s", log.String())
	}
	if err := json.Unmarshal([]byte(html.UnescapeString(m[1])), &seen); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(log.String()) {
		if strings.Contains(line, "CONSOLE") {
			console += line
		}
	}
	return seen, console
}
