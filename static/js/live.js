// Live pages: the stream says that something changed, the ordinary address gives it.
// Nothing moves under the pointer, the keyboard cursor or an open menu; then a button offers the changes.
import { count, say } from "./words.js";

const waiting = new Set();
let paused = false, timer = 0, lastInput = 0, unasked = false, refused = false, source, lastNews = Date.now(), updated = Date.now();

const area = () => document.querySelector("[data-live]");
const isQueue = (root) => root?.id === "queue";

// Something is open or being filled in: what is in it would be lost.
function occupied(root, anyFocus) {
  const focus = document.activeElement;
  const inField = root.contains(focus) && (anyFocus || focus.matches("input:not([type=checkbox]), textarea, select"));
  return inField || root.querySelector("details[open]") || document.querySelector("dialog[open]");
}

function busy() {
  const root = area();
  if (!root) return true;
  const handled = root.matches(":hover") || root.contains(document.activeElement) || root.querySelector(".is-cursor");
  return occupied(root) || (handled && Date.now() - lastInput < 5000);
}

// The line that the eye rests on stays where it is on the screen.
function held(root) {
  const row = root.querySelector("tr.row.is-cursor") ?? root.querySelector("tr.row:hover");
  return row ? { id: row.id, top: row.getBoundingClientRect().top, at: [...root.querySelectorAll("tr.row")].indexOf(row), cursor: row.classList.contains("is-cursor") } : null;
}

function hold(before) {
  if (!before) return;
  const all = [...document.querySelectorAll("tr.row")];
  const row = document.getElementById(before.id) ?? all[Math.min(before.at, all.length - 1)];
  if (!row) return;
  if (before.cursor) row.classList.add("is-cursor");
  scrollBy(0, row.getBoundingClientRect().top - before.top);
}

function apply(asked) {
  const root = area();
  if (!root) return;
  const changed = [...waiting], before = held(root);
  unasked = !asked;
  refused = false;
  waiting.clear();
  clearTimeout(timer);
  offer();
  window.htmx.ajax("GET", location.href, { source: root, target: `#${root.id}`, swap: "outerHTML" }).then(() => {
    if (refused) {
      changed.forEach((number) => waiting.add(number));
      attempt();
      return;
    }
    if (isQueue(area())) {
      hold(before);
      changed.forEach((number) => document.getElementById(`row-${number}`)?.classList.add("was-changed"));
      setTimeout(() => document.querySelectorAll(".was-changed").forEach((row) => row.classList.remove("was-changed")), 4000);
    }
    document.body?.dispatchEvent(new Event("ticket-changed"));
    updated = Date.now();
    note();
  }, () => {}); // it looks again by itself
}

// What was opened while the answer was on its way stays; the answer comes again later.
function keep({ detail }) {
  const own = unasked && detail.requestConfig.elt === area(), panel = detail.requestConfig.triggeringEvent?.type === "ticket-changed";
  if ((!own && !panel) || !occupied(detail.target, panel)) return;
  detail.shouldSwap = false;
  refused = own;
}

function attempt() {
  clearTimeout(timer);
  if (busy()) {
    offer();
    timer = setTimeout(attempt, 1000);
  } else apply();
}

function note() {
  const text = document.querySelector("[data-live-note]");
  if (!text) return;
  const seconds = Math.round((Date.now() - updated) / 1000);
  text.textContent = paused ? say("Paused") : seconds < 5 ? say("Live, updated just now") : seconds < 60 ? say("Live, updated {seconds} s ago", { seconds }) : say("Live");
  text.classList.toggle("is-paused", paused);
}

function offer() {
  const bar = document.querySelector("[data-live-offer]");
  if (!bar) return;
  const words = count("{n} change", "{n} changes", waiting.size);
  const isNew = waiting.size > 0 && bar.hidden;
  bar.hidden = waiting.size === 0;
  bar.querySelector("button").textContent = words;
  if (isNew) document.getElementById("status").textContent = say("{changes} waiting", { changes: words });
}

const refresh = (selector) => { if (document.querySelector(selector)) window.htmx.trigger(selector, "refresh"); };

function changed(news) {
  const root = area();
  if (!root) return;
  if (news.kind === "news") { refresh("#bell"); return; }
  if (news.kind === "presence") {
    if (isQueue(root)) refresh("#presence");
    else document.dispatchEvent(new CustomEvent("supportdesk:presence", { detail: news }));
    return;
  }
  const only = root.dataset.ticket;
  if (only && String(news.ticket) !== only) return;
  if (root.dataset.kinds && !news.kind?.startsWith(root.dataset.kinds)) return;
  waiting.add(news.ticket);
  document.getElementById(`row-${news.ticket}`)?.classList.add("is-changed");
  if (paused) { offer(); return; }
  clearTimeout(timer);
  timer = setTimeout(attempt, 150);
}

function offline(is) {
  const banner = document.querySelector("[data-offline]");
  if (banner) banner.hidden = !is;
}

function pausing() {
  const button = document.querySelector("[data-pause]");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    paused = !paused;
    button.firstChild.textContent = `${paused ? say("Resume updates") : say("Pause updates")} `;
    note();
    if (!paused && waiting.size) apply(true);
  });
}

export function startLive() {
  const root = area();
  if (!root) return;
  for (const name of ["pointermove", "keydown", "pointerdown", "wheel"]) document.addEventListener(name, () => { lastInput = Date.now(); }, { passive: true });
  document.querySelector("[data-live-offer] button")?.addEventListener("click", () => {
    apply(true);
    if (document.activeElement?.closest("[data-live-offer]") || document.activeElement === document.body) document.querySelector("h1")?.focus();
  });
  document.addEventListener("htmx:beforeSwap", keep);
  pausing();
  const [loaded] = performance.getEntriesByType("navigation");
  const open = (age) => { // what was told since the page was asked for is told again; coming back, the browser names its last event
    source = new EventSource(`${root.dataset.live}?age=${Math.round(age)}`);
    source.addEventListener("hello", () => { lastNews = Date.now(); offline(false); });
    source.addEventListener("change", (message) => { lastNews = Date.now(); changed(JSON.parse(message.data)); });
    source.addEventListener("error", () => { if (source.readyState === EventSource.CLOSED) setTimeout(() => open(Date.now() - lastNews), 5000); });
  };
  open(performance.now() - (loaded?.requestStart ?? 0));
  setInterval(note, 5000);
  // When the stream is away the page looks by itself, and says so after half a minute.
  setInterval(() => {
    if (source.readyState === EventSource.OPEN) { lastNews = Date.now(); return; }
    offline(Date.now() - lastNews > 30000);
    if (!busy() && !paused) apply();
  }, 15000);
  window.addEventListener("pagehide", () => source.close());
}
