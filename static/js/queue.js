// The queue's lines: a keyboard cursor, a choice that lives in the address, and focus that never gets lost in a swap.
import { say } from "./words.js";

let anchor = -1, kept = null;

export const rows = () => [...document.querySelectorAll("tr.row")];
const boxOf = (row) => row?.querySelector("input[name=sel]");
const cursor = () => document.querySelector("tr.row.is-cursor") ?? document.activeElement?.closest("tr.row");

function place(row, focus = true) {
  document.querySelectorAll("tr.is-cursor").forEach((other) => other.classList.remove("is-cursor"));
  if (!row) return;
  row.classList.add("is-cursor");
  history.replaceState({ ...history.state, cursor: row.id }, "");
  if (focus) {
    row.querySelector("a.subj").focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }
}

export function moveCursor(step) {
  const list = rows();
  if (!list.length) return false;
  const at = list.indexOf(cursor());
  place(list[Math.min(list.length - 1, Math.max(0, at + step))]);
  return true;
}

export function selectCursor() {
  const row = cursor() ?? rows()[0], box = boxOf(row);
  if (!box) return;
  place(row);
  box.checked = !box.checked;
  anchor = rows().indexOf(row);
  chosenChanged();
}

export function extend(step) {
  const from = cursor();
  if (!boxOf(from)) return;
  boxOf(from).checked = true;
  moveCursor(step);
  boxOf(cursor()).checked = true;
  chosenChanged();
}

// An action without a choice means the line under the cursor.
export function ensureChosen() {
  if (document.querySelector("#bulk") && !chosen().size && boxOf(cursor())) { boxOf(cursor()).checked = true; chosenChanged(); }
}

export function chosen() {
  const found = new Set([...document.querySelectorAll("#bulk input[type=hidden][name=sel]")].map((input) => input.value));
  document.querySelectorAll("#bulk input[type=checkbox][name=sel]:checked").forEach((box) => found.add(box.value));
  return found;
}

function withChoice(address) {
  const url = new URL(address, location.href), all = [...chosen()];
  url.searchParams.delete("sel");
  url.searchParams.delete("done");
  if (all.length) url.searchParams.set("sel", all.join(","));
  return url;
}

function chosenChanged() {
  const all = chosen();
  history.replaceState(history.state, "", withChoice(location.href));
  showChoice();
  const status = document.getElementById("status");
  if (status) status.textContent = say("{n} selected", { n: all.size });
}

function showChoice() {
  const all = chosen(), bar = document.querySelector(".bulk"), boxes = rows().map(boxOf).filter(Boolean);
  if (!bar) return;
  bar.classList.toggle("is-on", all.size > 0);
  bar.querySelector("[data-chosen]").textContent = all.size;
  const head = document.querySelector("[data-all]");
  head.hidden = false;
  head.checked = boxes.length > 0 && boxes.every((box) => box.checked);
  head.indeterminate = !head.checked && boxes.some((box) => box.checked);
}

function onClick(event) {
  const box = event.target.closest("#bulk input[type=checkbox]");
  if (box?.matches("[data-all]")) {
    rows().forEach((row) => { boxOf(row).checked = box.checked; });
    chosenChanged();
  } else if (box?.name === "sel") {
    const list = rows(), here = list.indexOf(box.closest("tr.row"));
    if (event.shiftKey && anchor >= 0) {
      list.slice(Math.min(anchor, here), Math.max(anchor, here) + 1).forEach((row) => { boxOf(row).checked = box.checked; });
    }
    anchor = here;
    chosenChanged();
  }
  const link = event.target.closest("#queue nav[aria-label=Pages] a, #queue thead a");
  if (link && document.querySelector("#bulk")) link.href = withChoice(link.href);
}

function beforeSwap(event) {
  const active = document.activeElement, row = active?.closest("tr.row");
  kept = event.detail.target?.contains(active) ? { id: active.id, at: rows().indexOf(row) } : null;
}

// htmx gives the focus back to what has the same id; what has gone hands it to the next line, and at last to the heading.
function afterSwap() {
  showChoice();
  const box = document.activeElement?.closest(".menu__box");
  if (!kept || (document.activeElement && document.activeElement !== document.body) || box) return;
  const list = rows();
  const target = (kept.id && document.getElementById(kept.id)) || list[Math.min(Math.max(kept.at, 0), list.length - 1)]?.querySelector("a.subj") || document.querySelector("h1");
  if (target.tagName === "H1") target.tabIndex = -1;
  target.focus({ preventScroll: true });
}

function filters() {
  // A popover's own inputs come when it is opened; the first of them takes the focus.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (/^f-/.test(event.target.id) && event.target.closest("details[open]")) event.target.querySelector("input:not([type=hidden])")?.focus();
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-filters]")) return;
    event.target.querySelectorAll("input[name=find], input:not([type=hidden]):not([type=checkbox])").forEach((input) => { if (input.name === "find" || !input.value) input.disabled = true; });
  });
}

export function startQueue() {
  document.addEventListener("click", onClick);
  document.addEventListener("htmx:beforeSwap", beforeSwap);
  document.addEventListener("htmx:afterSwap", afterSwap);
  filters();
  showChoice();
  if (new URLSearchParams(location.search).has("done")) history.replaceState(history.state, "", withChoice(location.href));
  if (history.state?.cursor) {
    const row = document.getElementById(history.state.cursor);
    if (row) { row.classList.add("is-cursor"); row.querySelector("a.subj").focus({ preventScroll: true }); }
  }
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.("tr.row");
    if (row && event.target.matches("a.subj") && !row.classList.contains("is-cursor")) place(row, false);
  });
}
