// Charts as SVG, drawn by functions of a width and a theme, so that what is downloaded is what is on the screen.
import { h, s, num, whole, isNumber, theme, light, onTheme, save, toCSV } from "./util.js";

const font = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif";
const figures = new Set();
onTheme(() => figures.forEach((f) => f.render()));
const resized = new ResizeObserver((entries) =>
  entries.forEach((e) => {
    const f = e.target.figure;
    if (f && Math.abs(f.width - f.plot.clientWidth) > 1) f.render();
  }),
);

// A Figure is a chart with its title, its legend, its readout and its downloads. draw(width, theme) returns {svg, xs, nearest(pixel), at(x), place(x)}; csv()
// returns rows, or the address of a file. onPick is called with the x that a reader chooses.
export class Figure {
  constructor({ title, note = "", name, draw, csv, onPick, wide }) {
    Object.assign(this, { title, name: name || title.toLowerCase().replace(/[^a-z0-9]+/g, "-"), draw, csv, onPick, index: -1 });
    this.plot = h("div", { class: "plot", tabindex: "0", role: "img", "aria-label": title });
    this.readout = h("p", { class: "readout", "aria-live": "polite" });
    this.legend = h("div", { class: "legend" });
    this.noteElement = h("p", { class: "note" }, note);
    const tool = (text, f) => h("button", { class: "tool", "aria-label": `${title}: ${text}`, onclick: f }, text);
    this.element = h(
      "figure",
      { class: wide ? "card wide" : "card" },
      h(
        "figcaption",
        {},
        h("h3", {}, title),
        h(
          "span",
          { class: "tools" },
          tool("SVG", () => this.saveSVG()),
          tool("PNG", () => this.savePNG()),
          tool("CSV", () => this.saveCSV()),
        ),
      ),
      this.noteElement,
      this.plot,
      this.legend,
      this.readout,
    );
    this.element.figure = this.plot.figure = this;
    this.plot.addEventListener("pointermove", (e) => this.inspect(e.offsetX, e.offsetY));
    this.plot.addEventListener("pointerleave", () => this.inspect(null));
    this.plot.addEventListener("click", (e) => this.pick(e.offsetX));
    this.plot.addEventListener("keydown", (e) => this.key(e));
    figures.add(this);
    resized.observe(this.plot);
  }
  set note(text) {
    this.noteElement.textContent = text;
  }
  // update draws again in the next frame.
  update() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.render();
    });
  }
  render() {
    if (!this.plot.isConnected) {
      if (this.wasShown) {
        figures.delete(this);
        resized.unobserve(this.plot);
      }
      return;
    }
    this.wasShown = true;
    this.width = this.plot.clientWidth;
    if (this.width < 40) return;
    this.drawn = this.draw(this.width, theme());
    this.plot.replaceChildren(this.drawn.svg);
    this.legend.replaceChildren(...(this.drawn.legend || []).map((l) => h("span", {}, swatch(l), l.name)));
    this.plot.setAttribute("aria-label", `${this.title}. ${this.drawn.summary || ""}`);
    if (this.shown !== undefined && this.shown !== null) this.show(this.shown);
  }
  inspect(pixel, y) {
    if (!this.drawn?.at) return;
    if (pixel === null) {
      this.shown = null;
      this.readout.textContent = "";
      this.drawn.cursor?.setAttribute("visibility", "hidden");
      return;
    }
    this.show(this.drawn.nearest(pixel, y));
  }
  show(x) {
    if (x === undefined || !this.drawn.at) return;
    this.shown = x;
    this.readout.textContent = this.drawn.at(x);
    const c = this.drawn.cursor,
      p = this.drawn.place(x);
    const [px, py] = [p, 0].flat();
    if (c && isNumber(px)) {
      c.setAttribute("transform", `translate(${px},${py})`);
      c.setAttribute("visibility", "visible");
    }
  }
  pick(pixel) {
    if (this.onPick && this.drawn?.nearest) {
      const x = this.drawn.nearest(pixel);
      if (x !== undefined) this.onPick(x);
    }
  }
  key(e) {
    const xs = this.drawn?.xs;
    if (!xs?.length) return;
    let i = this.shown === null || this.shown === undefined ? xs.length - 1 : xs.indexOf(this.shown);
    const { row } = this.drawn, // of a matrix
      step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity, ...(row && { ArrowUp: -row, ArrowDown: row }) }[e.key];
    if (step !== undefined) i = Math.min(Math.max(i + step, 0), xs.length - 1);
    else if (e.key === "Enter" && this.onPick) {
      this.onPick(xs[i]);
      return;
    } else return;
    e.preventDefault();
    this.show(xs[i]);
  }
  file() {
    const { svg, legend = [] } = this.draw(760, light),
      height = Number(svg.getAttribute("height")),
      lines = Math.ceil(legend.length / 5);
    const whole = s("svg", {
      xmlns: "http://www.w3.org/2000/svg",
      width: 760,
      height: height + 34 + 18 * lines,
      viewBox: `0 0 760 ${height + 34 + 18 * lines}`,
      "font-family": font,
    });
    whole.append(
      s("rect", { width: "100%", height: "100%", fill: light.back }),
      text(14, 22, this.title, light, { "font-size": 15, "font-weight": 600, fill: light.text }),
    );
    legend.forEach((l, i) => {
      const x = 16 + (i % 5) * 148,
        y = height + 36 + 18 * Math.floor(i / 5) + 6;
      whole.append(
        s("line", { x1: x, x2: x + 18, y1: y, y2: y, stroke: l.color, "stroke-width": 2.5, "stroke-dasharray": l.dash }),
        text(x + 24, y + 4, l.name.slice(0, 22), light, { "font-size": 11 }),
      );
    });
    whole.append(s("g", { transform: "translate(0,30)" }, svg));
    return { text: new XMLSerializer().serializeToString(whole), height: height + 34 + 18 * lines };
  }
  saveSVG() {
    save(this.name + ".svg", new Blob([this.file().text], { type: "image/svg+xml" }));
  }
  savePNG() {
    const { text, height } = this.file(),
      url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" })),
      img = new Image();
    img.onload = () => {
      const c = h("canvas", { width: 1520, height: height * 2 });
      c.getContext("2d").drawImage(img, 0, 0, 1520, height * 2);
      URL.revokeObjectURL(url);
      c.toBlob((blob) => save(this.name + ".png", blob));
    };
    img.src = url;
  }
  saveCSV() {
    const rows = this.csv();
    if (typeof rows === "string") h("a", { href: rows, download: this.name + ".csv" }).click();
    else save(this.name + ".csv", new Blob([toCSV(rows)], { type: "text/csv" }));
  }
}

