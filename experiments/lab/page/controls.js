// Sliders and lists, made from the keys of the configuration that the server lists.
import { h } from "./util.js";

// parseList reads a list of whole numbers, [300, 300]; anything else is undefined.
const parseList = (v) => (/^\[\s*\d+(\s*,\s*\d+)*\s*\]$/.test(v.trim()) ? v.match(/\d+/g).map(Number) : undefined);
const listText = (l) => `[${l.join(", ")}]`;
const titles = {
  "model.hidden": "Hidden layers",
  "model.init": "Initialiser",
  "train.updates": "Updates",
  "train.rate": "Learning rate",
  "data.name": "Data set",
  "data.low": "Input for black",
  "data.high": "Input for white",
  seed: "Seed",
  "data.seed": "Seed of the images",
};
export const titleOf = (key) =>
  titles[key] ||
  key
    .split(".")
    .pop()
    .replaceAll("_", " ")
    .replace(/^./, (c) => c.toUpperCase());

let ids = 0;

// settled calls done when a control is let go. A mouse lets it go with its change; a key changes it each time, and Enter or leaving lets it go.
function settled(e, done) {
  let keyed = false,
    changed = false;
  const settle = () => {
    if (changed) done();
    changed = false;
  };
  e.addEventListener("pointerdown", () => (keyed = false));
  e.addEventListener("keydown", (k) => {
    keyed = true;
    if (k.key === "Enter" && changed) {
      k.preventDefault(); // it would open a list
      settle();
    }
  });
  e.addEventListener("change", () => {
    changed = true;
    if (!keyed) settle();
  });
  e.addEventListener("blur", () => {
    if (document.activeElement !== e) settle(); // and not only the window was left
  });
}

// control makes the elements of one control. input(value, done) is called while it moves, and with done when it is let go.
export function control(c, value, input) {
  const id = `c${ids++}`,
    help = h("p", { class: "help", id: id + "h", hidden: true }, `${c.meaning} Allowed: ${c.allowed}. `, h("code", {}, c.key));
  const question = h(
    "button",
    {
      class: "question",
      type: "button",
      "aria-label": `What is ${titleOf(c.key)}?`,
      "aria-expanded": "false",
      onclick: () => {
        help.hidden = !help.hidden;
        question.setAttribute("aria-expanded", String(!help.hidden));
      },
    },
    "?",
  );
  const head = (...more) => h("div", { class: "head" }, h("label", { for: id }, titleOf(c.key)), question, ...more);
  const row = (...children) => h("div", { class: "control", "data-key": c.key }, ...children, help);
  if (c.kind === "choice") {
    const known = c.choices.includes(value) ? c.choices : [...c.choices, value]; // a list, which some keys allow
    const options = known.map((v) => h("option", { value: v, selected: v === value }, v));
    const list = h("select", { id, oninput: () => input(list.value, false) }, ...options);
    settled(list, () => input(list.value, true));
    return row(head(), list);
  }
  if (c.kind === "widths") return widths(c, value, input, id, row, question);
  if (c.kind === "slider") {
    const field = h("input", { class: "value", type: "text", inputmode: "decimal", value, "aria-label": `${titleOf(c.key)}, value` });
    const { slider, set } = range(
      c,
      value,
      (v, done) => {
        field.value = v;
        input(v, done);
      },
      id,
    );
    field.addEventListener("change", () => {
      field.value = field.value.trim() || c.default;
      set(field.value);
      input(field.value, true);
    });
    return row(head(field), slider);
  }
  return row(head(), h("input", { id, type: "text", value, onchange: (e) => input(e.target.value.trim() || c.default, true) })); // empty is the default
}

