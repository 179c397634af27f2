// One run: what it does now, what it did, and what it could do from here on.
import { h, post, get, attempt, toast, ask, percent, whole, duration, isNumber } from "./util.js";
import { Run, follow, kinds } from "./data.js";
import { control, titleOf } from "./controls.js";
import { charts } from "./runcharts.js";
import { measuring } from "./spectra.js";
import { confusions } from "./confusion.js";

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
  const v = {
    run: r,
    past,
    measures: info.measures,
    kind: kinds[state.get("what")] ? state.get("what") : r.has("z") || !r.has("s") ? "z" : "s",
    logError: state.get("log") === "1",
    at: state.has("at") ? Number(state.get("at")) : null, // null follows the run
    now: () => (v.at === null ? r.last : r.before(v.at)),
    mark: () => v.now()?.update,
    ghost: () => (v.now() === r.snapshots[0] ? null : r.snapshots[0]),
    pick: (u) => pick(u),
    redraw: () => redraw(),
  };
  let playing = 0;
  const slider = h("input", { type: "range", min: 0, max: 1, value: "1", id: "time", "aria-label": "Time" });
  const moment = h("output", { for: "time", class: "moment" }),
    live = h("button", { onclick: () => pick(null) }, "Now");
  const play = h("button", { onclick: () => (playing ? pause() : start()), "aria-label": "Play the training from its beginning" }, "▶ Play");

  const c = charts(v),
    measured = [measuring(v), confusions(v)],
    [jacobians, matrices] = measured,
    moving = [...c.distributions, ...c.profiles],
    timed = [c.errors, c.costs, c.heat, c.saturation, c.curves, c.jacobians];
  const tabs = h(
    "div",
    { class: "tabs", role: "group", "aria-label": "Quantity" },
    Object.entries(kinds).filter(([k]) => k !== "s" || r.has("s")).map(([k, name]) =>
      h(
        "button",
        {
          "aria-pressed": String(k === v.kind),
          "data-kind": k,
          onclick: () => {
            v.kind = k;
            set({ what: k });
            tabs.querySelectorAll("button").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.kind === k)));
            c.heat.update();
            c.curves.update();
          },
        },
        name,
      ),
    ),
  );

  function refreshTime() {
    const n = r.snapshots.length;
    slider.max = Math.max(0, n - 1);
    slider.value = Math.max(0, r.snapshots.indexOf(v.now()));
    slider.disabled = n < 2;
    moment.textContent = n ? `update ${whole(v.mark())}` : "no snapshot yet";
    slider.setAttribute("aria-valuetext", moment.textContent);
    live.setAttribute("aria-pressed", String(v.at === null));
  }
  const redraw = () => {
    refreshTime();
    for (const f of [...timed, ...moving, ...measured]) f.update();
    c.jacobians.element.hidden = !r.spectra.length; // an archive's are measured, too
  };
  let late;
  function pick(update) {
    v.at = update === null || (r.last && update >= r.last.update && r.state.status === "running") ? null : update;
    clearTimeout(late);
    late = setTimeout(() => set({ at: v.at }), 150);
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
      h("span", {}, s.updates ? `${whole(s.update)} of ${whole(s.updates)} updates` : `${whole(s.update)} updates`),
      s.program ? h("span", {}, `recorded; trained by ${s.program}`) : "",
      isNumber(error) ? h("span", {}, `test error ${percent(error)}`) : "",
      s.left ? h("span", {}, `${duration(s.left)} left`) : "",
      ...(s.tags || []).map((t) => h("span", { class: "tag" }, t)),
      s.reason && s.status !== "interrupted" ? h("p", { class: "bad" }, s.reason) : "",
      r.damaged ? h("p", { class: "bad" }, `${whole(r.damaged)} ${r.damaged === 1 ? "line" : "lines"} of its log cannot be read.`) : "",
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
    if (["interrupted", "killed", "failed"].includes(s.status) && !s.program) list.push(b("Continue", () => act("continue"), "primary"));
    if (s.status === "done" && !s.archive && !s.program)
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
          const n = await ask("Rename the run", "Its new name", r.name.split("/").pop());
          if (n && n !== r.name.split("/").pop()) {
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
    if (!s.program)
      list.push(
        b("On the bench", () =>
          go("bench", {
            set: info.controls.filter((c) => s.config[c.key] !== undefined && s.config[c.key] !== c.default).map((c) => `${c.key}=${s.config[c.key]}`),
          }),
        ),
      );
    list.push(
      b("Compare", () => go("runs", { pick: [r.name, past?.name].filter(Boolean) })),
    );
    actions.replaceChildren(...list);
    refreshChange();
  }
  let fromHere = false,
    forking = false;
  function refreshChange() {
    const s = r.state;
    change.hidden = (!s.checkpoints?.length && s.status !== "running") || s.archive || !!s.program;
    if (change.hidden || change.contains(document.activeElement)) return;
    const values = { ...s.config },
      may = info.controls.filter(
        (c) =>
          !c.past && c.key.startsWith("train.") && c.key !== "train.updates" && (!c.optimizers || c.optimizers.includes(values["train.optimizer"])),
      );
    const fork = (c, value) =>
      attempt(async () => {
        if (forking || value === s.config[c.key]) return;
        forking = true;
        change.setAttribute("aria-busy", "true");
        try {
          const done = await post("fork", {
            run: r.name,
            set: [`${c.key}=${value}`],
            ...(fromHere && v.mark() !== undefined ? { at: v.mark() } : {}),
          });
          toast(`${titleOf(c.key)} is ${value} in the new run ${done.run}. ${fromHere ? "" : `${r.name} is paused.`}`, {
            name: `Back to ${r.name}`,
            do: () => go("run", { run: r.name }),
          });
          go("run", { run: done.run });
        } finally {
          forking = false;
          change.removeAttribute("aria-busy");
        }
      });
    change.replaceChildren(
      h("h3", {}, "Change it from here on"),
      h(
        "p",
        { class: "note" },
        s.status === "running"
          ? "When you let go of a control, or press Enter on it, this run pauses with a checkpoint, and a fork continues from there with the new value. Both stay."
          : "When you let go of a control, or press Enter on it, a fork continues from the newest checkpoint with the new value. This run stays as it is.",
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
        (r.state.program ? Object.keys(r.state.config).map((key) => ({ key, default: r.state.config[key] })) : info.controls)
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
  const hasErrors = () => [r.train, r.valid, r.test].some((list) => list.some((x) => isNumber(x.error)));
  const logBox = h(
    "label",
    { class: "check" },
    h("input", {
      type: "checkbox",
      checked: v.logError,
      onchange: (e) => {
        v.logError = e.target.checked;
        set({ log: v.logError ? 1 : null });
        c.errors.update();
      },
    }),
    "Logarithmic errors",
  );
  c.jacobians.element.hidden = !r.spectra.length;
  c.costs.element.hidden = !r.train.length;
  c.errors.element.hidden = !!r.state.program && !hasErrors();
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
        c.errors.element,
        c.costs.element,
        h(
          "div",
          { class: "grid" },
          moving.map((f) => f.element),
        ),
        tabs,
        c.heat.element,
        h("div", { class: "grid" }, c.saturation.element, c.curves.element),
        jacobians.bar,
        h("div", { class: "grid" }, jacobians.chart.element, c.jacobians.element, matrices.figures.map((f) => f.element)),
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
        [...timed, ...measured].forEach((f) => f.update());
        if (v.at === null) moving.forEach((f) => f.update());
        c.jacobians.element.hidden = !r.spectra.length;
        c.costs.element.hidden = !r.train.length;
        c.errors.element.hidden = !!r.state.program && !hasErrors();
      }
      if (what === "status") refreshActions();
      if (what === "gone") refreshHead();
      refreshHead();
    },
    connected,
  );
  return () => {
    end();
    measured.forEach((m) => m.stop());
    pause();
    clearTimeout(late);
  };
}