function swatch(l) {
  return s(
    "svg",
    { width: 22, height: 10, "aria-hidden": "true" },
    s("line", { x1: 1, x2: 21, y1: 5, y2: 5, stroke: l.color, "stroke-width": 2.5, "stroke-dasharray": l.dash }),
  );
}

// size is that of texts in drawings, which are larger in the lecture. textWidth is the room that a text needs, or a little more.
const size = () => (document.body.className === "lecture" ? 14 : 11);
export const textWidth = (content) => 0.6 * size() * content.length;

// text is a text in a drawing.
export const text = (x, y, content, t, more = {}) => {
  const e = s("text", { x, y, fill: t.soft, "font-size": size(), "font-family": font, ...more });
  e.textContent = content;
  return e;
};

// scale maps values of a domain to pixels.
export function scale(domain, range, log) {
  const f = log ? Math.log10 : (v) => v,
    a = f(domain[0]),
    b = f(domain[1]),
    k = (range[1] - range[0]) / (b - a || 1);
  const to = (v) => range[0] + (f(v) - a) * k;
  to.back = (p) => {
    const v = a + (p - range[0]) / k;
    return log ? 10 ** v : v;
  };
  return Object.assign(to, { domain, range, log });
}

export function ticks(domain, count, log) {
  const [low, high] = domain,
    list = [];
  if (log) {
    const a = Math.ceil(Math.log10(low) - 1e-9),
      b = Math.floor(Math.log10(high) + 1e-9),
      step = Math.max(1, Math.ceil((b - a) / count));
    for (let e = a; e <= b; e += step) list.push(10 ** e);
    if (list.length >= 2) return list;
    return [1, 2, 5]
      .flatMap((m) => [a - 1, a, a + 1].map((e) => m * 10 ** e))
      .filter((v) => v >= low && v <= high)
      .sort((x, y) => x - y);
  }
  const raw = (high - low) / Math.max(1, count),
    power = 10 ** Math.floor(Math.log10(raw || 1)),
    step = [1, 2, 5, 10].find((m) => m * power >= raw) * power;
  for (let v = Math.ceil(low / step - 1e-9) * step; v <= high + step * 1e-9; v += step) list.push(Math.abs(v) < step / 1e6 ? 0 : v);
  return list;
}

