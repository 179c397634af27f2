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

// measuring is put at the end of a page, and tells the frame around it what a reader sees: of the page as it opens, then with all of its
// details open, then after a click on a legend, a key on a chart and a pull of a slider of time.
const measuring = `<script>
addEventListener("load", () => {
  const all = s => [...document.querySelectorAll(s)], overflow = () => document.documentElement.scrollWidth - innerWidth;
  const seen = { width: innerWidth, overflow: overflow(), height: document.documentElement.scrollHeight };
  seen.dark = getComputedStyle(document.body).backgroundColor;
  all("details").forEach(d => d.open = true);
  seen.overflow = Math.max(seen.overflow, overflow());
  seen.figures = all("figure .panel svg").filter(s => s.checkVisibility()).map(s => s.getBoundingClientRect()).map(r => [r.width, r.height]);
  seen.unnamed = all("svg").filter(s => !s.closest("[role=img][aria-label], [role=slider][aria-label], .legend")).length +
    all("button").filter(b => !b.textContent.trim()).length;
  seen.broken = all("a[href^='#']").filter(a => !document.getElementById(a.getAttribute("href").slice(1))).length;
  const levels = all("h1, h2, h3, h4").map(h => Number(h.tagName[1]));
  seen.headings = levels.filter(l => l === 1).length;
  seen.skipped = levels.filter((l, i) => i > 0 && l > levels[i - 1] + 1).length;
  const chart = document.querySelector("[role=slider]"), button = document.querySelector("figure:has([role=slider]) .legend button");
  if (chart && button) {
    chart.dispatchEvent(new KeyboardEvent("keydown", { key: "End", bubbles: true }));
    seen.read = chart.getAttribute("aria-valuetext") + "|" + document.querySelector(".readout").textContent;
    button.click();
    seen.hidden = all("g.hidden").length;
    seen.pressed = button.getAttribute("aria-pressed");
  }
  const time = document.querySelector(".time input");
  if (time) {
    const shown = () => [...time.closest("figure").querySelectorAll(".panels")].filter(p => p.checkVisibility()).map(p => p.dataset.time).join();
    seen.time = shown() + "|";
    time.value = 0;
    time.dispatchEvent(new Event("input"));
    seen.time += shown();
  }
  parent.postMessage(JSON.stringify(seen), "*");
});
</script>`

// framing shows a page as wide as a number of pixels, since windows of Chromium are 500 wide at least, and writes what the page says of itself.
const framing = `<!DOCTYPE html><title>frame</title><style>body { margin: 0 }</style><link rel="icon" href="data:,">
<script>addEventListener("message", e => { const p = document.createElement("pre"); p.id = "seen"; p.textContent = e.data; document.body.append(p); });</script>
<iframe src="%s" style="border: 0; width: %dpx; height: 800px"></iframe>`

type seenPage struct {
	Width, Overflow, Height            float64
	Dark                               string
	Figures                            [][2]float64
	Unnamed, Broken, Headings, Skipped int
	Read, Pressed, Time                string
	Hidden                             int
}

// What a page may be long: in screens of 1280 by 800 pixels with its details folded, and in printed pages.
const (
	mostScreens = 12
	mostPrinted = 25
)

