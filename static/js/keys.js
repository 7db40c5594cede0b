// Single keys, only outside of fields and only if the person wants them. What a key means comes from the server
// (desk/keys.py); a key presses what carries its action's name in data-key, so a new button needs no script.
import { moveCursor, extend, selectCursor, ensureChosen } from "./queue.js";

const [first, second] = JSON.parse(document.querySelector("[data-keymap]")?.dataset.keymap || "[{},{}]");
const elsewhere = { status: "#pick-status", priority: "#pick-priority", assign: "#pick-assignee", next: "[data-next]", previous: "[data-previous]",
  tag: "#pick-more", macro: "#macros-open", take: "button[name=assignee][value=me]", undo: "[data-undo]" };
const bulk = new Set(["assign", "take", "status", "priority", "tag", "macro"]);
let prefix = false, palette = null;

const visible = (element) => element.getClientRects().length > 0;

export function press(action) {
  const found = [...document.querySelectorAll(`[data-key="${action}"]`)];
  const target = found.find(visible) ?? found[0] ?? document.querySelector(elsewhere[action] ?? "[data-no]");
  if (!target) return false;
  if (target.matches("input, textarea, select, summary")) target.focus();
  target.click();
  return true;
}

// What a menu holds may come later; then it gets the focus.
function enter(selector) {
  const go = () => {
    const found = document.querySelector(selector);
    if (!found) return;
    document.removeEventListener("htmx:afterSettle", go);
    found.focus();
  };
  document.addEventListener("htmx:afterSettle", go);
  go();
}

function compose(mode) {
  document.getElementById(`mode-${mode}`)?.click();
  document.getElementById("words")?.focus();
}

async function help() {
  const dialog = document.getElementById("keys");
  if (!dialog || dialog.open) return;
  dialog.showModal();
  dialog.querySelector("h2").focus();
  await window.htmx.ajax("GET", "/desk/me/keys", { source: "#keys-help", target: "#keys-help", swap: "outerHTML" }).catch(() => {});
}

const actions = {
  help,
  search: () => document.getElementById("search")?.focus(),
  go: () => { prefix = true; setTimeout(() => { prefix = false; }, 1500); },
  next: () => moveCursor(1) || press("next"),
  previous: () => moveCursor(-1) || press("previous"),
  select: selectCursor,
  reply: () => compose("reply"),
  note: () => compose("note"),
  tag: () => press("tag") && enter("#tags"),
  macro: () => press("macro") && enter("#macros .macro"),
  undo: () => press("undo") || document.getElementById("ticket") || (location.href = "/desk/bulk/last"),
};

function act(action) {
  if (bulk.has(action)) ensureChosen();
  (actions[action] ?? (() => press(action)))();
}

function escape(event) {
  const open = [...document.querySelectorAll("details.menu[open]")].pop();
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
    return;
  }
  if (event.target.closest("input, textarea, select") || document.querySelector("dialog[open]")) return;
  const back = document.querySelector(".tk__title a[href^='/desk/views/']");
  // Going back in history finds the line and the scroll as they were left.
  if (back && document.referrer.startsWith(`${location.origin}/desk/views/`)) history.back(); else back?.click();
}

// The field is there at once, for whoever types on; what it finds comes with its own script.
function openPalette() {
  const dialog = document.getElementById("palette"), field = document.getElementById("palette-q");
  if (!dialog || dialog.open) return;
  field.value = "";
  dialog.showModal();
  field.focus();
  palette = import("./palette.js");
  palette.then((module) => module.find(press), () => { palette = null; });
}

function entered(event) {
  if (!palette) return;
  event.preventDefault();
  palette.then((module) => module.take());
}

function onKey(event) {
  const field = event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const held = event.ctrlKey || event.metaKey;
  if (held && event.key.toLowerCase() === "k") { event.preventDefault(); openPalette(); return; }
  const form = field?.form ?? event.target.closest("#composer");
  if (held && event.key === "Enter" && form) { event.preventDefault(); form.requestSubmit(form.querySelector("[data-send]")); return; }
  if (event.key === "Escape") { escape(event); return; }
  if (field || held || event.altKey || event.isComposing || document.body.dataset.shortcuts === "off" || document.querySelector("dialog[open]")) return;
  if (prefix) {
    prefix = false;
    const action = second[event.key];
    if (action) { event.preventDefault(); press(action); }
    return;
  }
  const action = first[event.key];
  if (action) { event.preventDefault(); act(action); return; }
  const small = event.shiftKey ? first[event.key.toLowerCase()] : undefined;
  if (small === "next" || small === "previous") { event.preventDefault(); extend(small === "next" ? 1 : -1); }
}

export function startKeys() {
  document.addEventListener("keydown", onKey);
  document.getElementById("palette")?.addEventListener("submit", entered);
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
}
