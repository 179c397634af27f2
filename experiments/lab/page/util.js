// Elements, numbers, colours, requests.

// h makes an element: h("p", {class: "x", onclick: f}, "text", child).
export function h(tag, attributes = {}, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) e.addEventListener(name.slice(2), value);
    else if (name in e && typeof value !== "string") e[name] = value;
    else if (value !== null && value !== undefined) e.setAttribute(name, value);
  }
  e.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== false));
  return e;
}

// s makes an element of SVG.
export function s(tag, attributes = {}, ...children) {
  const e = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined) e.setAttribute(name, value);
  e.append(...children.filter((c) => c !== null && c !== undefined));
  return e;
}

export const isNumber = (v) => typeof v === "number" && Number.isFinite(v);

// num is a number with three digits: 0.0123, 1.23e-7, 12,300.
export function num(v, digits = 3) {
  if (!isNumber(v)) return "–";
  if (v === 0) return "0";
  const size = Math.abs(v);
  if (size >= 1e6 || size < 1e-4) return v.toExponential(Math.max(0, digits - 1)).replace("e+", "e");
  if (size >= 1000) return Math.round(v).toLocaleString("en");
  return String(Number(v.toPrecision(digits)));
}

export const percent = (v) => (isNumber(v) ? (100 * v).toFixed(v < 0.1 ? 2 : 1) + " %" : "–");
export const whole = (v) => Number(v).toLocaleString("en");

export function duration(seconds) {
  if (!seconds || seconds < 0) return "";
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172800) return `${(seconds / 3600).toFixed(1)} h`;
  return `${Math.round(seconds / 86400)} days`;
}

// Themes of drawings. Downloads are always light.
export const light = {
  name: "light",
  text: "#1b2430",
  soft: "#5b6672",
  grid: "#e3e7eb",
  back: "#ffffff",
  accent: "#1f3ab0",
  ghost: "#9aa4ae",
  warn: "#b3261e",
  from: 0,
  to: 0.72,
};
export const dark = {
  name: "dark",
  text: "#e8ecf1",
  soft: "#a3adb8",
  grid: "#2c3540",
  back: "#161c24",
  accent: "#8fb4ff",
  ghost: "#75808c",
  warn: "#ff8a80",
  from: 0.32,
  to: 0.97,
};
const scheme = matchMedia("(prefers-color-scheme: dark)");
export const theme = () => (scheme.matches ? dark : light);
export const onTheme = (f) => scheme.addEventListener("change", f);

// Viridis (Smith and van der Walt 2015) at ten points.
const points = ["440154", "482878", "3e4989", "31688e", "26828e", "1f9e89", "35b779", "6ece58", "b5de2b", "fde725"].map((c) =>
  [0, 2, 4].map((i) => parseInt(c.slice(i, i + 2), 16)),
);
export function viridis(t) {
  const at = Math.min(Math.max(t, 0), 1) * (points.length - 1),
    i = Math.min(Math.floor(at), points.length - 2);
  return points[i].map((v, k) => Math.round(v + (points[i + 1][k] - v) * (at - i)));
}
const css = (rgb) => "#" + rgb.map((v) => v.toString(16).padStart(2, "0")).join("");
// layerColor is ordered: the deeper a layer, the lighter.
export const layerColor = (i, n, t) => css(viridis(t.from + (t.to - t.from) * (n > 1 ? i / (n - 1) : 0.4)));

const hues = {
  light: ["#c2281b", "#1f3ab0", "#1f9654", "#8a3ab0", "#b06a00", "#0e8fa8", "#1b2430", "#b0307a"],
  dark: ["#ff8a7a", "#8fb4ff", "#6fd69b", "#d3a4ff", "#ffc266", "#62d6ee", "#e8ecf1", "#ff9ad0"],
};
const dashes = [null, null, "6 3", null, "2 2", null, "8 3 2 3", null];
// category is the style of the i-th of several runs.
export const category = (i, t) => ({ color: hues[t.name][i % 8], dash: i >= 8 ? "4 3" : dashes[i % 8] });

// get and post ask the server. An error has the server's words.
async function answer(response) {
  const value = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(value.error || `the server answered ${response.status}`);
  return value;
}
export const query = (values) => {
  const q = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    for (const v of [value].flat()) if (v !== undefined && v !== null && v !== "") q.append(name, v);
  return q.toString();
};
export const get = async (path, values = {}, signal) => answer(await fetch(`/api/${path}?${query(values)}`, { signal }));
export const post = async (path, order, signal) =>
  answer(await fetch(`/api/${path}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(order), signal }));

// poller makes a function that asks the server again and again, and returns null where the answer is the one before.
export function poller(path) {
  let asked, tag;
  return async (values) => {
    const q = query(values),
      headers = q === asked ? { "If-None-Match": tag } : {};
    asked = undefined; // after an error, which the page shows, the answer is needed again
    const response = await fetch(`/api/${path}?${q}`, { headers }),
      same = response.status === 304,
      value = same ? null : await answer(response);
    [asked, tag] = [q, same ? headers["If-None-Match"] : response.headers.get("ETag")];
    return value;
  };
}

let hide;
export function toast(text, action) {
  const box = document.getElementById("toast");
  box.replaceChildren(
    h("span", {}, text),
    action
      ? h(
          "button",
          {
            onclick: () => {
              box.replaceChildren();
              action.do();
            },
          },
          action.name,
        )
      : "",
  );
  clearTimeout(hide);
  hide = setTimeout(() => box.replaceChildren(), 12000);
}
// attempt does something that may fail, and says why it did.
export async function attempt(f) {
  try {
    return await f();
  } catch (e) {
    if (e.name !== "AbortError") toast(e.message);
  }
}

// ask asks for a text, and returns null if the reader cancels.
export function ask(title, label, value) {
  return new Promise((resolve) => {
    const field = h("input", { type: "text", id: "asked", class: "long", value, autocomplete: "off" });
    const dialog = h(
      "dialog",
      {
        "aria-labelledby": "asktitle",
        onclose: () => {
          resolve(dialog.returnValue === "ok" ? field.value.trim() : null);
          dialog.remove();
        },
      },
      h(
        "form",
        { method: "dialog" },
        h("h3", { id: "asktitle" }, title),
        h("label", { for: "asked" }, label),
        field,
        h(
          "div",
          { class: "bar" },
          h("button", { type: "button", onclick: () => dialog.close() }, "Cancel"),
          h("button", { class: "primary", value: "ok" }, "OK"),
        ),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
    field.select();
  });
}

export function save(name, content) {
  const url = URL.createObjectURL(content),
    a = h("a", { href: url, download: name });
  a.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

// toCSV writes rows of values.
export const toCSV = (rows) =>
  rows.map((r) => r.map((v) => (/[",\n]/.test(String(v ?? "")) ? `"${String(v).replaceAll('"', '""')}"` : String(v ?? ""))).join(",")).join("\n") +
  "\n";
