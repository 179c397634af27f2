// The bench: a network is declared, and its layers are drawn before any training.
import { h, get, post, attempt, isNumber, layerColor, whole } from "./util.js";
import { Figure, lines } from "./chart.js";
import { snapshot } from "./data.js";
import { panel } from "./controls.js";
import { ridge, ridgeCSV } from "./layers.js";
import { spectra as drawSpectra, spectraCSV } from "./spectra.js";

export const assignments = (values, controls) =>
  controls
    .filter(
      (c) =>
        values[c.key] !== undefined && values[c.key] !== c.default && (!c.optimizers || c.optimizers.includes(values["train.optimizer"] ?? "sgd")),
    )
    .map((c) => `${c.key}=${values[c.key]}`);
export const fromSets = (sets) => Object.fromEntries(sets.map((s) => [s.slice(0, s.indexOf("=")), s.slice(s.indexOf("=") + 1)]));

export async function bench(box, state, { set, go, info, shown }) {
  const chosen = state.getAll("set"),
    values = Object.fromEntries(info.controls.map((c) => [c.key, c.default]));
  Object.assign(values, fromSets(chosen.length ? chosen : info.begins));
  let initial,
    request,
    timer,
    same = state.get("scale") === "same",
    spectra = false;
  const status = h("p", { class: "status", role: "status" });
  const name = h("input", { type: "text", class: "long", id: "name", placeholder: "a name of its own", autocomplete: "off" });
  const start = h("button", { class: "primary", onclick: () => attempt(begin) }, "Start training");
  const draw = (kind) => (w, t) => ridge(w, t, initial?.record, { kind, paper: initial?.paper, same });
  const csv = (kind) => () => ridgeCSV(initial.record, kind);
  const charts = [
    new Figure({
      title: "Activations of the untrained network",
      draw: draw("z"),
      csv: csv("z"),
    }),
    new Figure({
      title: "Back-propagated gradients of the untrained network",
      note: "How dCost/ds is distributed in each layer. If it is narrower in the lower layers, these learn more slowly.",
      draw: draw("dcost_ds"),
      csv: csv("dcost_ds"),
    }),
    new Figure({
      title: "Standard deviations against depth",
      note: "Level lines mean that signals and gradients keep their size from layer to layer, which is what the normalized initialisation is for.",
      draw: (w, t) => lines(w, t, depth(t)),
      csv: () => depthCSV(initial.record),
    }),
    new Figure({
      title: "Gradients of the weights",
      note: "How dCost/dW is distributed in each layer.",
      draw: draw("dcost_dw"),
      csv: csv("dcost_dw"),
    }),
  ];
  const jacobians = new Figure({
    title: "Singular values of the Jacobians",
    note: "Between neighbouring hidden layers, on one test image, in descending order. Values near 1 keep the size of a signal.",
    draw: (w, t) => drawSpectra(w, t, initial?.spectrum?.singular_values),
    csv: () => spectraCSV(initial.spectrum.singular_values),
  });
  jacobians.element.hidden = true;
  const ask = h(
    "button",
    {
      onclick: () => {
        spectra = true;
        refresh(0);
      },
    },
    "Measure the Jacobians",
  );

  function depth(t) {
    const r = initial?.record,
      of = (kind) => (r?.layers || []).filter((l) => isNumber(l[kind]?.std)).map((l) => [l.layer, l[kind].std]),
      n = r?.layers.length || 1;
    return {
      height: 260,
      x: { label: "layer", domain: [0.8, n + 0.2], ticks: Array.from({ length: n }, (_, i) => i + 1) },
      y: { label: "", log: true },
      series: [
        ["z", "std of activations z", 0],
        ["dcost_ds", "std of gradients dCost/ds", 2],
        ["dcost_dw", "std of gradients dCost/dW", 4],
      ].map(([k, title, i]) => ({
        name: title,
        color: layerColor(i, 5, t),
        dash: [null, null, "6 3", null, "2 2"][i],
        points: of(k),
        dots: "large",
      })),
    };
  }
  const depthCSV = (r) =>
    [["layer", "z std", "z saturated", "dcost_ds std", "dcost_dw std"]].concat(
      r.layers.map((l) => [l.layer, l.z?.std, l.z?.flat, l.dcost_ds?.std, l.dcost_dw?.std]),
    );

  async function load() {
    request?.abort();
    request = new AbortController();
    try {
      const answer = await get("initial", { set: assignments(values, info.controls), jacobians: spectra ? 1 : "" }, request.signal);
      snapshot(answer.record);
      initial = answer;
      charts[0].note = `How the values z of each hidden layer are distributed over ${whole(answer.examples)} test images. Layers whose curve becomes a needle pass on almost nothing.`;
      name.placeholder = answer.name;
      status.textContent =
        `Measured on the real initial network in ${Math.round(answer.ms)} ms.` +
        (answer.paper ? " This is a network of the paper's Figures 6 and 7: its printed numbers are marked." : "");
      status.classList.remove("bad");
      start.disabled = false;
      jacobians.element.hidden = !answer.spectrum;
      ask.hidden = !!answer.spectrum;
      for (const f of [...charts, jacobians]) f.update();
    } catch (e) {
      if (e.name === "AbortError") return;
      status.textContent = e.message;
      status.classList.add("bad");
      start.disabled = true;
    }
  }
  const refresh = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      set({ set: assignments(values, info.controls) });
      load();
    }, wait);
  };
  const changed = (c, v, done) => {
    if (c.network && spectra) {
      spectra = false;
    }
    refresh(done ? 0 : 60);
  };
  async function begin() {
    start.disabled = true;
    start.textContent = "Starting …";
    try {
      const done = await post("start", { set: assignments(values, info.controls), name: name.value.trim() });
      go("run", { run: done.run });
    } finally {
      start.disabled = false;
      start.textContent = "Start training";
    }
  }
  const scaleBox = h(
    "label",
    { class: "check" },
    h("input", {
      type: "checkbox",
      checked: same,
      onchange: (e) => {
        same = e.target.checked;
        set({ scale: same ? "same" : null });
        charts.forEach((f) => f.update());
      },
    }),
    "One density scale for all layers, like the paper",
  );
  box.append(
    h("h1", {}, "Bench"),
    h(
      "p",
      { class: "lead" },
      "Declare a network, and see how signals and gradients pass through it before it has learned anything. Then start its training.",
    ),
    h(
      "div",
      { class: "split" },
      h(
        "aside",
        { class: "side", "aria-label": "Configuration" },
        h("div", { class: "card starter" }, start, h("label", { for: "name", class: "small" }, "Name of the run"), name, status),
        panel(info.controls, values, changed),
        h("button", { class: "plain", onclick: () => go("bench", { set: info.begins, again: Date.now() % 1e6 }) }, "Back to the beginning"),
      ),
      h(
        "div",
        { class: "charts" },
        h("div", { class: "bar" }, scaleBox, ask),
        h(
          "div",
          { class: "grid" },
          charts.map((f) => f.element),
          jacobians.element,
        ),
      ),
    ),
  );
  shown();
  await load();
  return () => {
    request?.abort();
    clearTimeout(timer);
  };
}
