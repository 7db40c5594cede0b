// The command palette: the server finds, this moves through what it found. Its form works as a page as well.
import { chosen } from "./queue.js";

let timer = 0, started = false, run = () => false;
const dialog = () => document.getElementById("palette");
const input = () => document.getElementById("palette-q");
const options = () => [...document.querySelectorAll("#palette-list [role=option]:not([aria-disabled])")];

function mark(to) {
  const all = options();
  all.forEach((option, index) => option.setAttribute("aria-selected", String(index === to)));
  all[to]?.scrollIntoView({ block: "nearest" });
  if (all[to]) input().setAttribute("aria-activedescendant", all[to].id); else input().removeAttribute("aria-activedescendant");
}

function ask() { // the field's own request (hx-sync): a newer question takes the place of an older one, whose answer comes to nothing
  const here = document.querySelector("#bulk") ? chosen().size : 0;
  window.htmx.ajax("GET", `/desk/palette?chosen=${here}`, { source: input(), target: "#palette-list", swap: "outerHTML" })
    .then(() => mark(0), () => {});
}

export function find(press) {
  run = press;
  if (!started) start();
  ask();
}

function choose(option) {
  if (!option) return;
  const action = option.dataset.press;
  dialog().close();
  if (action) run(action); else location.href = option.href;
}

function start() {
  started = true;
  dialog().addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 120); });
  dialog().addEventListener("keydown", (event) => {
    const all = options(), at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (all.length) mark((at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length);
    } else if (event.key === "Escape") {
      event.preventDefault(); // a search field would only be emptied by it
      event.stopPropagation();
      dialog().close();
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      choose(all[at]);
    }
  });
  dialog().addEventListener("click", (event) => {
    const option = event.target.closest("[role=option][href]");
    if (option) { event.preventDefault(); choose(option); } else if (event.target === dialog()) dialog().close();
  });
}
