// The runs: a list to filter and choose from, and what the chosen ones have in common and what not.
import { h, poller, attempt, percent, whole, duration, category, isNumber, num } from "./util.js";
import { Figure, lines, closest } from "./chart.js";
import { Run, follow, quantity } from "./data.js";
import { layerAxis, commonLayers } from "./layers.js";
import { overlay, overlayCSV } from "./overlay.js";
import { chip } from "./run.js";

const page = 200,
  most = 12;

// split finds the words of a filter. A list in brackets and a text in quotation marks are parts of one word.
const split = (text) => text.match(/(\[[^\]]*\]?|"[^"]*"?|'[^']*'?|\S)+/g) || [];

// Keys that are not in the configuration, and their values.
const derived = {
  fork: (r) => String(r.state.parent?.update ?? "none"),
  program: (r) => r.state.program || "glorot",
  images: (r) => r.state.images,
};
const value = (r, k) => (derived[k] ? derived[k](r) : r.state.config[k]);

// better reports whether a is the one of two runs of the same training that counts, as for glorot compare.
const better = (a, b) => {
  const more = (Number(value(a, "observe.examples")) || 0) - (Number(value(b, "observe.examples")) || 0);
  return more ? more > 0 : a.state.update > b.state.update;
};

export async function runs(box, state, { set, info, connected, shown }) {
  let picked = state.getAll("pick"),
    where = state.get("where") || "",
    grouped = state.get("group") === "1",
    at = state.has("at") ? Number(state.get("at")) : null,
    quantityName = state.get("of") || "z/std",
    rows = page;
  let list = { runs: [], keys: [], total: 0 },
    loaded = new Map(),
    end = () => {},
    timer,
    generation = 0;
  const ask = poller("runs"),
    body = h("tbody"),
    head = h("thead"),
    count = h("p", { class: "note", role: "status" }),
    more = h(
      "button",
      {
        hidden: true,
        onclick: () => {
          rows += page;
          table();
        },
      },
      "Show more",
    );
  const filter = h("input", {
    type: "search",
    id: "where",
    class: "long",
    value: where,
    placeholder: "model.init=normalized status=done, or a part of a name",
    autocomplete: "off",
    oninput: () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        where = filter.value.trim();
        set({ where });
        attempt(refresh);
      }, 250);
    },
  });
  const chosen = h("section", { "aria-label": "Comparison" });

  const terms = () => split(where).filter((w) => w.includes("=")),
    words = () =>
      split(where)
        .filter((w) => !w.includes("="))
        .map((w) => w.replaceAll(/["']/g, "").toLowerCase());
  const visible = () =>
    list.runs.filter((r) => words().every((w) => r.name.toLowerCase().includes(w) || (r.tags || []).some((t) => t.toLowerCase().includes(w))));
  async function refresh() {
    try {
      const news = await ask({ where: terms() });
      if (!news) return;
      list = news;
      count.classList.remove("bad");
    } catch (e) {
      count.textContent = e.message;
      count.classList.add("bad");
      return;
    }
    table();
  }
  const columns = () => list.keys.filter((k) => !k.startsWith("observe.") && !k.startsWith("checkpoint.") && k !== "threads").slice(0, 8);
  function table() {
    const keys = columns(),
      all = visible();
    count.textContent = `${whole(all.length)} of ${whole(list.total)} runs` + (picked.length ? `, ${picked.length} chosen` : "");
    if (!list.total) count.textContent = "There are no runs yet. The bench starts one.";
    head.replaceChildren(
      h(
        "tr",
        {},
        ["", "Run", "Status", "Progress", "Error", ...keys].map((t) => h("th", { scope: "col" }, t)),
      ),
    );
    const focus = document.activeElement?.dataset?.run;
    body.replaceChildren(
      ...all.slice(0, rows).map((r) =>
        h(
          "tr",
          {},
          h(
            "td",
            {},
            h("input", {
              type: "checkbox",
              checked: picked.includes(r.name),
              "data-run": r.name,
              "aria-label": `Choose ${r.name}`,
              onchange: (e) => choose(r.name, e.target.checked),
            }),
          ),
          h(
            "th",
            { scope: "row" },
            h("a", { href: `#/run?run=${encodeURIComponent(r.name)}` }, r.name),
            ...(r.tags || []).map((t) => h("span", { class: "tag" }, t)),
          ),
          h("td", {}, chip(r)),
          h(
            "td",
            { class: "number" },
            r.status === "running"
              ? `${Math.round((100 * r.update) / Math.max(1, r.updates))} %${r.left ? ", " + duration(r.left) : ""}`
              : whole(r.update),
          ),
          h("td", { class: "number" }, isNumber(r.test_error) ? percent(r.test_error) : "–"),
          ...keys.map((k) => h("td", {}, r.values[list.keys.indexOf(k)])),
        ),
      ),
    );
    more.hidden = all.length <= rows;
    if (focus) body.querySelector(`[data-run="${CSS.escape(focus)}"]`)?.focus();
  }
  function choose(name, yes) {
    picked = picked.filter((n) => n !== name).concat(yes ? [name] : []);
    if (picked.length > most) picked = picked.slice(-most);
    set({ pick: picked });
    table();
    attempt(compare);
  }

  async function compare() {
    const mine = ++generation;
    end();
    end = () => {};
    const wanted = picked.filter(Boolean);
    await Promise.all(
      wanted.map(async (n) => {
        if (!loaded.has(n)) {
          const r = await new Run(n).load().catch(() => null);
          if (r) loaded.set(n, r);
        }
      }),
    );
    if (mine !== generation) return;
    const all = wanted.map((n) => loaded.get(n)).filter(Boolean);
    if (!all.length) {
      chosen.replaceChildren(h("p", { class: "note" }, "Choose runs in the list to compare them."));
      return;
    }
    // A run of another program has other keys. What it does not say does not differ. Different images of one name do.
    const keys = [...new Set(all.flatMap((r) => Object.keys(r.state.config))), "fork", "program"],
      first = new Map(all.map((r) => [value(r, "data.name"), r])),
      differ = keys.filter((k) => new Set(all.map((r) => value(r, k)).filter((x) => x !== undefined)).size > 1);
    if (all.some((r) => value(r, "images") !== value(first.get(value(r, "data.name")), "images"))) differ.push("images");
    const ignored = differ.filter((k) => info.ignored.includes(k)),
      telling = differ.filter((k) => !ignored.includes(k));
    // Of several runs of one training, such as a run and its archive, one counts in a group.
    const counted = new Map();
    for (const r of all) {
      const id = r.state.id || r.name;
      if (!counted.has(id) || better(r, counted.get(id))) counted.set(id, r);
    }
    const again = all.filter((r) => grouped && counted.get(r.state.id || r.name) !== r);
    const groups = () => {
      if (!grouped) return all.map((r) => ({ name: r.name, runs: [r] }));
      const by = new Map();
      for (const r of all.filter((r) => !again.includes(r))) {
        const name = telling.map((k) => `${k.split(".").pop()} ${value(r, k) ?? "unknown"}`).join(", ") || "all chosen runs";
        by.set(name, [...(by.get(name) || []), r]);
      }
      return [...by].map(([name, runs]) => ({ name: `${name} (${runs.length})`, runs }));
    };
    const grouping = () =>
      [
        ignored.length ? `Ignored: ${ignored.join(", ")}.` : "",
        again.length ? `Not counted, as the same training is there already: ${again.map((r) => r.name).join(", ")}.` : "",
      ].join(" ");
    // together makes the mean of several series where all have a value, and the band from the lowest to the highest.
    const together = (list) => {
      if (list.length === 1) return { points: list[0] };
      const maps = list.map((p) => new Map(p.filter((x) => isNumber(x[1])))),
        xs = [...maps[0].keys()].filter((x) => maps.every((m) => m.has(x)));
      const at = (x) => maps.map((m) => m.get(x));
      return {
        points: xs.map((x) => [x, at(x).reduce((a, b) => a + b, 0) / maps.length]),
        band: xs.map((x) => [x, Math.min(...at(x)), Math.max(...at(x))]),
      };
    };
    const updates = [...new Set(all.flatMap((r) => r.snapshots.map((s) => s.update)))].sort((a, b) => a - b);
    const now = () => (at === null ? updates.at(-1) : closest(updates, at));
    const errors = new Figure({
      title: "Test errors",
      wide: true,
      note: grouped ? "Lines are means over the runs of a group, bands go from the lowest to the highest run." : "",
      onPick: (u) => move(u),
      draw: (w, t) =>
        lines(w, t, {
          height: 300,
          x: { label: "updates", name: "update" },
          y: { label: "", zero: true, format: (v) => `${+(100 * v).toPrecision(3)} %`, readout: percent },
          marks: [{ x: now(), strong: true }],
          series: groups().map((g, i) => ({
            name: g.name,
            ...category(i, t),
            ...together(g.runs.map((r) => r.test.map((x) => [x.update, x.error]))),
          })),
        }),
      csv: () => [["run", "update", "test error"]].concat(all.flatMap((r) => r.test.map((x) => [r.name, x.update, x.error]))),
    });
    const byLayer = new Figure({
      title: "Against depth",
      note: "At the common time.",
      draw: (w, t) => lines(w, t, depthSeries(w, t, quantityName)),
      csv: () =>
        [["run", "update", "layer", quantityName]].concat(
          all.flatMap((r) => {
            const s = r.before(now());
            return (s?.layers || []).map((l) => [r.name, s.update, l.name || l.layer, quantity(l, quantityName)]);
          }),
        ),
    });
    function depthSeries(width, t, name) {
      const n = Math.max(
          1,
          ...all.flatMap((r) => (r.before(now())?.layers || []).filter((l) => quantity(l, name) !== undefined).map((l) => l.layer)),
        ),
        log = !name.endsWith("flat") && name !== "z/std";
      return {
        height: 260,
        x: layerAxis(width, n, commonLayers(all)),
        y: { label: "", log, zero: !log, domain: name.endsWith("flat") ? [0, 1] : undefined, readout: name.endsWith("flat") ? percent : num },
        series: groups().map((g, i) => ({
          name: g.name,
          ...category(i, t),
          dots: true,
          ...together(g.runs.map((r) => (r.before(now())?.layers || []).map((l) => [l.layer, quantity(l, name)]).filter((p) => isNumber(p[1])))),
        })),
      };
    }
    const top = new Figure({
      title: "The highest hidden layer over time",
      onPick: (u) => move(u),
      draw: (w, t) =>
        lines(w, t, {
          height: 260,
          x: { label: "updates", name: "update" },
          y: { label: "", zero: true },
          marks: [{ x: now(), strong: true }],
          series: groups().map((g, i) => ({
            name: g.name,
            ...category(i, t),
            ...together(g.runs.map((r) => r.snapshots.map((s) => [s.update, quantity(s.layers[Math.max(0, r.depth - 2)], quantityName)]))),
          })),
        }),
      csv: () =>
        [["run", "update", quantityName]].concat(
          all.flatMap((r) => r.snapshots.map((s) => [r.name, s.update, quantity(s.layers[Math.max(0, r.depth - 2)], quantityName)])),
        ),
    });
    const kind = () => {
      const k = quantityName.split("/")[0];
      return k === "z" && !all.some((r) => r.has("z")) ? "s" : k;
    };
    const distributions = new Figure({
      title: "Distributions by layer",
      wide: true,
      note:
        "At the common time, on the scale of each layer's own peak." +
        (grouped ? " Lines are means over the runs of a group, bands go from the lowest to the highest run." : ""),
      draw: (w, t) => {
        const names = commonLayers(all),
          n = Math.max(0, ...all.map((r) => r.depth));
        return overlay(w, t, {
          kind: kind(),
          names: Array.from({ length: n }, (_, i) => names[i]?.name || `Layer ${i + 1}`),
          groups: groups().map((g, i) => ({ name: g.name, ...category(i, t), snapshots: g.runs.map((r) => r.before(now())).filter(Boolean) })),
        });
      },
      csv: () => overlayCSV(all.map((r) => ({ name: r.name, snapshot: r.before(now()) })).filter((r) => r.snapshot), kind()),
    });
    const figures = [errors, byLayer, top, distributions];
    const slider = h("input", {
        type: "range",
        id: "common",
        min: 0,
        max: Math.max(0, updates.length - 1),
        value: String(Math.max(0, updates.indexOf(now()))),
        oninput: (e) => move(updates[Number(e.target.value)]),
      }),
      moment = h("output", { class: "moment", for: "common" }, `update ${whole(now() ?? 0)}`);
    let late;
    function move(u) {
      at = u;
      slider.value = String(updates.indexOf(now()));
      moment.textContent = `update ${whole(now())}`;
      clearTimeout(late);
      late = setTimeout(() => set({ at }), 150);
      figures.forEach((f) => f.update());
    }
    const names = {
      "z/std": "std of activations",
      "z/flat": "saturated activations",
      "dcost_ds/std": "std of gradients dCost/ds",
      "dcost_dw/std": "std of gradients dCost/dW",
    };
    chosen.replaceChildren(
      h(
        "div",
        { class: "bar" },
        h(
          "label",
          { class: "check" },
          h("input", {
            type: "checkbox",
            checked: grouped,
            id: "grouped",
            onchange: (e) => {
              grouped = e.target.checked;
              set({ group: grouped ? 1 : null });
              attempt(compare);
            },
          }),
          "Group the runs of one configuration, whatever their seeds",
        ),
        h(
          "label",
          {},
          "Quantity ",
          h(
            "select",
            {
              onchange: (e) => {
                quantityName = e.target.value;
                set({ of: quantityName });
                figures.forEach((f) => f.update());
              },
            },
            Object.entries(names).map(([v, n]) => h("option", { value: v, selected: v === quantityName }, n)),
          ),
        ),
        h(
          "button",
          {
            onclick: () => {
              picked = [];
              set({ pick: [] });
              table();
              attempt(compare);
            },
          },
          "Choose none",
        ),
      ),
      h("p", { class: "note", hidden: !grouped }, grouping()),
      h("div", { class: "time card" }, h("label", { for: "common" }, "Time of all"), slider, moment),
      errors.element,
      h("div", { class: "grid" }, byLayer.element, top.element),
      distributions.element,
      h(
        "div",
        { class: "card scroll" },
        h("h3", {}, "Where the configurations differ"),
        differ.length
          ? h(
              "table",
              {},
              h(
                "thead",
                {},
                h(
                  "tr",
                  {},
                  h("th", { scope: "col" }, "Key"),
                  all.map((r) => h("th", { scope: "col" }, r.name)),
                ),
              ),
              h(
                "tbody",
                {},
                differ.map((k) =>
                  h(
                    "tr",
                    {},
                    h("th", { scope: "row" }, k),
                    all.map((r) => h("td", {}, value(r, k))),
                  ),
                ),
              ),
            )
          : h("p", { class: "note" }, "Their configurations are the same."),
      ),
    );
    figures.forEach((f) => f.update());
    end = follow(
      all,
      (_, what) => {
        if (what === "records") figures.forEach((f) => f.update());
        if (what === "status") attempt(refresh);
      },
      connected,
    );
  }
  box.append(
    h("h1", {}, "Runs"),
    h("div", { class: "bar" }, h("label", { for: "where" }, "Filter"), filter),
    count,
    h("div", { class: "card scroll list" }, h("table", { class: "runs" }, head, body)),
    more,
    chosen,
  );
  shown();
  await refresh();
  await compare();
  const poll = setInterval(() => {
    if (!document.hidden) refresh().catch(() => {});
  }, 3000);
  return () => {
    clearInterval(poll);
    clearTimeout(timer);
    end();
  };
}
