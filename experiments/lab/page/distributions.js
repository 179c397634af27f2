// Distributions as SVG: ridges of one snapshot, strips of many.
import { h, s, num, isNumber } from "./util.js";
import { frame, text, textWidth, closest } from "./chart.js";

// density of a histogram's bin k.
export const density = (hist, k) => hist.peak * (hist.roots[k] / 255) ** 2;

// range is the smallest symmetric range around 0 that has nearly all of the values of some histograms.
export function range(hists, tail = 0.003) {
  let most = 0;
  for (const g of hists.filter(Boolean)) {
    const n = g.roots.length,
      w = (g.high - g.low) / n;
    let total = 0,
      sum = 0;
    for (let k = 0; k < n; k++) total += g.roots[k] ** 2;
    const mass = Array.from({ length: n }, (_, k) => [Math.abs(g.low + (k + 0.5) * w), g.roots[k] ** 2]).sort((a, b) => b[0] - a[0]);
    let at = 0;
    for (const [v, m] of mass) {
      sum += m;
      if (sum > tail * total) {
        at = v + w / 2;
        break;
      }
    }
    most = Math.max(most, at);
  }
  return most || 1;
}

// margin is the room that names of rows need on the left.
export const margin = (names) => Math.max(62, ...names.map((n) => 14 + textWidth(n)));

// ridges draws a density for each layer, the first at the bottom, as a network is read. Rows are {name, color, hist, ghost, value, paper}; one scale for
// all rows shows peaks, a scale for each row shows shapes.
export function ridges(width, t, { rows, label, domain, same = false, format = num }) {
  const step = rows.length > 8 ? 30 : 44,
    lift = step * 1.55,
    top = lift - step + 12,
    bottom = 36,
    height = top + step * rows.length + bottom,
    left = margin(rows.map((r) => r.name)),
    right = 14 + Math.max(52, ...rows.map((r) => textWidth(r.value)));
  const f = frame(width, t, { height, left, right, top, bottom, x: { domain, label } });
  const highest = Math.max(...rows.map((r) => Math.max(r.hist?.peak || 0, r.paper?.peak || 0)), 1e-12);
  const curve = (g, base, size) => {
    const n = g.roots.length,
      w = (g.high - g.low) / n;
    let d = "",
      begun = false;
    for (let k = 0; k < n; k++) {
      const v = g.low + (k + 0.5) * w;
      if (v < domain[0] || v > domain[1]) continue;
      d += `${begun ? "L" : "M"}${f.sx(v).toFixed(1)},${(base - (density(g, k) / size) * lift * 0.92).toFixed(1)}`;
      begun = true;
    }
    return d;
  };
  [...rows].reverse().forEach((r, i) => {
    const base = top + step * (i + 1),
      size = same ? highest : r.hist?.peak || 1;
    f.svg.append(s("line", { x1: left, x2: width - right, y1: base, y2: base, stroke: t.grid }));
    f.svg.append(text(left - 8, base - 3, r.name, t, { "text-anchor": "end", fill: t.text }));
    if (r.hist) {
      const d = curve(r.hist, base, size),
        from = f.sx(Math.max(r.hist.low, domain[0])).toFixed(1),
        to = f.sx(Math.min(r.hist.high, domain[1])).toFixed(1);
      if (d)
        f.svg.append(
          s("path", { d: `M${from},${base}${d.replace("M", "L")}L${to},${base}Z`, fill: r.color, "fill-opacity": 0.32 }),
          s("path", { d, fill: "none", stroke: r.color, "stroke-width": 1.8 }),
        );
      if (r.ghost)
        f.svg.append(
          s("path", {
            d: curve(r.ghost, base, same ? highest : Math.max(r.ghost.peak, 1e-12)),
            fill: "none",
            stroke: t.ghost,
            "stroke-width": 1,
            "stroke-dasharray": "3 2",
          }),
        );
      if (r.paper) {
        const y = base - (r.paper.peak / size) * lift * 0.92,
          w = r.paper.std;
        f.svg.append(
          s("path", { d: `M${f.sx(0) - 7},${y}H${f.sx(0) + 7}`, stroke: t.warn, "stroke-width": 2.5 }),
          s("path", { d: `M${f.sx(-w)},${base - 3}v6m0,-3H${f.sx(w)}m0,-3v6`, stroke: t.warn, "stroke-width": 1.5, fill: "none" }),
        );
      }
    }
    f.svg.append(text(width - right + 8, base - 3, r.value, t, { fill: t.text }));
  });
  f.svg.append(f.cursor);
  const all = Array.from({ length: 81 }, (_, i) => domain[0] + ((domain[1] - domain[0]) * i) / 80);
  const legend = rows.some((r) => r.paper) ? [{ name: "the paper's peak and standard deviation", color: t.warn }] : [];
  if (rows.some((r) => r.ghost)) legend.push({ name: "before training", color: t.ghost, dash: "3 2" });
  return {
    svg: f.svg,
    legend,
    cursor: f.cursor,
    xs: all,
    place: f.sx,
    nearest: (p) => closest(all, f.sx.back(p)),
    summary: rows.map((r) => `${r.name}: ${r.value}`).join(", "),
    at: (v) =>
      `${label.split(",")[0]} ${format(v)}: density ` +
      rows
        .map((r) => {
          const g = r.hist,
            k = g ? Math.floor(((v - g.low) / (g.high - g.low)) * g.roots.length) : -1;
          return `${r.name} ${k >= 0 && k < (g?.roots.length || 0) ? num(density(g, k)) : "0"}`;
        })
        .join(", "),
  };
}

