// One run: what it does now, what it did, and what it could do from here on.
import { h, post, get, attempt, toast, ask, percent, whole, duration, theme, category, layerColor, isNumber } from "./util.js";
import { Figure, lines } from "./chart.js";
import { Run, follow, kinds, layerName, quantity, column } from "./data.js";
import { control, titleOf } from "./controls.js";
import { ridge, profile, over, front } from "./layers.js";

const words = {
  running: "training",
  interrupted: "paused",
  done: "done",
  diverged: "diverged",
  failed: "failed",
  killed: "killed",
  damaged: "damaged",
};
export const statusOf = (s) => (s.stopped && s.status === "interrupted" ? "stopped" : words[s.status] || s.status);
export const chip = (s) => h("span", { class: `chip ${s.status}` }, statusOf(s));

export async function run(box, state, { set, go, info, connected, shown }) {
  const r = await new Run(state.get("run") || "").load();
  const past = r.state.parent_name ? await new Run(r.state.parent_name).load().catch(() => null) : null;
  let kind = kinds[state.get("what")] ? state.get("what") : "z",
    playing = 0,
    logError = state.get("log") === "1";
  let at = state.has("at") ? Number(state.get("at")) : null; // null follows the run
  const now = () => (at === null ? r.last : r.before(at)),
    mark = () => now()?.update;
  const ghost = () => (now() === r.snapshots[0] ? null : r.snapshots[0]);
  const one = () => [{ snapshot: now(), ghost: ghost(), color: layerColor(1, 4, theme()), title: "at the chosen time" }];
  const slider = h("input", { type: "range", min: 0, max: 1, value: "1", id: "time", "aria-label": "Time" });
  const moment = h("output", { for: "time", class: "moment" }),
    live = h("button", { onclick: () => pick(null) }, "Now");
  const play = h("button", { onclick: () => (playing ? pause() : start()), "aria-label": "Play the training from its beginning" }, "▶ Play");

  const errors = new Figure({
    title: "Errors",
    wide: true,
    onPick: (u) => pick(u),
    draw: (w, t) =>
      lines(w, t, {
        height: 240,
        x: { label: "updates", name: "update" },
        y: { label: "", log: logError, zero: true, format: (v) => `${+(100 * v).toPrecision(3)} %`, readout: percent },
        marks: [
          { x: mark(), strong: true, label: at === null ? "" : `update ${whole(mark())}` },
          ...(isNumber(r.forkedAt) ? [{ x: r.forkedAt, label: "fork", color: t.soft }] : []),
        ],
        series: [
          ...(past ? [{ name: `test error of ${past.name}`, color: t.ghost, dash: "5 3", points: past.test.map((x) => [x.update, x.error]) }] : []),
          { name: "validation error", ...category(1, t), width: 1.4, points: r.valid.map((x) => [x.update, x.error]) },
          { name: "test error", ...category(0, t), points: r.test.map((x) => [x.update, x.error]) },
        ],
      }),
    csv: () =>
      [["update", "validation error", "test error", "validation cost", "test cost"]].concat(
        r.test.map((x, i) => [x.update, r.valid[i]?.error, x.error, r.valid[i]?.nll, x.nll]),
      ),
  });
  const statistic = (title, note, name, options) =>
    new Figure({
      title,
      note,
      draw: (w, t) => profile(w, t, one(), { name, ...options }),
      csv: () =>
        [["update", "layer", name]].concat(
          r.snapshots.flatMap((s) => s.layers.filter((l) => quantity(l, name) !== undefined).map((l) => [s.update, l.layer, quantity(l, name)])),
        ),
    });
  const csvOf = (what) => () => `/api/histograms.csv?run=${encodeURIComponent(r.name)}&what=${what}&update=${mark()}`;
  const distributions = [
    new Figure({
      title: "Activations by layer",
      note: "Each curve is one layer's distribution of z, the first layer at the bottom.",
      draw: (w, t) => ridge(w, t, now(), { kind: "z", ghost: ghost() }),
      csv: csvOf("z"),
    }),
    new Figure({
      title: "Gradients by layer",
      note: "Each curve is one layer's distribution of dCost/ds.",
      draw: (w, t) => ridge(w, t, now(), { kind: "dcost_ds", ghost: ghost() }),
      csv: csvOf("dcost_ds"),
    }),
  ];
  const profiles = [
    statistic("Standard deviation of activations", "", "z/std", {}),
    statistic("Saturated units", "The share of activations at the ends of the function's range; for relu, of dead units.", "z/flat", { share: true }),
    statistic("Standard deviation of gradients", "", "dcost_ds/std", { log: true }),
    statistic("Standard deviation of weight gradients", "", "dcost_dw/std", { log: true }),
  ];
  const later = [
    ["z/dead", "Dead units", { share: true }],
    ["update_ratio", "Update-to-weight ratio", { log: true }],
  ]
    .filter(([n]) => r.snapshots.some((s) => s.layers.some((l) => quantity(l, n) !== undefined)))
    .map(([n, t, o]) => statistic(t, "", n, o));
  const heat = new Figure({
    title: "Distributions over time",
    wide: true,
    onPick: (u) => pick(u),
    note: "Each column is a layer's distribution at one time; darker means more values (in the dark theme: brighter).",
    draw: (w, t) => over(w, t, r, { kind, mark: mark() }),
    csv: () => `/api/histograms.csv?run=${encodeURIComponent(r.name)}&what=${kind}`,
  });
  const saturation = new Figure({
    title: "Saturation front",
    onPick: (u) => pick(u),
    note: "The share of saturated units of each layer over time.",
    draw: (w, t) => front(w, t, r, { mark: mark() }),
    csv: () =>
      [["update", "layer", "share"]].concat(r.snapshots.flatMap((s) => s.layers.filter((l) => l.z).map((l) => [s.update, l.layer, l.z.flat]))),
  });
  const curves = new Figure({
    title: "Standard deviations over time",
    onPick: (u) => pick(u),
    draw: (w, t) =>
      lines(w, t, {
        height: 230,
        x: { label: "updates", name: "update" },
        y: { label: "", log: kind !== "z" },
        marks: [{ x: mark(), strong: true }],
        series: Array.from({ length: r.depth }, (_, i) => ({
          name: layerName(i, r.depth),
          color: layerColor(i, r.depth, t),
          points: column(r, i, `${kind}/std`).filter((p) => isNumber(p[1])),
        })),
      }),
    csv: () =>
      [["update", ...Array.from({ length: r.depth }, (_, i) => layerName(i, r.depth))]].concat(
        r.snapshots.map((s) => [s.update, ...s.layers.map((l) => l[kind]?.std)]),
      ),
  });
  const jacobians = new Figure({
    title: "Mean singular values of the Jacobians",
    draw: (w, t) => {
      const n = r.spectra[0]?.singular_values.length || 0;
      return lines(w, t, {
        x: { label: "updates", name: "update" },
        y: { label: "", zero: true },
        series: Array.from({ length: n }, (_, i) => ({
          name: `Layer ${i + 1} to ${i + 2}`,
          color: layerColor(i, n, t),
          points: r.spectra.map((s) => [s.update, s.singular_values[i].reduce((a, b) => a + b, 0) / s.singular_values[i].length]),
        })),
      });
    },
  });
  const moving = [...distributions, ...profiles, ...later],
    timed = [errors, heat, saturation, curves, jacobians];
  const tabs = h(
    "div",
    { class: "tabs", role: "group", "aria-label": "Quantity" },
    Object.entries(kinds).map(([k, name]) =>
      h(
        "button",
        {
          "aria-pressed": String(k === kind),
          "data-kind": k,
          onclick: () => {
            kind = k;
            set({ what: k });
            tabs.querySelectorAll("button").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.kind === k)));
            heat.update();
            curves.update();
          },
        },
        name,
      ),
    ),
  );

  function refreshTime() {
    const n = r.snapshots.length;
    slider.max = Math.max(0, n - 1);
    slider.value = Math.max(0, r.snapshots.indexOf(now()));
    slider.disabled = n < 2;
    moment.textContent = n ? `update ${whole(mark())}` : "no snapshot yet";
    slider.setAttribute("aria-valuetext", moment.textContent);
    live.setAttribute("aria-pressed", String(at === null));
  }
  const redraw = () => {
    refreshTime();
    for (const f of [...timed, ...moving]) f.update();
  };
  let late;
  function pick(update) {
    at = update === null || (r.last && update >= r.last.update && r.state.status === "running") ? null : update;
    clearTimeout(late);
    late = setTimeout(() => set({ at }), 150);
    redraw();
  }
  slider.addEventListener("input", () => {
    pause();
    pick(r.snapshots[Number(slider.value)]?.update ?? null);
  });
  function start() {
    let i = Number(slider.value) >= r.snapshots.length - 1 ? 0 : Number(slider.value);
    const step = Math.max(1, Math.round(r.snapshots.length / 150));
    play.textContent = "❚❚ Stop";
    playing = setInterval(() => {
      if (i >= r.snapshots.length) {
        pause();
        pick(null);
        return;
      }
      pick(r.snapshots[i].update);
      i += step;
    }, 60);
  }
  function pause() {
    clearInterval(playing);
    playing = 0;
    play.textContent = "▶ Play";
  }

  const head = h("div", { class: "runhead" }),
    actions = h("div", { class: "actions" }),
    change = h("div", { class: "card change" });
  function refreshHead() {
    const s = r.state,
      done = s.updates ? Math.min(1, s.update / s.updates) : 1,
      error = r.test.at(-1)?.error ?? s.test_error;
    head.replaceChildren(
      chip(s),
      h("progress", { max: 1, value: done, "aria-label": "Progress" }),
      h("span", {}, `${whole(s.update)} of ${whole(s.updates)} updates`),
      isNumber(error) ? h("span", {}, `test error ${percent(error)}`) : "",
      s.left ? h("span", {}, `${duration(s.left)} left`) : "",
      ...(s.tags || []).map((t) => h("span", { class: "tag" }, t)),
      s.reason && s.status !== "interrupted" ? h("p", { class: "bad" }, s.reason) : "",
      r.gone ? h("p", { class: "bad" }, "This run was moved or deleted.") : "",
    );
  }
  const act = (path, order = {}) =>
    attempt(async () => {
      actions.querySelectorAll("button").forEach((b) => (b.disabled = true));
      let moved = false;
      try {
        const done = await post(path, { run: r.name, ...order });
        moved = path === "delete" || path === "rename";
        return done;
      } finally {
        if (!moved) {
          Object.assign(r.state, (await get("history", { run: r.name }).catch(() => null))?.run || {});
          refreshActions();
          refreshHead();
        }
      }
    });
  function refreshActions() {
    const s = r.state,
      b = (text, f, cls) => h("button", { onclick: f, class: cls }, text),
      list = [];
    if (s.status === "running" && s.here)
      list.push(
        b("Pause", () => act("pause")),
        b("Stop", () => act("stop")),
      );
    if (["interrupted", "killed", "failed"].includes(s.status)) list.push(b("Continue", () => act("continue"), "primary"));
    if (s.status === "done" && !s.archive)
      list.push(
        b("Extend …", async () => {
          const n = await ask("Extend the run", "Train up to this number of updates", String(2 * s.updates));
          if (n) act("extend", { updates: Number(n.replaceAll(",", "")) || 0 });
        }),
      );
    if (!s.archive)
      list.push(
        b("Tags …", async () => {
          const t = await ask("Tags of the run", "Words, separated by commas", (s.tags || []).join(", "));
          if (t !== null) act("tag", { tags: t.split(",") });
        }),
      );
    if (s.status !== "running" && !s.archive)
      list.push(
        b("Rename …", async () => {
          const n = await ask("Rename the run", "Its new name", r.name);
          if (n && n !== r.name) {
            const d = await act("rename", { name: n });
            if (d) go("run", { run: d.run });
          }
        }),
      );
    if (s.status !== "running")
      list.push(
        b("Delete", async () => {
          const d = await act("delete");
          if (d) {
            go("runs");
            toast(`${r.name} was moved to the trash.`, {
              name: "Undo",
              do: () =>
                attempt(async () => {
                  const back = await post("restore", { run: d.run });
                  go("run", { run: back.run });
                }),
            });
          }
        }),
      );
    list.push(
      b("On the bench", () =>
        go("bench", {
          set: info.controls.filter((c) => s.config[c.key] !== undefined && s.config[c.key] !== c.default).map((c) => `${c.key}=${s.config[c.key]}`),
        }),
      ),
      b("Compare", () => go("runs", { pick: [r.name, past?.name].filter(Boolean) })),
    );
    actions.replaceChildren(...list);
    refreshChange();
  }
  let fromHere = false;
  function refreshChange() {
    const s = r.state;
    change.hidden = (!s.checkpoints?.length && s.status !== "running") || s.archive;
    if (change.hidden || change.contains(document.activeElement)) return;
    const values = { ...s.config },
      may = info.controls.filter(
        (c) =>
          !c.past && c.key.startsWith("train.") && c.key !== "train.updates" && (!c.optimizers || c.optimizers.includes(values["train.optimizer"])),
      );
    const fork = (c, v) =>
      attempt(async () => {
        if (v === s.config[c.key]) return;
        change.setAttribute("aria-busy", "true");
        try {
          const done = await post("fork", { run: r.name, set: [`${c.key}=${v}`], ...(fromHere && mark() !== undefined ? { at: mark() } : {}) });
          toast(`${titleOf(c.key)} is ${v} in the new run ${done.run}. ${fromHere ? "" : `${r.name} is paused.`}`, {
            name: `Back to ${r.name}`,
            do: () => go("run", { run: r.name }),
          });
          go("run", { run: done.run });
        } finally {
          change.removeAttribute("aria-busy");
        }
      });
    change.replaceChildren(
      h("h3", {}, "Change it from here on"),
      h(
        "p",
        { class: "note" },
        s.status === "running"
          ? "When you let go of a control, this run pauses with a checkpoint, and a fork continues from there with the new value. Both stay."
          : "A fork continues from the newest checkpoint with the new value. This run stays as it is.",
      ),
      h(
        "label",
        { class: "check" },
        h("input", {
          type: "checkbox",
          checked: fromHere,
          onchange: (e) => {
            fromHere = e.target.checked;
          },
        }),
        "Fork at the time that is shown, and not at the end",
      ),
      h(
        "div",
        { class: "changes" },
        may.map((c) =>
          control(c, values[c.key], (v, done) => {
            if (done) fork(c, v);
          }),
        ),
      ),
    );
  }
  const facts = h(
    "details",
    { class: "card" },
    h("summary", {}, "Configuration"),
    h(
      "table",
      { class: "facts" },
      h(
        "tbody",
        {},
        info.controls
          .filter((c) => r.state.config[c.key] !== undefined)
          .map((c) =>
            h(
              "tr",
              { class: r.state.config[c.key] !== c.default ? "differs" : "" },
              h("th", { scope: "row" }, c.key),
              h("td", {}, r.state.config[c.key]),
            ),
          ),
      ),
    ),
  );
  const logBox = h(
    "label",
    { class: "check" },
    h("input", {
      type: "checkbox",
      checked: logError,
      onchange: (e) => {
        logError = e.target.checked;
        set({ log: logError ? 1 : null });
        errors.update();
      },
    }),
    "Logarithmic errors",
  );
  jacobians.element.hidden = !r.spectra.length;
  box.append(
    h("h1", {}, r.name),
    head,
    actions,
    h("div", { class: "time card" }, h("label", { for: "time" }, "Time"), slider, moment, play, live),
    h(
      "div",
      { class: "split right" },
      h(
        "div",
        { class: "charts" },
        errors.element,
        h(
          "div",
          { class: "grid" },
          distributions.map((f) => f.element),
          [...profiles, ...later].map((f) => f.element),
        ),
        tabs,
        heat.element,
        h("div", { class: "grid" }, saturation.element, curves.element, jacobians.element),
      ),
      h("aside", { class: "side" }, change, logBox, facts),
    ),
  );
  shown();
  refreshHead();
  refreshActions();
  redraw();
  const end = follow(
    [r],
    (_, what) => {
      if (what === "records") {
        refreshTime();
        timed.forEach((f) => f.update());
        if (at === null) moving.forEach((f) => f.update());
        jacobians.element.hidden = !r.spectra.length;
      }
      if (what === "status") {
        refreshActions();
        if (r.state.status !== "running")
          attempt(async () => {
            const s = r.state;
            await r.load();
            r.state = { ...s, ...r.state };
            redraw();
          });
      }
      if (what === "gone") refreshHead();
      refreshHead();
    },
    connected,
  );
  return () => {
    end();
    pause();
    clearTimeout(late);
  };
}