// The page of a reproduction in a real browser, on a phone, a tablet and a screen, in the dark and on paper: nothing in the console, every
// figure to be seen and named for a screen reader, headings in order, no link that leads nowhere, nothing that reaches beyond the screen, and
// no longer than somebody reads. Keys read the numbers of a chart, the legend hides its lines, and a slider chooses the time of Figure 4.
func TestPageInBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: a browser takes seconds")
	}
	browser := findBrowser(t)
	dir := t.TempDir()
	if status, _, stderr := glorotAt(t, context.Background(), dir, "reproduce", "--kept", "--scale", "300000", "--seeds", "3", "--store", "DIR/none", "--out", "DIR/page"); status != 0 {
		t.Fatal(stderr)
	}
	page := filepath.Join(dir, "page", "index.html")
	src, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	figures := bytes.Count(src, []byte("<figure"))
	measured := filepath.Join(dir, "measured.html")
	if err := os.WriteFile(measured, bytes.Replace(src, []byte("</body>"), []byte(measuring+"</body>"), 1), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, width := range []int{1280, 768, 390} {
		for _, dark := range []bool{false, true} {
			seen, console := look(t, browser, measured, width, dark)
			if console != "" {
				t.Errorf("width %d: the console says %s", width, console)
			}
			if len(seen.Figures) < figures || figures < 10 || seen.Unnamed > 0 || seen.Broken > 0 || seen.Headings != 1 || seen.Skipped > 0 || seen.Overflow > 0 || int(seen.Width) != width {
				t.Errorf("width %d, %d figures: %+v", width, figures, seen)
			}
			if seen.Hidden == 0 || seen.Pressed != "false" || !strings.Contains(seen.Read, "Layer 5") {
				t.Errorf("width %d: a chart reads %q; the legend hides %d groups", width, seen.Read, seen.Hidden)
			}
			if seen.Time != "at the end|before training" {
				t.Errorf("width %d: Figure 4 shows the times %q", width, seen.Time)
			}
			if light := seen.Dark == "rgb(255, 255, 255)"; light == dark {
				t.Errorf("width %d, dark %v: the background is %s", width, dark, seen.Dark)
			}
			for i, f := range seen.Figures {
				if f[0] < 200 || f[1] < 100 {
					t.Errorf("width %d: panel %d is %v x %v", width, i+1, f[0], f[1])
				}
			}
			if screens := seen.Height / 800; width == 1280 && screens > mostScreens {
				t.Errorf("%.1f screens, want at most %d", screens, mostScreens)
			} else if width == 1280 {
				t.Logf("%.1f screens", screens)
			}
		}
	}
	printed := printedPages(t, browser, page)
	if t.Logf("%d printed pages", printed); printed == 0 || printed > mostPrinted {
		t.Errorf("%d printed pages, want at most %d", printed, mostPrinted)
	}
}

func findBrowser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no Chromium or Chrome is installed: the page is not opened in a browser")
	return ""
}

// look opens a page that measures itself.
func look(t *testing.T, browser, page string, width int, dark bool) (seen seenPage, console string) {
	t.Helper()
	frame := filepath.Join(t.TempDir(), "frame.html")
	if err := os.WriteFile(frame, fmt.Appendf(nil, framing, "file://"+page, width), 0o666); err != nil {
		t.Fatal(err)
	}
	scheme := "1"
	if dark {
		scheme = "0"
	}
	dom, log := browse(t, browser, "file://"+frame, "--window-size=1400,900", "--enable-logging=stderr", "--blink-settings=preferredColorScheme="+scheme, "--virtual-time-budget=5000", "--dump-dom")
	m := regexp.MustCompile(`<pre id="seen">(.*?)</pre>`).FindStringSubmatch(dom)
	if m == nil {
		t.Fatalf("the page did not measure itself:\n%s", log)
	}
	if err := json.Unmarshal([]byte(html.UnescapeString(m[1])), &seen); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(log) {
		if strings.Contains(line, "CONSOLE") {
			console += line
		}
	}
	return seen, console
}

// printedPages counts the pages of a page that is printed.
func printedPages(t *testing.T, browser, page string) int {
	t.Helper()
	pdf := filepath.Join(t.TempDir(), "printed.pdf")
	browse(t, browser, "file://"+page, "--no-pdf-header-footer", "--print-to-pdf="+pdf)
	src, err := os.ReadFile(pdf)
	if err != nil {
		t.Fatal(err)
	}
	return len(regexp.MustCompile(`/Type\s*/Page[^s]`).FindAll(src, -1))
}

// browse runs a browser without a window.
func browse(t *testing.T, browser, url string, args ...string) (stdout, stderr string) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	c := exec.CommandContext(ctx, browser, append([]string{"--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync",
		"--no-first-run", "--user-data-dir=" + t.TempDir()}, append(args, url)...)...)
	var out, log bytes.Buffer
	c.Stdout, c.Stderr = &out, &log
	if err := c.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", browser, err, log.String())
	}
	return out.String(), log.String()
}