// range is a slider; a logarithmic one has three digits for each power of ten.
function range(c, value, input, id) {
  const low = c.low || 0,
    log = c.log,
    steps = c.integer && !log && c.high - low < 300 ? c.high - low : 300,
    zero = log && low === 0,
    from = zero ? (c.integer ? 1 : c.high / 1e6) : low;
  const toValue = (p) => {
    let v = log ? (zero && p === 0 ? 0 : from * (c.high / from) ** (p / steps)) : low + ((c.high - low) * p) / steps;
    v = c.integer ? (v < 100 ? Math.round(v) : Number(v.toPrecision(2))) : Number(v.toPrecision(2));
    return String(c.integer ? Math.round(v) : v);
  };
  const toPlace = (v) =>
    Math.min(
      steps,
      Math.max(0, Math.round(log ? (v <= 0 ? 0 : (steps * Math.log(v / from)) / Math.log(c.high / from)) : (steps * (v - low)) / (c.high - low))),
    );
  const slider = h("input", { id, type: "range", min: 0, max: steps, value: String(toPlace(Number(value))), "aria-describedby": id + "h" });
  slider.setAttribute("aria-valuetext", value);
  const move = (done) => {
    const v = toValue(Number(slider.value));
    slider.setAttribute("aria-valuetext", v);
    input(v, done);
  };
  slider.addEventListener("input", () => move(false));
  settled(slider, () => move(true));
  return {
    slider,
    set: (v) => {
      slider.value = toPlace(Number(v));
    },
  };
}

// widths has a slider for the number of layers and one for their width, and a field for any list, which the server reads.
function widths(c, value, input, id, row, question) {
  let list = parseList(value) || parseList(c.default);
  const field = h("input", { id: id + "l", class: "long", type: "text", value: parseList(value) ? listText(list) : value, "aria-label": "Widths of the hidden layers" });
  const say = (done) => {
    field.value = listText(list);
    input(field.value, done);
  };
  const number = h("output", { class: "value" }),
    size = h("output", { class: "value" });
  const show = () => {
    number.textContent = list.length;
    size.textContent = Math.min(...list) === Math.max(...list) ? list[0] : "mixed";
  };
  const depth = range(
    { low: 1, high: 15, integer: true },
    list.length,
    (v, done) => {
      const n = Number(v);
      list = Array.from({ length: n }, (_, i) => list[Math.min(i, list.length - 1)]);
      show();
      say(done);
    },
    id,
  );
  const width = range(
    { low: 10, high: 1000, integer: true, log: true },
    Math.round(list.reduce((a, b) => a + b, 0) / list.length),
    (v, done) => {
      list = list.map(() => Number(v));
      show();
      say(done);
    },
    id + "w",
  );
  field.addEventListener("change", () => {
    const l = parseList(field.value);
    if (l) {
      list = l;
      depth.set(l.length);
      width.set(l[0]);
      show();
    }
    input(field.value.trim() || c.default, true);
  });
  show();
  return row(
    h("div", { class: "head" }, h("label", { for: id }, "Depth"), question, number),
    depth.slider,
    h("div", { class: "head" }, h("label", { for: id + "w" }, "Width"), size),
    width.slider,
    field,
  );
}

const sections = {
  seed: "Network",
  model: "Network",
  data: "Data",
  train: "Training",
  pretrain: "Pre-training",
  observe: "What is recorded",
  checkpoint: "Checkpoints",
};
const folded = ["pretrain", "observe", "checkpoint"];

// panel makes the controls of a configuration, by section. values has the present value of each key.
export function panel(controls, values, input) {
  const groups = new Map(),
    box = h("div", { class: "controls" });
  const dependent = () =>
    box.querySelectorAll(".control").forEach((e) => {
      const c = controls.find((x) => x.key === e.dataset.key);
      e.hidden = !!c.optimizers && !c.optimizers.includes(values["train.optimizer"]);
    });
  for (const c of [...controls].sort((a, b) => (a.key === "seed") - (b.key === "seed"))) {
    const section = c.key.split(".")[0],
      name = sections[section] || section;
    if (!groups.has(name)) {
      const open = !folded.includes(section) && (innerWidth > 900 || name === "Network");
      const group = h("details", { class: "group", open }, h("summary", {}, name));
      groups.set(name, group);
      box.append(group);
    }
    groups.get(name).append(
      control(c, values[c.key] ?? c.default, (v, done) => {
        values[c.key] = v;
        dependent();
        input(c, v, done);
      }),
    );
  }
  dependent();
  return box;
}
