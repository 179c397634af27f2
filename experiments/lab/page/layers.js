// The charts of layers that several views have in common.
import { num, percent, layerColor, isNumber, viridis } from "./util.js";
import { lines } from "./chart.js";
import { ridges, strips, range, density } from "./distributions.js";
import { kinds, layerName, quantity } from "./data.js";

const symmetric = (kind, layers) => {
  const hists = layers.map((l) => l[kind]?.histogram).filter(Boolean);
  if (!hists.length) return [-1, 1];
  const low = Math.min(...hists.map((g) => g.low)),
    high = Math.max(...hists.map((g) => g.high));
  if (kind === "z" && hists.every((g) => g.low === low && g.high === high)) return [low, high];
  const r = range(hists);
  return kind === "z" && low >= 0 ? [0, r] : [-r, r];
};

// hidden are the layers that are drawn: dCost/ds of the output layer is the probabilities' error, and far wider than that of any other layer.
export const hidden = (snapshot, kind) => (snapshot?.layers || []).filter((l, i, all) => l[kind] && (kind !== "dcost_ds" || i < all.length - 1));

// ridge draws the distributions of all layers of a snapshot, with those of another one behind them.
export function ridge(width, t, snapshot, { kind, ghost, paper, same, domain }) {
  const n = snapshot?.layers.length || 0,
    layers = hidden(snapshot, kind),
    inner = layers.filter((l) => l.layer < n);
  const rows = layers.map((l) => {
    const i = l.layer - 1,
      g = l[kind],
      p = paper?.[kind];
    return {
      name: layerName(i, n, snapshot.layers),
      color: layerColor(i, n, t),
      hist: g.histogram,
      ghost: ghost?.layers[i]?.[kind]?.histogram,
      value: `std ${num(g.std)}`,
      paper: p && isNumber(p.peak[i]) ? { peak: p.peak[i], std: p.std[i] } : null,
    };
  });
  return ridges(width, t, {
    rows,
    same,
    domain: domain || symmetric(kind, ghost ? inner.concat(hidden(ghost, kind).filter((l) => l.layer < n)) : inner),
    label: kinds[kind] + (kind === "z" || kind === "s" ? "" : snapshot?.layers[0]?.name ? ", summed over a mini-batch" : ", summed over 10 examples"),
  });
}

// ridgeCSV is what ridge draws.
export const ridgeCSV = (snapshot, kind) =>
  [["update", "layer", "value", "density"]].concat(
    snapshot.layers
      .filter((l) => l[kind]?.histogram)
      .flatMap((l) => {
        const g = l[kind].histogram,
          w = (g.high - g.low) / g.roots.length;
        return Array.from(g.roots, (_, k) => [
          snapshot.update,
          l.layer,
          Number((g.low + (k + 0.5) * w).toPrecision(8)),
          Number(density(g, k).toPrecision(5)),
        ]);
      }),
  );

// seriesCSV has quantities of the layers of several runs at all snapshots, but those of the output layer.
export const seriesCSV = (runs, names) =>
  [["run", "update", "layer", ...names]].concat(
    runs.flatMap((r) =>
      r.snapshots.flatMap((s) => s.layers.slice(0, -1).map((l) => [r.name, s.update, l.name || l.layer, ...names.map((name) => quantity(l, name))])),
    ),
  );

const heat = new Map(
  ["light", "dark"].map((name) => [
    name,
    Array.from({ length: 256 }, (_, i) =>
      name === "dark"
        ? viridis(i / 255)
        : i === 0
          ? [247, 249, 251]
          : mix([247, 249, 251], viridis(0.72 - 0.72 * (i / 255)), Math.min(1, 0.15 + i / 140)),
    ),
  ]),
);
function mix(a, b, k) {
  return a.map((v, i) => Math.round(v + (b[i] - v) * k));
}
export const painter = (t) => {
  const table = heat.get(t.name);
  return (v) => table[Math.max(0, Math.min(255, Math.round(255 * v)))];
};

// columns gives each snapshot the time that is nearer to it than to any other one. A time that is much longer than the ones beside it is a gap in which
// nothing is known: it stays empty.
export function columns(snapshots) {
  const u = snapshots.map((s) => s.update),
    gap = (i) => u[i + 1] - u[i] || 0, // 0 where there is none
    reach = u.map((_, i) => {
      const beside = Math.max(gap(i - 1), gap(i + 1));
      return (beside && gap(i) > 4 * beside ? beside : gap(i)) / 2;
    });
  return snapshots.map((snapshot, i) => ({ snapshot, at: u[i], from: u[i] - (reach[i - 1] || 0), to: u[i] + reach[i] }));
}
const span = (run) => [run.snapshots[0]?.update ?? 0, Math.max(run.last?.update ?? 1, (run.snapshots[0]?.update ?? 0) + 1)];

