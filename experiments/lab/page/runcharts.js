// The charts of one run. v is what the view of the run shows: the run, the chosen time, the chosen quantity.
import { percent, whole, theme, category, layerColor, isNumber } from "./util.js";
import { Figure, lines } from "./chart.js";
import { layerName, quantity, column } from "./data.js";
import { ridge, profile, over, front } from "./layers.js";

const one = (v) => [{ snapshot: v.now(), ghost: v.ghost(), color: layerColor(1, 4, theme()), title: "at the chosen time" }];

// charts makes all of them: those of one time, and those over time.
export function charts(v) {
  return {
    distributions: distributions(v),
    profiles: [...profiles(v), ...measured(v)],
    errors: errors(v),
    costs: costs(v),
    heat: heat(v),
    saturation: saturation(v),
    curves: curves(v),
    jacobians: jacobians(v),
  };
}

const statistic = (v, title, note, name, options) =>
  new Figure({
    title,
    note,
    draw: (w, t) => profile(w, t, one(v), { name, ...options }),
    csv: () =>
      [["update", "layer", name]].concat(
        v.run.snapshots.flatMap((s) => s.layers.filter((l) => quantity(l, name) !== undefined).map((l) => [s.update, l.layer, quantity(l, name)])),
      ),
  });

const csvOf = (v, what) => () => `/api/histograms.csv?run=${encodeURIComponent(v.run.name)}&what=${what}&update=${v.mark()}`;

const errors = (v) =>
  new Figure({
    title: "Errors",
    wide: true,
    onPick: v.pick,
    draw: (w, t) =>
      lines(w, t, {
        height: 240,
        x: { label: "updates", name: "update" },
        y: { label: "", log: v.logError, zero: true, format: (v) => `${+(100 * v).toPrecision(3)} %`, readout: percent },
        marks: [
          { x: v.mark(), strong: true, label: v.at === null ? "" : `update ${whole(v.mark())}` },
          ...(isNumber(v.run.forkedAt) ? [{ x: v.run.forkedAt, label: "fork", color: t.soft }] : []),
        ],
        series: [
          ...(v.past
            ? [{ name: `test error of ${v.past.name}`, color: t.ghost, dash: "5 3", points: v.past.test.map((x) => [x.update, x.error]) }]
            : []),
          { name: "validation error", ...category(1, t), width: 1.4, points: v.run.valid.map((x) => [x.update, x.error]) },
          { name: "test error", ...category(0, t), points: v.run.test.map((x) => [x.update, x.error]) },
          ...(v.run.train.some((x) => isNumber(x.error))
            ? [{ name: "training error", color: t.ghost, points: v.run.train.filter((x) => isNumber(x.error)).map((x) => [x.update, x.error]) }]
            : []),
        ],
      }),
    csv: () =>
      [["update", "validation error", "test error", "validation cost", "test cost"]].concat(
        v.run.test.map((x, i) => [x.update, v.run.valid[i]?.error, x.error, v.run.valid[i]?.nll, x.nll]),
      ),
  });

// costs are those of the training examples, which runs of other programs record.
const costs = (v) =>
  new Figure({
    title: "Training cost",
    wide: true,
    onPick: v.pick,
    draw: (w, t) =>
      lines(w, t, {
        height: 200,
        x: { label: "updates", name: "update" },
        y: { label: "", log: v.logError, zero: true },
        marks: [{ x: v.mark(), strong: true, label: "" }],
        series: [{ name: "training cost", ...category(0, t), points: v.run.train.filter((x) => isNumber(x.nll)).map((x) => [x.update, x.nll]) }],
      }),
    csv: () => [["update", "training cost", "training error"]].concat(v.run.train.map((x) => [x.update, x.nll, x.error])),
  });

// signal is what is shown of the forward pass: activations or, in a run of another program that has none, pre-activations.
const signal = (v) => (v.run.has("z") || !v.run.has("s") ? "z" : "s");