const short = (v) => (Math.abs(v) >= 1e6 ? num(v / 1e6) + "M" : Math.abs(v) >= 1e4 ? num(v / 1e3) + "k" : num(v));

// frame draws axes and returns the svg with its scales.
export function frame(width, t, { height, x, y, left = 52, right = 22, top = 8, bottom = 36 }) {
  const svg = s("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "font-family": font });
  const sx = scale(x.domain, [left, width - right], x.log),
    sy = y && scale(y.domain, [height - bottom, top], y.log);
  const g = s("g", { "aria-hidden": "true" });
  if (y)
    for (const v of ticks(y.domain, 5, y.log)) {
      g.append(
        s("line", { x1: left, x2: width - right, y1: sy(v), y2: sy(v), stroke: t.grid }),
        text(left - 7, sy(v) + 4, (y.format || short)(v), t, { "text-anchor": "end" }),
      );
    }
  for (const v of x.ticks || ticks(x.domain, Math.max(4, Math.floor((width - left) / 90)), x.log)) {
    g.append(
      s("line", { x1: sx(v), x2: sx(v), y1: height - bottom, y2: height - bottom + 4, stroke: t.soft }),
      text(sx(v), height - bottom + 17, (x.format || short)(v), t, { "text-anchor": "middle" }),
    );
  }
  g.append(s("line", { x1: left, x2: width - right, y1: height - bottom, y2: height - bottom, stroke: t.soft }));
  const label = textWidth(x.label) > width ? x.label.split(",")[0] : x.label;
  g.append(text((left + width - right) / 2, height - 4, label, t, { "text-anchor": "middle" }));
  if (y?.label)
    g.append(text(left - 44, top + 4, y.label, t, { transform: `rotate(-90 ${left - 40} ${top})`, x: left - 40, y: top, "text-anchor": "end" }));
  svg.append(g);
  const cursor = s("line", { y1: top, y2: height - bottom, stroke: t.text, "stroke-width": 1, "stroke-dasharray": "2 2", visibility: "hidden" });
  return { svg, sx, sy, cursor, left, right, top, bottom };
}

function extent(values, log) {
  let low = Infinity,
    high = -Infinity;
  for (const v of values)
    if (isNumber(v) && (!log || v > 0)) {
      if (v < low) low = v;
      if (v > high) high = v;
    }
  if (low > high) return log ? [0.1, 1] : [0, 1];
  if (low === high) return log ? [low / 2, high * 2] : [low - Math.abs(low) / 10 - 1e-9, high + Math.abs(high) / 10 + 1e-9];
  return [low, high];
}

// path joins points, with a gap where a value is missing. There are at most about two points for each pixel.
function path(points, sx, sy, log) {
  let d = "",
    pen = "M",
    last = -9,
    n = points.length,
    dense = n > 2000;
  points.forEach(([x, y], i) => {
    if (!isNumber(y) || (log && y <= 0)) {
      pen = "M";
      return;
    }
    const px = sx(x);
    if (dense && px - last < 0.5 && i < n - 1) return;
    last = px;
    d += pen + px.toFixed(1) + "," + Math.min(Math.max(sy(y), -1e4), 1e4).toFixed(1);
    pen = "L";
  });
  return d;
}

// lines draws series {name, color, dash, width, dots, points: [[x, y]], band: [[x, low, high]]}.
export function lines(width, t, { series, x, y, height = 250, marks = [], at }) {
  series = series.filter((l) => l.points.length);
  const all = series.flatMap((l) => l.points),
    bands = series.flatMap((l) => (l.band || []).flatMap((b) => [b[1], b[2]]));
  const xd =
    x.domain ||
    extent(
      all.map((p) => p[0]),
      x.log,
    );
  if (!x.domain && xd[1] - xd[0] < 1e-6) xd.splice(0, 2, Math.max(0, Math.floor(xd[0])), Math.max(0, Math.floor(xd[0])) + 10); // one snapshot
  let yd = y.domain || extent(all.map((p) => p[1]).concat(bands), y.log);
  if (!y.domain && !y.log) {
    const pad = (yd[1] - yd[0]) * 0.06;
    yd = [y.zero && yd[0] >= 0 ? 0 : yd[0] - pad, yd[1] + pad];
  }
  if (!y.domain && y.log) yd = [yd[0] / 1.3, yd[1] * 1.3];
  const f = frame(width, t, { height, x: { ...x, domain: xd }, y: { ...y, domain: yd } });
  for (const m of marks)
    if (m.x >= xd[0] && m.x <= xd[1]) {
      f.svg.append(
        s("line", {
          x1: f.sx(m.x),
          x2: f.sx(m.x),
          y1: f.top,
          y2: height - f.bottom,
          stroke: m.color || t.accent,
          "stroke-width": m.strong ? 2 : 1,
          "stroke-dasharray": m.strong ? null : "4 3",
        }),
      );
      if (m.label) {
        const end = f.sx(m.x) > width - 90;
        f.svg.append(text(f.sx(m.x) + (end ? -4 : 4), f.top + 10, m.label, t, { fill: m.color || t.accent, "text-anchor": end ? "end" : "start" }));
      }
    }
  for (const l of series) {
    if (l.band?.length) {
      const inside = l.band.filter((b) => isNumber(b[1]) && (!y.log || b[1] > 0));
      f.svg.append(
        s("path", {
          d:
            path(
              inside.map((b) => [b[0], b[2]]),
              f.sx,
              f.sy,
            ) +
            path(inside.map((b) => [b[0], b[1]]).reverse(), f.sx, f.sy).replace("M", "L") +
            "Z",
          fill: l.color,
          opacity: 0.18,
        }),
      );
    }
    f.svg.append(
      s("path", {
        d: path(l.points, f.sx, f.sy, y.log),
        fill: "none",
        stroke: l.color,
        "stroke-width": l.width || 2,
        "stroke-dasharray": l.dash,
        "stroke-linejoin": "round",
        opacity: l.opacity,
      }),
    );
    if (l.dots || l.points.length === 1)
      for (const [px, py] of l.points)
        if (isNumber(py) && (!y.log || py > 0))
          f.svg.append(s("circle", { cx: f.sx(px), cy: f.sy(py), r: l.dots === "large" ? 4.5 : 3.2, fill: l.color }));
  }
  f.svg.append(f.cursor);
  const xs = [...new Set(all.map((p) => p[0]))].sort((a, b) => a - b),
    value = y.readout || y.format || num;
  const found = series.map((l) => new Map(l.points));
  const read = (v) =>
    `${x.name || x.label} ${x.readout ? x.readout(v) : x.log || Number.isInteger(v) ? whole(v) : num(v)}: ` +
    series
      .map((l, i) => (found[i].has(v) ? `${l.name} ${value(found[i].get(v))}` : ""))
      .filter(Boolean)
      .join(", ");
  return {
    svg: f.svg,
    legend: series.filter((l) => l.name).map(({ name, color, dash }) => ({ name, color, dash })),
    cursor: f.cursor,
    xs,
    at: at || read,
    place: f.sx,
    nearest: (p) => closest(xs, f.sx.back(p)),
    summary: xs.length ? read(xs[xs.length - 1]) : "Nothing is recorded yet.",
  };
}

export function closest(sorted, v) {
  let a = 0,
    b = sorted.length - 1;
  while (b - a > 1) {
    const m = (a + b) >> 1;
    if (sorted[m] <= v) a = m;
    else b = m;
  }
  return sorted.length ? (Math.abs(sorted[a] - v) <= Math.abs(sorted[b] - v) ? sorted[a] : sorted[b]) : undefined;
}