// over draws the histograms of all layers over time: each column is one distribution, on the scale of its own peak.
export function over(width, t, run, { kind, mark }) {
  const n = run.depth,
    all = columns(run.snapshots),
    shown = run.snapshots.filter((s) => s.layers.some((l) => l[kind]?.histogram)),
    at = (u) => shown.find((s) => s.update === u),
    layers = hidden(shown[0], kind);
  const rows = layers.map((l) => {
    const i = l.layer - 1,
      of = (s) => s.layers[i]?.[kind]?.histogram,
      d = symmetric(kind, [{ [kind]: { histogram: of(shown[0]) } }, ...sample(shown).map((s) => s.layers[i])]);
    return {
      name: layerName(i, n, run.last.layers),
      axis: [num(d[0], 2), num(d[1], 2)],
      columns: all.filter((c) => of(c.snapshot)),
      value: ({ snapshot }, y) => {
        const g = of(snapshot),
          k = Math.floor(((d[0] + (d[1] - d[0]) * y - g.low) / (g.high - g.low)) * g.roots.length);
        return k >= 0 && k < g.roots.length ? g.roots[k] / 255 : 0;
      },
    };
  });
  return strips(width, t, {
    rows,
    label: "updates",
    domain: span(run),
    mark,
    paint: painter(t),
    strip: rows.length > 8 ? 36 : 56,
    values: {
      xs: shown.map((s) => s.update),
      at: (u) => {
        const s = at(u);
        return `update ${u}: ` + layers.map((l) => `${layerName(l.layer - 1, n, s.layers)} std ${num(s.layers[l.layer - 1]?.[kind]?.std)}`).join(", ");
      },
      summary: `${shown.length} snapshots of ${rows.length} layers`,
    },
  });
}
const sample = (list) => list.filter((_, i) => i % Math.max(1, Math.floor(list.length / 40)) === 0 || i === list.length - 1);

// front draws the share of saturated activations, layer by time.
export function front(width, t, run, { mark, name = "z/flat" }) {
  const n = run.depth,
    all = columns(run.snapshots),
    at = (u) => run.snapshots.find((s) => s.update === u),
    layers = (run.snapshots[0]?.layers || []).filter((l) => quantity(l, name) !== undefined);
  const rows = layers.map((l) => {
    const of = (s) => s.layers[l.layer - 1] && quantity(s.layers[l.layer - 1], name);
    return { name: layerName(l.layer - 1, n, run.last.layers), columns: all.filter((c) => of(c.snapshot) !== undefined), value: (c) => of(c.snapshot) };
  });
  return strips(width, t, {
    rows,
    label: "updates",
    domain: span(run),
    mark,
    paint: painter(t),
    strip: 22,
    axis: false,
    values: {
      xs: run.snapshots.map((s) => s.update),
      at: (u) => {
        const s = at(u);
        return `update ${u}: ` + layers.map((l) => `${layerName(l.layer - 1, n, s.layers)} ${percent(quantity(s.layers[l.layer - 1], name))}`).join(", ");
      },
      summary: "",
    },
  });
}

// layerAxis is the axis of the layers, which have their numbers or the names that a run of another program gives them. It has as many as there is
// room for.
export function layerAxis(width, n, layers) {
  const name = (i) => layers?.[i - 1]?.name || String(i),
    short = (text) => (text.length > 12 ? "…" + text.slice(-11) : text), // the beginnings of names are alike
    all = Array.from({ length: n }, (_, i) => i + 1),
    longest = Math.max(...all.map((i) => short(name(i)).length)),
    step = Math.ceil((n * (7 * longest + 10)) / Math.max(1, width - 74));
  return { label: "layer", domain: [0.8, n + 0.2], ticks: all.filter((i) => (i - 1) % step === 0), format: (i) => short(name(i)), readout: name };
}

// commonLayers are the layers of several runs with the names on which the runs of other programs agree, after their numbers if not all runs have names.
export function commonLayers(runs) {
  const all = runs.map((r) => r.last?.layers || []).filter((layers) => layers.length),
    named = all.filter((layers) => layers.some((l) => l.name));
  return Array.from({ length: Math.max(0, ...named.map((layers) => layers.length)) }, (_, i) => {
    const [name, other] = new Set(named.map((layers) => layers[i]?.name).filter(Boolean));
    return { name: !name || other ? undefined : named.length === all.length ? name : `${i + 1}: ${name}` };
  });
}

// profile draws a quantity against depth, at an update and at the beginning, of one or several runs.
export function profile(width, t, list, { name, label, log, share, height = 210 }) {
  const series = list.flatMap(({ snapshot, ghost, color, title, dash }) => {
    const of = (s) => (s?.layers || []).map((l) => [l.layer, quantity(l, name)]).filter((p) => isNumber(p[1]));
    return [
      ghost ? { name: "before training", color: t.ghost, dash: "4 3", points: of(ghost), width: 1.5, dots: true } : null,
      { name: title, color, dash, points: of(snapshot), dots: "large", width: 2.2 },
    ].filter(Boolean);
  });
  const n = Math.max(1, ...series.flatMap((l) => l.points.map((p) => p[0])));
  return lines(width, t, {
    series,
    height,
    x: layerAxis(width, n, list[0]?.snapshot?.layers),
    y: {
      label: "",
      log,
      domain: share ? [0, 1] : undefined,
      zero: !log,
      format: share ? (v) => Math.round(100 * v) + " %" : undefined,
      readout: share ? percent : num,
    },
  });
}