// strips draws for each row an image: rows are {name, columns: [{at, from, to}], value(column, y in 0..1) -> 0..1}. A column covers the time between from and
// to, and at least some pixels up to that of its own time. Where there is no column the image is empty.
export function strips(width, t, { rows, label, domain, mark, strip = 58, values, paint, axis = true }) {
  const gap = 6,
    left = margin(rows.map((r) => r.name)),
    right = axis ? 62 : 14,
    top = 6,
    bottom = 36,
    height = top + rows.length * (strip + gap) + bottom;
  const f = frame(width, t, { height, left, right, top, bottom, x: { domain, label } });
  const w = Math.max(1, Math.round(width - left - right));
  [...rows].reverse().forEach((r, i) => {
    const y0 = top + i * (strip + gap),
      canvas = h("canvas", { width: w, height: strip }),
      c = canvas.getContext("2d"),
      image = c.createImageData(w, strip);
    const pixel = (u) => Math.min(Math.max(Math.floor(f.sx(u) - left), 0), w - 1);
    let end = 0;
    for (const col of r.columns) {
      const own = pixel(col.at),
        x0 = Math.min(own, Math.max(end, Math.min(own - 2, Math.round(f.sx(col.from) - left)))),
        x1 = Math.max(own + 1, Math.min(w, Math.round(f.sx(col.to) - left)));
      end = x1;
      for (let py = 0; py < strip; py++) {
        const rgba = [...paint(r.value(col, 1 - (py + 0.5) / strip)), 255];
        for (let px = x0; px < x1; px++) image.data.set(rgba, 4 * (py * w + px));
      }
    }
    c.putImageData(image, 0, 0);
    f.svg.append(
      s("image", { x: left, y: y0, width: w, height: strip, href: canvas.toDataURL(), preserveAspectRatio: "none" }),
      text(left - 8, y0 + strip / 2 + 4, r.name, t, { "text-anchor": "end", fill: t.text }),
    );
    if (axis && r.axis)
      f.svg.append(
        text(width - right + 6, y0 + 9, r.axis[1], t, { "font-size": 10 }),
        text(width - right + 6, y0 + strip, r.axis[0], t, { "font-size": 10 }),
      );
  });
  if (isNumber(mark)) f.svg.append(s("line", { x1: f.sx(mark), x2: f.sx(mark), y1: top, y2: height - bottom, stroke: t.accent, "stroke-width": 2 }));
  f.svg.append(f.cursor);
  return {
    svg: f.svg,
    cursor: f.cursor,
    xs: values.xs,
    place: f.sx,
    nearest: (p) => closest(values.xs, f.sx.back(p)),
    at: values.at,
    summary: values.summary || "",
  };
}