const distributions = (v) => [
  new Figure({
    title: signal(v) === "z" ? "Activations by layer" : "Pre-activations by layer",
    note: `Each curve is one layer's distribution of ${signal(v)}, the first layer at the bottom.`,
    draw: (w, t) => ridge(w, t, v.now(), { kind: signal(v), ghost: v.ghost() }),
    csv: csvOf(v, signal(v)),
  }),
  new Figure({
    title: "Gradients by layer",
    note: "Each curve is one layer's distribution of dCost/ds.",
    draw: (w, t) => ridge(w, t, v.now(), { kind: "dcost_ds", ghost: v.ghost() }),
    csv: csvOf(v, "dcost_ds"),
  }),
];

const profiles = (v) => [
  statistic(v, signal(v) === "z" ? "Standard deviation of activations" : "Standard deviation of pre-activations", "", `${signal(v)}/std`, {}),
  statistic(v, "Saturated activations", "The share of activations at the ends of the function's range; for relu, of those that are 0.", "z/flat", {
    share: true,
  }),
  statistic(v, "Standard deviation of gradients", "", "dcost_ds/std", { log: true }),
  statistic(v, "Standard deviation of weight gradients", "", "dcost_dw/std", { log: true }),
];

// measured has the measures that the run has recorded.
const measured = (v) =>
  v.measures
    .filter((m) => v.run.snapshots.some((s) => s.layers.some((l) => quantity(l, m.name) !== undefined)))
    .map((m) => statistic(v, m.title, `${m.name}: ${m.formula}.`, m.name, { share: m.share, log: m.log }));

const heat = (v) =>
  new Figure({
    title: "Distributions over time",
    wide: true,
    onPick: v.pick,
    note: "Each column is a layer's distribution at one time; darker means more values (in the dark theme: brighter). Where it is empty, no histogram was recorded.",
    draw: (w, t) => over(w, t, v.run, { kind: v.kind, mark: v.mark() }),
    csv: () => `/api/histograms.csv?run=${encodeURIComponent(v.run.name)}&what=${v.kind}`,
  });

const saturation = (v) =>
  new Figure({
    title: "Saturation front",
    onPick: v.pick,
    note: "The share of saturated activations of each layer over time. Where it is empty, nothing was recorded.",
    draw: (w, t) => front(w, t, v.run, { mark: v.mark() }),
    csv: () =>
      [["update", "layer", "share"]].concat(v.run.snapshots.flatMap((s) => s.layers.filter((l) => l.z).map((l) => [s.update, l.layer, l.z.flat]))),
  });

const curves = (v) =>
  new Figure({
    title: "Standard deviations over time",
    onPick: v.pick,
    draw: (w, t) =>
      lines(w, t, {
        height: 230,
        x: { label: "updates", name: "update" },
        y: { label: "", log: v.kind.startsWith("dcost") },
        marks: [{ x: v.mark(), strong: true }],
        series: Array.from({ length: v.run.depth }, (_, i) => ({
          name: layerName(i, v.run.depth, v.run.last?.layers),
          color: layerColor(i, v.run.depth, t),
          points: column(v.run, i, `${v.kind}/std`).filter((p) => isNumber(p[1])),
        })),
      }),
    csv: () =>
      [["update", ...Array.from({ length: v.run.depth }, (_, i) => layerName(i, v.run.depth, v.run.last?.layers))]].concat(
        v.run.snapshots.map((s) => [s.update, ...s.layers.map((l) => l[v.kind]?.std)]),
      ),
  });

const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

const jacobians = (v) =>
  new Figure({
    title: "Mean singular values of the Jacobians",
    onPick: v.pick,
    draw: (w, t) => {
      const n = v.run.spectra[0]?.singular_values.length || 0;
      return lines(w, t, {
        x: { label: "updates", name: "update" },
        y: { label: "", zero: true },
        marks: [{ x: v.mark(), strong: true }],
        series: Array.from({ length: n }, (_, i) => ({
          name: `Layer ${i + 1} to ${i + 2}`,
          color: layerColor(i, n, t),
          points: v.run.spectra.map((s) => [s.update, mean(s.singular_values[i])]),
        })),
      });
    },
    csv: () => [["update", "layer", "mean singular value"]].concat(v.run.spectra.flatMap((s) => s.singular_values.map((l, i) => [s.update, i + 1, mean(l)]))),
  });
