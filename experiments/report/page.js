"use strict";
// What a page has beyond its text: lines that a click on the legend hides, a slider where a figure has several times, and the numbers under
// the pointer or, with the arrow keys, at the cursor of a chart. Everything is readable without it.

// A link to what is folded opens it.
function reveal() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let d = target && target.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
  if (target) target.scrollIntoView();
}
addEventListener("hashchange", reveal);
reveal();

const written = v => v === null || v === undefined ? "" : String(v).replace("-", "\u2212");

// toggles makes buttons of a figure's legend.
function toggles(figure) {
  figure.querySelectorAll(".legend li").forEach((item, key) => {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-pressed", "true");
    button.append(...item.childNodes);
    button.addEventListener("click", () => {
      const shown = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", shown);
      figure.querySelectorAll(`[data-key="${key}"]`).forEach(g => g.classList.toggle("hidden", !shown));
    });
    item.append(button);
  });
}

// times puts the panels of all times in one place, where a slider chooses the time.
function times(figure) {
  const others = figure.querySelector(".times");
  if (!others) return;
  const plate = figure.querySelector(".plate"), last = plate.querySelector(".panels");
  const all = [...others.querySelectorAll(".panels"), last];
  const label = document.createElement("label"), slider = document.createElement("input"), output = document.createElement("output");
  label.className = "time";
  Object.assign(slider, { type: "range", min: 0, max: all.length - 1, value: all.length - 1 });
  label.append("Time", slider, output);
  plate.prepend(label);
  all.forEach(panels => plate.insertBefore(panels, last.nextSibling));
  others.remove();
  function show() {
    all.forEach((panels, i) => panels.classList.toggle("hidden", i !== Number(slider.value)));
    output.textContent = all[slider.value].dataset.time;
    slider.setAttribute("aria-valuetext", output.textContent);
  }
  slider.addEventListener("input", show);
  show();
}

// nearest is the index of the number next to x among those of a rising list.
function nearest(list, x) {
  let best = 0;
  list.forEach((v, i) => { if (Math.abs(v - x) < Math.abs(list[best] - x)) best = i; });
  return best;
}

// reading is a chart that tells its numbers at a cursor.
function reading(panel, chart, figure) {
  const svg = panel.querySelector("svg"), box = svg.viewBox.baseVal, [left, top, right, bottom] = chart.frame;
  const grid = chart.at.reduce((longest, at) => at.length > longest.length ? at : longest, []);
  if (!grid.length) return;
  const scale = chart.log ? Math.log : v => v, [low, high] = chart.x.map(scale);
  const inside = grid.map((v, i) => i).filter(i => grid[i] >= chart.x[0] && grid[i] <= chart.x[1]);
  if (!inside.length) return;
  const place = x => left + (scale(x) - low) / (high - low) * (right - left);
  const cursor = document.createElement("div"), readout = document.createElement("div");
  cursor.className = "cursor";
  readout.className = "readout";
  let at = 0; // of inside

  function hide() { cursor.remove(); readout.remove(); }
  function show() {
    const x = grid[inside[at]], spoken = [];
    readout.textContent = `${chart.label}: ${written(x)}`;
    for (const s of chart.series) {
      const xs = chart.at[s.at], i = nearest(xs, x), step = Math.abs((xs[i + 1] ?? xs[i]) - (xs[i - 1] ?? xs[i]));
      const pressed = figure.querySelectorAll(".legend button")[s.key]?.getAttribute("aria-pressed");
      if (s.y[i] === null || pressed === "false" || Math.abs(xs[i] - x) > step) continue;
      const line = document.createElement("div"), dot = document.createElement("i"), value = document.createElement("b");
      dot.style.background = s.color;
      value.textContent = written(s.y[i]);
      line.append(value, dot, s.name);
      readout.append(line);
      spoken.push(`${s.name} ${s.y[i]}`);
    }
    panel.setAttribute("aria-valuenow", x);
    panel.setAttribute("aria-valuetext", `${chart.label} ${x}: ${spoken.join(", ")}`);
    const k = svg.clientWidth / box.width, px = place(x) * k;
    Object.assign(cursor.style, { left: `${px}px`, top: `${top * k}px`, height: `${(bottom - top) * k}px` });
    panel.append(cursor, readout);
    const width = readout.offsetWidth, room = panel.clientWidth;
    const beside = px + 10 + width <= room ? px + 10 : px - 10 - width;
    Object.assign(readout.style, { left: `${Math.max(0, Math.min(beside, room - width))}px`, top: `${top * k + 4}px` });
  }

  panel.tabIndex = 0;
  panel.setAttribute("role", "slider");
  panel.setAttribute("aria-valuemin", grid[inside[0]]);
  panel.setAttribute("aria-valuemax", grid[inside[inside.length - 1]]);
  panel.setAttribute("aria-valuenow", grid[inside[0]]);
  panel.addEventListener("pointermove", e => {
    const r = svg.getBoundingClientRect(), x = (e.clientX - r.left) / r.width * box.width;
    const value = low + (x - left) / (right - left) * (high - low);
    at = nearest(inside.map(i => scale(grid[i])), value);
    show();
  });
  panel.addEventListener("pointerleave", hide);
  panel.addEventListener("focus", () => { if (panel.matches(":focus-visible")) show(); });
  panel.addEventListener("blur", hide);
  panel.addEventListener("keydown", e => {
    const last = inside.length - 1, far = Math.max(1, Math.round(last / 10));
    const to = { ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, PageDown: at - far, PageUp: at + far, Home: 0, End: last }[e.key];
    if (e.key === "Escape") hide();
    if (to === undefined) return;
    e.preventDefault();
    at = Math.max(0, Math.min(last, to));
    show();
  });
}

for (const figure of document.querySelectorAll("figure")) {
  toggles(figure);
  const data = figure.querySelector("script[type='application/json']");
  const charts = data ? JSON.parse(data.textContent).charts : [];
  figure.querySelectorAll(".panel").forEach((panel, i) => { if (charts[i]) reading(panel, charts[i], figure); });
  times(figure); // which moves the panels
}
