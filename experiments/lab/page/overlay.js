// Distributions of several runs over each other, layer by layer.
import { s, num } from "./util.js";
import { frame, text, closest } from "./chart.js";
import { range, density, margin } from "./distributions.js";
import { hidden } from "./layers.js";
import { kinds } from "./data.js";

const points = 160;

// at is the density of a histogram at a value.
const at = (g, v) => {
  const k = Math.floor(((v - g.low) / (g.high - g.low)) * g.roots.length);
  return k >= 0 && k < g.roots.length ? density(g, k) : 0;
};

// drawn lists the layers of a snapshot that have a histogram of a kind.
const drawn = (snapshot, kind) => hidden(snapshot, kind).filter((l) => l[kind].histogram);

// overlay draws for each layer, the first at the bottom, the densities of groups {name, color, dash, snapshots}: the mean of a group's snapshots, with a band
// from the lowest to the highest. names are those of the layers. A layer's highest mean has the same height in all rows.
export function overlay(width, t, { groups, names, kind }) {
  const layers = groups.flatMap((g) => g.snapshots.flatMap((x) => drawn(x, kind))),
    most = range(layers.filter((l) => l.layer < names.length || kind !== "dcost_dw").map((l) => l[kind].histogram)),
    low = layers.length && layers.every((l) => l[kind].histogram.low >= 0) ? 0 : -most,
    xs = Array.from({ length: points }, (_, i) => low + ((most - low) * (i + 0.5)) / points);
  const rows = names
    .map((name, i) => {
      const lines = groups.map((g) => {
        const hists = g.snapshots.flatMap((x) => drawn(x, kind).filter((l) => l.layer === i + 1)).map((l) => l[kind].histogram),
          values = xs.map((v) => hists.map((h) => at(h, v)));
        return {
          ...g,
          several: hists.length > 1,
          mean: hists.length ? values.map((v) => v.reduce((a, b) => a + b, 0) / v.length) : [],
          low: values.map((v) => Math.min(...v)),
          high: values.map((v) => Math.max(...v)),
        };
      });
      return { name, lines, peak: Math.max(1e-12, ...lines.flatMap((l) => l.mean)) };
    })
    .filter((r) => r.lines.some((l) => l.mean.length));
  const step = rows.length > 8 ? 44 : 64,
    top = 16,
    bottom = 36,
    height = top + step * rows.length + bottom,
    left = margin(rows.map((r) => r.name));
  const label = kinds[kind] + (kind.startsWith("dcost") ? ", summed over a mini-batch" : "");
  const f = frame(width, t, { height, left, right: 14, top, bottom, x: { domain: [low, most], label } });
  [...rows].reverse().forEach((r, i) => {
    const base = top + step * (i + 1),
      path = (values) => values.map((v, k) => `${k ? "L" : ""}${f.sx(xs[k]).toFixed(1)},${(base - Math.min(1.15, v / r.peak) * step * 0.86).toFixed(1)}`).join("");
    f.svg.append(
      s("line", { x1: left, x2: width - 14, y1: base, y2: base, stroke: t.grid }),
      text(left - 8, base - 3, r.name, t, { "text-anchor": "end", fill: t.text }),
    );
    for (const l of r.lines.filter((l) => l.several))
      f.svg.append(s("path", { d: `M${path(l.high)}L${path(l.low).split("L").reverse().join("L")}Z`, fill: l.color, opacity: 0.18 }));
    for (const l of r.lines.filter((l) => l.mean.length))
      f.svg.append(s("path", { d: `M${path(l.mean)}`, fill: "none", stroke: l.color, "stroke-width": 1.8, "stroke-dasharray": l.dash, "stroke-linejoin": "round" }));
  });
  f.svg.append(f.cursor);
  return {
    svg: f.svg,
    legend: groups.map(({ name, color, dash }) => ({ name, color, dash })),
    cursor: f.cursor,
    xs,
    place: f.sx,
    nearest: (p) => closest(xs, f.sx.back(p)),
    summary: rows.length ? `${groups.length} distributions of ${rows.length} layers` : "No histogram is recorded at this time.",
    at: (v) => {
      const k = xs.indexOf(v);
      return `${kinds[kind]} ${num(v)}: density ` + rows.map((r) => `${r.name} ` + r.lines.filter((l) => l.mean.length).map((l) => num(l.mean[k])).join(" / ")).join(", ");
    },
  };
}

// overlayCSV has the densities of runs {name, snapshot} as they were recorded.
export const overlayCSV = (runs, kind) =>
  [["run", "update", "layer", "value", "density"]].concat(
    runs.flatMap(({ name, snapshot }) =>
      drawn(snapshot, kind).flatMap((l) => {
        const g = l[kind].histogram,
          w = (g.high - g.low) / g.roots.length;
        return Array.from(g.roots, (_, k) => [
          name,
          snapshot.update,
          l.name || l.layer,
          Number((g.low + (k + 0.5) * w).toPrecision(8)),
          Number(density(g, k).toPrecision(5)),
        ]);
      }),
    ),
  );
