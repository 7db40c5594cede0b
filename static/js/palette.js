// The command palette: the server finds, this moves through what it found. Its form works as a page as well.
import { chosen } from "./queue.js";
import { say } from "./words.js";

let timer = 0, found = null, started = false, run = () => false;
const dialog = () => document.getElementById("palette");
const input = () => document.getElementById("palette-q");
const list = () => document.getElementById("palette-list");
const options = () => [...document.querySelectorAll("#palette-list [role=option]:not([aria-disabled])")];

function mark(to) {
  const all = options();
  all.forEach((option, index) => option.setAttribute("aria-selected", String(index === to)));
  all[to]?.scrollIntoView({ block: "nearest" });
  if (all[to]) input().setAttribute("aria-activedescendant", all[to].id); else input().removeAttribute("aria-activedescendant");
}

function ask() {
  const words = encodeURIComponent(input().value);
  const here = document.querySelector("#bulk") ? chosen().size : 0;
  const asked = input().value;
  clearTimeout(timer);
  return fetch(`/desk/palette?q=${words}&chosen=${here}`, { headers: { "HX-Request": "true", "HX-Target": "palette-list" } })
    .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error("refused"))))
    .then((html) => {
      if (input().value !== asked) return; // typed on: the next answer counts
      list().outerHTML = html;
      found = asked;
      mark(0);
    }, () => {
      const told = document.createElement("div");
      told.setAttribute("role", "option");
      told.setAttribute("aria-disabled", "true");
      told.textContent = say("No connection to the desk. Type on to try again.");
      list().replaceChildren(told);
    });
}

// Whoever types faster than the answer comes means what is typed, not what is still shown.
export async function take() {
  if (found !== input().value) await ask();
  const all = options();
  if (found === input().value) choose(all.find((option) => option.getAttribute("aria-selected") === "true") ?? all[0]);
}

export function find(press) {
  run = press;
  found = null;
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
      take();
    }
  });
  dialog().addEventListener("click", (event) => {
    const option = event.target.closest("[role=option][href]");
    if (option) { event.preventDefault(); choose(option); } else if (event.target === dialog()) dialog().close();
  });
}
