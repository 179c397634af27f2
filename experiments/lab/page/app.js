// The views, by the address: everything that a reader has chosen is in it.
import { h, get, attempt } from "./util.js";
import { bench } from "./bench.js";
import { run } from "./run.js";
import { runs } from "./runs.js";
import { lecture } from "./lecture.js";

const views = { bench, run, runs, lecture };
const main = document.getElementById("main");
let leave = () => {},
  shown = "",
  info;

// An Address is a view with its state. set changes the state without a new view, go opens another one.
function address() {
  const [view, q = ""] = location.hash.replace(/^#\//, "").split("?");
  return { view: views[view] ? view : "bench", state: new URLSearchParams(q) };
}
function set(changes) {
  const { view, state } = address();
  for (const [name, value] of Object.entries(changes)) {
    state.delete(name);
    for (const v of [value].flat()) if (v !== null && v !== undefined && v !== "") state.append(name, v);
  }
  history.replaceState(null, "", `#/${view}?${state}`);
  shown = location.hash;
}
export const go = (view, values = {}) => {
  const q = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    for (const v of [value].flat()) if (v !== null && v !== undefined && v !== "") q.append(name, v);
  location.hash = `#/${view}?${q}`;
};

async function show() {
  if (location.hash === shown && shown) return;
  shown = location.hash;
  leave();
  leave = () => {};
  const { view, state } = address();
  document.body.className = view;
  document
    .querySelectorAll("nav a")
    .forEach((a) =>
      a.dataset.view === view || (view === "run" && a.dataset.view === "runs")
        ? a.setAttribute("aria-current", "page")
        : a.removeAttribute("aria-current"),
    );
  document.title = { bench: "Bench", run: state.get("run") || "Run", runs: "Runs", lecture: "Lecture" }[view] + " · glorot lab";
  main.replaceChildren(h("p", { class: "waiting" }, "Loading …"));
  const mine = shown;
  try {
    info ||= await get("bench");
    const box = h("div", { class: "view" }),
      end = await views[view](box, state, { set, go, info, connected, shown: () => main.replaceChildren(box) });
    if (shown !== mine && address().view !== view) {
      end?.();
      return;
    }
    leave = end || (() => {});
    if (!box.isConnected) main.replaceChildren(box);
  } catch (e) {
    main.replaceChildren(
      h(
        "div",
        { class: "view" },
        h("h1", {}, "This cannot be shown"),
        h("p", {}, e.message),
        h(
          "p",
          {},
          h(
            "button",
            {
              onclick: () => {
                shown = "";
                show();
              },
            },
            "Try again",
          ),
        ),
      ),
    );
  }
}

function connected(yes) {
  const e = document.getElementById("link");
  e.textContent = yes ? "" : "The server does not answer. Trainings continue; the page connects again by itself.";
}

addEventListener("hashchange", () => attempt(show));
show();
