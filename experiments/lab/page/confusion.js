// Confusion matrices: how often the images of each class got each prediction.
import { h, s, get, percent, whole, isNumber } from "./util.js";
import { Figure, text } from "./chart.js";
import { painter } from "./layers.js";

// matrix draws a matrix whose rows are classes and whose columns are predictions. A cell's colour is its share of the images of its class.
export function matrix(width, t, m) {
  const n = m.length,
    left = 40,
    top = 6,
    bottom = 36,
    size = Math.min(width - left - 8, 440),
    cell = size / n,
    height = top + size + bottom;
  const svg = s("svg", { width, height, viewBox: `0 0 ${width} ${height}` }),
    sums = m.map((row) => row.reduce((a, b) => a + b, 0)),
    share = (i, k) => (sums[i] ? m[i][k] / sums[i] : 0),
    paint = painter(t),
    canvas = h("canvas", { width: n, height: n }),
    c = canvas.getContext("2d"),
    image = c.createImageData(n, n),
    labels = [];
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) {
      const rgb = paint(share(i, k));
      image.data.set([...rgb, 255], 4 * (i * n + k));
      const digits = String(m[i][k]);
      if (m[i][k] && cell > 8 * digits.length)
        labels.push(
          text(left + (k + 0.5) * cell, top + (i + 0.5) * cell + 4, digits, t, {
            "text-anchor": "middle",
            fill: rgb[0] * 0.3 + rgb[1] * 0.6 + rgb[2] * 0.1 > 140 ? "#000" : "#fff",
          }),
        );
    }
  c.putImageData(image, 0, 0);
  const cursor = s("rect", { width: cell, height: cell, fill: "none", stroke: t.warn, "stroke-width": 2, visibility: "hidden" });
  svg.append(
    s("image", { x: left, y: top, width: size, height: size, href: canvas.toDataURL(), preserveAspectRatio: "none", "image-rendering": "pixelated" }),
    ...labels,
  );
  const step = Math.ceil((n * 18) / size),
    middle = (i) => (i + 0.5) * cell;
  for (let i = 0; i < n; i += step)
    svg.append(
      text(left - 7, top + middle(i) + 4, i, t, { "text-anchor": "end" }),
      text(left + middle(i), top + size + 15, i, t, { "text-anchor": "middle" }),
    );
  svg.append(
    text(left + size / 2, height - 4, "predicted class", t, { "text-anchor": "middle" }),
    text(0, 0, "class", t, { transform: `translate(12 ${top + size / 2}) rotate(-90)`, "text-anchor": "middle" }),
    cursor,
  );
  const index = (p) => Math.floor(p / cell),
    right = m.reduce((a, row, i) => a + row[i], 0),
    all = sums.reduce((a, b) => a + b, 0);
  return {
    svg,
    cursor,
    xs: Array.from({ length: n * n }, (_, j) => j),
    row: n,
    place: (j) => [left + (j % n) * cell, top + Math.floor(j / n) * cell],
    nearest: (x, y) => {
      const i = index(y - top),
        k = index(x - left);
      return i >= 0 && i < n && k >= 0 && k < n ? i * n + k : undefined;
    },
    at: (j) => {
      const i = Math.floor(j / n),
        k = j % n;
      return `class ${i} predicted as ${k}: ${whole(m[i][k])} of ${whole(sums[i])} images, ${percent(share(i, k))}`;
    },
    summary: `${n} classes; ${whole(right)} of ${whole(all)} images are right`,
  };
}

// confusions are the charts of the matrices at the time that is shown, which are read from the server one by one.
export function confusions(v) {
  const r = v.run,
    empty = (width) => ({ svg: s("svg", { width, height: 60 }) });
  let known = { update: undefined },
    wanted,
    request,
    timer;
  const figures = [
    ["test", "Confusion matrix of the test images"],
    ["valid", "Confusion matrix of the validation images"],
  ].map(([set, title]) => {
    const f = new Figure({
      title,
      draw: (w, t) => (known[set] ? matrix(w, t, known[set]) : empty(w)),
      csv: () => [["update", "class", "prediction", "count"]].concat((known[set] || []).flatMap((row, i) => row.map((count, k) => [known.update, i, k, count]))),
    });
    f.element.dataset.confusion = set;
    return f;
  });
  const has = (list) => list.findLast((x) => x.confusion && x.update <= (v.mark() ?? Infinity))?.update;
  async function load() {
    request = new AbortController();
    try {
      known = await get("confusion", { run: r.name, update: wanted }, request.signal);
    } catch (e) {
      if (e.name === "AbortError") return;
      known = { update: wanted, problem: e.message };
    }
    show();
  }
  function show() {
    for (const f of figures) {
      f.note = known.problem || `After update ${whole(known.update)}. Each row is a class; darker means a larger share of it (in the dark theme: brighter).`;
      f.update();
    }
  }
  function update() {
    const u = Math.max(has(r.test) ?? -1, has(r.valid) ?? -1);
    for (const f of figures) f.element.hidden = u < 0;
    if (u < 0 || u === wanted) return;
    wanted = u;
    request?.abort();
    clearTimeout(timer);
    timer = setTimeout(load, isNumber(known.update) ? 60 : 0);
  }
  return {
    figures,
    update,
    stop: () => {
      request?.abort();
      clearTimeout(timer);
    },
  };
}
