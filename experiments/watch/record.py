#!/usr/bin/env python3
"""Records the animated terminal of the README, testdata/watch.svg: `glorot watch` beside three trainings.

It shows the list of the runs, the layers of one of them, and its past. It needs Go, tmux and Python alone: tmux draws the screens, and this
script turns each screen that differs from the one before into a group of an SVG that style rules show in turn.
"""
import re, shutil, subprocess, sys, tempfile, time
from html import escape
from pathlib import Path

HERE = Path(__file__).resolve().parent
COLUMNS, ROWS, WIDTH, HEIGHT = 100, 30, 8.4, 18  # of the screen in characters, and of a character in pixels
BACK, FRONT = "#16191d", "#d7dce2"
ANSI = "#3b4048 #e06c75 #98c379 #e5c07b #61afef #c678dd #56b6c2 #abb2bf #5c6370 #ff7b86 #b5e08a #ffd787 #7cc5ff #dd94f0 #6fd3df #ffffff".split()
# Keys, and the seconds after each of them.
KEYS = [("", 2), ("Space", 1), ("Down", 0.6), ("Space", 1), ("Down", 0.6), ("Space", 3), ("Enter", 3)] + [("Left", 0.6)] * 10 + [("End", 3), ("Escape", 2)]


def tmux(*words):
    return subprocess.run(["tmux", *words], check=True, capture_output=True, text=True).stdout


def record(folder):
    """Trains, watches, presses the keys, and returns the screens with the seconds that each is shown."""
    glorot = f"{folder}/glorot"
    subprocess.run(["go", "build", "-o", glorot, "./cmd/glorot"], cwd=HERE.parent.parent, check=True)
    sets = ["model.depth=5", "model.width=200", "data.low=-1", "train.rate=0.05", "train.updates=20000", "observe.every=250", "observe.errors=250",
            "observe.images=1000", "threads=1"]
    trainings = [
        subprocess.Popen([glorot, "train", "--out", f"{folder}/runs/{init}", "--set", f"model.init={init}"] + [w for s in sets for w in ("--set", s)],
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for init in ("standard", "normalized", "orthogonal")
    ]
    try:
        log = Path(folder, "runs/orthogonal/log.jsonl")
        while not log.exists() or log.read_text().count("\n") < 80:
            time.sleep(0.5)
        tmux("new-session", "-d", "-s", "watch", "-x", str(COLUMNS), "-y", str(ROWS), f"cd {folder} && COLORTERM=truecolor ./glorot watch runs")
        screens = []
        for key, seconds in KEYS:
            if key:
                tmux("send-keys", "-t", "watch", key)
            end = time.time() + seconds
            while time.time() < end:
                time.sleep(0.3)
                screen = tmux("capture-pane", "-t", "watch", "-p", "-e")
                if screens and screens[-1][0] == screen:
                    screens[-1][1] += 0.3
                else:
                    screens.append([screen, 0.3])
        return screens
    finally:
        subprocess.run(["tmux", "kill-session", "-t", "watch"], stderr=subprocess.DEVNULL)
        for t in trainings:
            t.kill()


def colour(codes):
    """Reads the colour that follows a code 38 or 48, as 5;N or 2;R;G;B."""
    if codes.pop(0) == 2:
        return "#%02x%02x%02x" % tuple(codes.pop(0) for _ in range(3))
    n = codes.pop(0)
    if n < 16:
        return ANSI[n]
    if n >= 232:
        return "#" + 3 * ("%02x" % (8 + 10 * (n - 232)))
    level = lambda v: 55 + 40 * v if v else 0
    return "#%02x%02x%02x" % tuple(level((n - 16) // d % 6) for d in (36, 6, 1))


def style_after(style, codes):
    style = dict(style)
    codes = [int(c or 0) for c in re.split("[;:]", codes)]
    while codes:
        c = codes.pop(0)
        if c == 0:
            style = {}
        elif c in (1, 2, 7):
            style[c] = True
        elif c in (22, 27):
            for k in (1, 2) if c == 22 else (7,):
                style.pop(k, None)
        elif c in (38, 48):
            style[c] = colour(codes)
        elif c in (39, 49):
            style.pop(c - 1, None)
        elif 30 <= c <= 37 or 90 <= c <= 97:
            style[38] = ANSI[c % 10 + (8 if c >= 90 else 0)]
        elif 40 <= c <= 47 or 100 <= c <= 107:
            style[48] = ANSI[c % 10 + (8 if c >= 100 else 0)]
    return style


def draw(screen):
    """Draws a screen: rectangles behind the text, and one element for each stretch of one style."""
    behind, text, style = [], [], {}
    for row, line in enumerate(screen.split("\n")[:ROWS]):
        column = 0
        for part in re.split("(\x1b\\[[0-9;:]*m)", line):
            if m := re.fullmatch("\x1b\\[([0-9;:]*)m", part):
                style = style_after(style, m[1])
                continue
            if not part:
                continue
            front, back = style.get(38, FRONT), style.get(48)
            if style.get(7):
                front, back = back or BACK, front
            if back:
                behind.append(f'<rect x="{column * WIDTH:.1f}" y="{row * HEIGHT}" width="{len(part) * WIDTH:.1f}" height="{HEIGHT}" fill="{back}"/>')
            if part.strip():
                first = len(part) - len(part.lstrip())
                more = ' font-weight="bold"' if style.get(1) else ' opacity=".6"' if style.get(2) else ""
                shown = part.strip()
                text.append(f'<text x="{(column + first) * WIDTH:.1f}" y="{row * HEIGHT + 13.5}" textLength="{len(shown) * WIDTH:.1f}" fill="{front}"{more}>{escape(shown)}</text>')
            column += len(part)
    return "".join(behind + text)


def svg(screens):
    whole, begin, rules, groups = sum(s for _, s in screens), 0.0, [], []
    for i, (screen, seconds) in enumerate(screens):
        a, b = 100 * begin / whole, 100 * (begin + seconds) / whole
        show = "0%{visibility:visible}" if i == 0 else f"0%{{visibility:hidden}}{a:.3f}%{{visibility:visible}}"
        rules.append(f"@keyframes f{i}{{{show}{b:.3f}%,100%{{visibility:hidden}}}}#f{i}{{animation:f{i} {whole:.1f}s step-end infinite}}")
        hidden = ' visibility="hidden"' if i else ""
        groups.append(f'<g id="f{i}"{hidden}>{draw(screen)}</g>')
        begin += seconds
    w, h = COLUMNS * WIDTH + 24, ROWS * HEIGHT + 24
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w:.0f} {h}" width="{w:.0f}" height="{h}"><style>text{{font-family:"DejaVu Sans Mono",Menlo,Consolas,monospace;font-size:14px;'
            f'white-space:pre}}{"".join(rules)}</style><rect width="100%" height="100%" rx="8" fill="{BACK}"/><g transform="translate(12 12)">{"".join(groups)}</g></svg>\n')


if __name__ == "__main__":
    folder = tempfile.mkdtemp()
    try:
        picture = svg(record(folder))
    finally:
        shutil.rmtree(folder)
    (HERE / "testdata/watch.svg").write_text(picture)
    print(f"testdata/watch.svg: {len(picture) // 1000} kB", file=sys.stderr)
