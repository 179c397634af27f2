// The Jacobians: their singular values after one update, and how they are measured for a run.
import { h, post, layerColor, whole } from "./util.js";
import { Figure, lines } from "./chart.js";

// spectra draws the singular values of Jacobians in descending order.
export const spectra = (width, t, values = []) =>
  lines(width, t, {
    x: { label: "rank", name: "rank" },
    y: { label: "", zero: true },
    series: values.map((v, i) => ({ name: `Layer ${i + 1} to ${i + 2}`, color: layerColor(i, values.length, t), points: v.map((y, k) => [k + 1, y]) })),
  });
export const spectraCSV = (values) => [["layer", "rank", "value"]].concat(values.flatMap((l, i) => l.map((v, k) => [i + 1, k + 1, v])));

// measuring is the chart of the Jacobians at the time that is shown, with the button that measures them there.
export function measuring(v) {
  const r = v.run;
  let request, found;
  const chart = new Figure({
    title: "Singular values of the Jacobians",
    draw: (w, t) => spectra(w, t, found?.singular_values),
    csv: () => spectraCSV(found.singular_values),
  });
  const status = h("span", { class: "note", role: "status" });
  const button = h("button", { onclick: () => (request ? request.abort() : measure()) });
  const bar = h("div", { class: "bar" }, button, status);

  async function measure() {
    const at = v.mark();
    request = new AbortController();
    status.classList.remove("bad");
    status.textContent = `Training again from the nearest checkpoint to update ${whole(at)} …`;
    update();
    try {
      const { record, kept } = await post("jacobians", { run: r.name, at }, request.signal);
      r.add([record]);
      status.textContent =
        `Measured after update ${whole(record.update)}.` +
        (record.update === at ? "" : ` The time did not suffice for update ${whole(at)}, which is too far from the checkpoint before it.`) +
        (kept ? "" : " The values are not kept with the run.");
      v.redraw();
    } catch (e) {
      status.textContent = e.name === "AbortError" ? "" : e.message;
      status.classList.toggle("bad", e.name !== "AbortError");
    } finally {
      request = undefined;
      update();
    }
  }
  function update() {
    found = r.spectra.findLast((s) => s.update <= v.mark());
    button.textContent = request ? "Stop measuring" : "Jacobian spectra at this update";
    bar.hidden = !!r.state.program || r.last === undefined;
    chart.element.hidden = !found;
    if (!found) return;
    chart.note = `After update ${whole(found.update)}, between neighbouring hidden layers, on one test image, in descending order.`;
    chart.update();
  }
  return { bar, chart, update, stop: () => request?.abort() };
}
