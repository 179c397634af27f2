// The lecture: ten prepared experiments, one chart at a time.
import { h, get, post, query, attempt, percent, whole, category, layerColor, isNumber } from "./util.js";
import { Figure, lines } from "./chart.js";
import { Run, follow, snapshot, layerName, column } from "./data.js";
import { ridge, ridgeCSV, front, over, seriesCSV } from "./layers.js";
import { experiments } from "./experiments.js";
import { chip } from "./run.js";

const testCSV = (runs) =>
  [["run", "update", "test error", "test cost"]].concat(runs.flatMap((r) => r.test.map((x) => [r.name, x.update, x.error, x.nll])));

export async function lecture(box, state, { set, go, connected, shown }) {
  const n = Math.min(Math.max(1, Number(state.get("n")) || 1), experiments.length),
    e = experiments[n - 1];
  let ended = false,
    end = () => {};
  const to = (k) => go("lecture", { n: Math.min(Math.max(1, k), experiments.length) });
  const steps = h(
    "ol",
    { class: "steps" },
    experiments.map((x, i) =>
      h(
        "li",
        {},
        h(
          "button",
          { "aria-pressed": String(i === n - 1), title: x.title, "aria-label": `Experiment ${i + 1}: ${x.title}`, onclick: () => to(i + 1) },
          i + 1,
        ),
      ),
    ),
  );
  const place = h("div", { class: e.parts.length > 1 && e.chart !== "errors" ? "pair" : "charts" }),
    status = h("div", { class: "bar", role: "status" }),
    start = h("button", { class: "primary" }, e.parts.length > 1 ? "Start these trainings" : "Start the training");
  box.append(
    steps,
    h("h1", {}, `${n}. ${e.title}`),
    h("p", {}, e.text),
    h("p", { class: "look" }, h("strong", {}, "What to look for. "), e.look),
    h("div", { class: "bar" }, e.live ? start : null, status),
    place,
    h(
      "div",
      { class: "bar" },
      h("button", { onclick: () => to(n - 1), disabled: n === 1 }, "← Previous"),
      h("button", { onclick: () => to(n + 1), disabled: n === experiments.length }, "Next →"),
      h("button", { onclick: () => go("bench", { set: e.parts[0].set }) }, "Change it on the bench"),
    ),
  );
  shown();
  const keys = (ev) => {
    if (ev.target.closest("input, select, .plot")) return;
    if (ev.key === "ArrowRight") to(n + 1);
    if (ev.key === "ArrowLeft") to(n - 1);
  };
  addEventListener("keydown", keys);
  if (!e.live) {
    status.textContent = "Measuring …";
    const all = [];
    for (const p of e.parts) all.push(await get("initial", { set: p.set }));
    all.forEach((a) => snapshot(a.record));
    if (ended) return;
    status.textContent = "";
    const domain = e.domain;
    place.replaceChildren(
      ...all
        .map((a, i) => new Figure({ title: e.parts[i].name, draw: (w, t) => ridge(w, t, a.record, { kind: e.chart, paper: a.paper, domain }), csv: () => ridgeCSV(a.record, e.chart) }))
        .map((f) => {
          f.update();
          return f.element;
        }),
    );
  } else {
    start.addEventListener("click", () =>
      attempt(async () => {
        start.disabled = true;
        const names = [];
        for (const p of e.parts)
          names.push(
            (await post("start", { set: p.set, name: `lecture ${n}${e.parts.length > 1 ? " " + p.name : ""}`.replace(/[^A-Za-z0-9 ._+-]/g, "") }))
              .run,
          );
        set({ n, run: names });
        await follows(names);
      }).finally(() => {
        start.disabled = false;
      }),
    );
    if (state.getAll("run").length) await attempt(() => follows(state.getAll("run")));
  }
  async function follows(names) {
    end();
    const runs = await Promise.all(names.map((name) => new Run(name).load()));
    const figures = charts(runs);
    place.replaceChildren(...figures.map((f) => f.element));
    const tell = () =>
      status.replaceChildren(
        ...runs.flatMap((r, i) => [
          h("span", {}, e.parts[i]?.name || r.name, " "),
          chip(r.state),
          h("span", {}, `${whole(r.state.update)} of ${whole(r.state.updates)} updates`),
          isNumber(r.test.at(-1)?.error) ? h("span", {}, `test error ${percent(r.test.at(-1).error)}`) : "",
        ]),
      );
    tell();
    figures.forEach((f) => f.update());
    end = follow(
      runs,
      (r, what) => {
        if (what === "records") figures.forEach((f) => f.update());
        tell();
      },
      connected,
    );
  }
  function charts(runs) {
    const title = (i) => e.parts[i]?.name || runs[i].name;
    switch (e.chart) {
      case "errors":
        return [
          new Figure({
            title: "Test error",
            draw: (w, t) =>
              lines(w, t, {
                height: 420,
                x: { label: "updates", name: "update" },
                y: { label: "", domain: [0, 1], format: (v) => `${Math.round(100 * v)} %`, readout: percent },
                series: runs.map((r, i) => ({ name: title(i), ...category(i, t), width: 3, points: r.test.map((x) => [x.update, x.error]) })),
              }),
            csv: () => testCSV(runs),
          }),
        ];
      case "saturation":
        return runs.map(
          (r, i) =>
            new Figure({
              title: `Saturated activations: ${title(i)}`,
              draw: (w, t) =>
                lines(w, t, {
                  height: 360,
                  x: { label: "updates", name: "update" },
                  y: { label: "", domain: [0, 1], format: (v) => `${Math.round(100 * v)} %`, readout: percent },
                  series: Array.from({ length: Math.max(0, r.depth - 1) }, (_, k) => ({
                    name: layerName(k, r.depth, r.last?.layers),
                    color: layerColor(k, r.depth - 1, t),
                    width: 3,
                    points: column(r, k, "z/flat"),
                  })),
                }),
              csv: () => seriesCSV([r], ["z/flat"]),
            }),
        );
      case "mean":
        return runs.map(
          (r, i) =>
            new Figure({
              title: `Mean activation: ${title(i)}`,
              draw: (w, t) =>
                lines(w, t, {
                  height: 360,
                  x: { label: "updates", name: "update" },
                  y: { label: "", domain: [0, 1] },
                  series: Array.from({ length: Math.max(0, r.depth - 1) }, (_, k) => ({
                    name: layerName(k, r.depth, r.last?.layers),
                    color: layerColor(k, r.depth - 1, t),
                    width: 3,
                    points: column(r, k, "z/mean"),
                    band: r.snapshots.map((s) => [s.update, s.layers[k].z.mean - s.layers[k].z.std, s.layers[k].z.mean + s.layers[k].z.std]),
                  })),
                }),
              csv: () => seriesCSV([r], ["z/mean", "z/std"]),
            }),
        );
      case "front":
        return runs.map((r, i) => new Figure({ title: `Saturation front: ${title(i)}`, draw: (w, t) => front(w, t, r, {}), csv: () => seriesCSV([r], ["z/flat"]) }));
      default:
        return runs.map(
          (r, i) => new Figure({ title: title(i), draw: (w, t) => over(w, t, r, { kind: e.chart }), csv: () => `/api/histograms.csv?${query({ run: r.name, what: e.chart })}` }),
        );
    }
  }
  return () => {
    ended = true;
    removeEventListener("keydown", keys);
    end();
  };
}
