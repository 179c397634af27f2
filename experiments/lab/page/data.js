// What runs have recorded, and the stream of what they add.
import { get, query, isNumber } from "./util.js";

const decode = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
export const kinds = { z: "activations z", s: "pre-activations s", dcost_ds: "gradients dCost/ds", dcost_dw: "gradients dCost/dW" };

// snapshot unpacks the histograms of a record.
export function snapshot(record) {
  for (const layer of record.layers)
    for (const kind in kinds) {
      const g = layer[kind]?.histogram;
      if (g && typeof g.roots === "string") g.roots = decode(g.roots);
    }
  return record;
}

// most snapshots that a page keeps: of more, every second one is left out. All of them stay in the log.
const most = 1200;

// A Run is what the page knows of a run.
export class Run {
  constructor(name) {
    Object.assign(this, { name, snapshots: [], train: [], valid: [], test: [], spectra: [], every: 1, offset: "0", state: {} });
  }
  async load() {
    const history = await get("history", { run: this.name });
    Object.assign(this, {
      snapshots: [],
      train: [],
      valid: [],
      test: [],
      spectra: [],
      every: history.every,
      offset: `${history.offset}:${history.extra}`,
      state: history.run,
      all: history.snapshots,
      damaged: history.damaged,
      forkedAt: history.run.parent?.update,
    });
    this.add(history.records);
    return this;
  }
  // add adds records. One of an update that is known replaces it.
  add(records) {
    for (const r of records) {
      if (r.event === "look") this.insert(this.snapshots, snapshot(r));
      else if (["train", "valid", "test"].includes(r.event)) this.insert(this[r.event], r);
      else if (r.event === "jacobian" && r.singular_values) this.insert(this.spectra, r);
      else if (r.event === "diverged") this.diverged = r;
    }
    if (this.snapshots.length > most) {
      this.snapshots = this.snapshots.filter((_, i, a) => i % 2 === 0 || i === a.length - 1);
      this.every *= 2;
    }
    if (Math.max(this.train.length, this.valid.length) > 8000) for (const k of ["train", "valid", "test"]) this[k] = this[k].filter((_, i, a) => i % 2 === 0 || i === a.length - 1);
  }
  insert(list, r) {
    let i = list.length;
    while (i > 0 && list[i - 1].update >= r.update) i--;
    list.splice(i, list[i]?.update === r.update ? 1 : 0, r);
  }
  get depth() {
    return this.snapshots[0]?.layers.length || 0;
  }
  // has reports whether some layer has the statistics of a kind.
  has(kind) {
    return this.snapshots.some((s) => s.layers.some((l) => l[kind]));
  }
  // before is the last snapshot up to an update.
  before(update) {
    let found = this.snapshots[0];
    for (const s of this.snapshots) {
      if (s.update > update) break;
      found = s;
    }
    return found;
  }
  get last() {
    return this.snapshots.at(-1);
  }
}

// follow streams what is added to runs, and calls changed(run, kind) for each change. It returns a function that ends it.
export function follow(runs, changed, connected) {
  runs = runs.filter((r) => !r.state.archive);
  if (!runs.length) return () => {};
  const by = new Map(runs.map((r) => [r.name, r]));
  let source,
    ended = false;
  const open = () => {
    source = new EventSource(`/api/events?${query({ run: runs.map((r) => r.name), from: runs.map((r) => r.offset).join(",") })}`);
    const on = (event, f) =>
      source.addEventListener(event, (e) => {
        const d = JSON.parse(e.data),
          r = by.get(d.run);
        if (r) f(r, d);
      });
    on("records", (r, d) => {
      r.add(d.records);
      changed(r, "records");
    });
    on("state", (r, d) => {
      const was = r.state.status;
      r.state = d.state;
      changed(r, was === d.state.status ? "state" : "status");
    });
    on("gone", (r) => {
      r.gone = true;
      changed(r, "gone");
    });
    on("reset", async () => {
      source.close();
      await Promise.all(runs.map((r) => r.load().catch(() => {})));
      if (!ended) {
        open();
        runs.forEach((r) => changed(r, "records"));
      }
    });
    source.onopen = () => connected(true);
    source.onerror = () => {
      connected(false);
      if (source.readyState === EventSource.CLOSED && !ended)
        setTimeout(() => {
          if (!ended) open();
        }, 2000);
    };
  };
  open();
  return () => {
    ended = true;
    source.close();
  };
}

// column makes a series of one quantity of a layer, such as "z/std", at all snapshots.
export const column = (run, layer, name) => run.snapshots.map((s) => [s.update, quantity(s.layers[layer], name)]);
export function quantity(layer, name) {
  let v = layer;
  for (const part of name.split("/")) v = v?.[part] ?? (v === layer ? layer?.measures?.[part] : undefined);
  return isNumber(v) ? v : undefined;
}
// layerName is the name of a layer: that which a run of another program gives it, or Layer 1, Layer 2, … and Output.
export const layerName = (i, n, layers) => layers?.[i]?.name || (i === n - 1 ? "Output" : `Layer ${i + 1}`);
