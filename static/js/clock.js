// Countdowns. The server says when; this only counts, from the server's own time.
import { say } from "./words.js";

const loaded = performance.now();
const serverTime = Date.parse(document.querySelector("meta[name=server-time]")?.content ?? "") || Date.now();
const now = () => serverTime + (performance.now() - loaded);

export function words(ms) {
  const minutes = Math.floor(Math.abs(ms) / 60000);
  const two = (amount) => String(amount).padStart(2, "0");
  if (minutes < 60) return Math.abs(ms) < 300000 ? say("{minutes}m {seconds}s", { minutes, seconds: two(Math.floor(Math.abs(ms) / 1000) % 60) }) : say("{minutes}m", { minutes });
  const hours = Math.floor(minutes / 60), days = Math.floor(hours / 24);
  if (hours < 24) return minutes % 60 ? say("{hours}h {minutes}m", { hours, minutes: two(minutes % 60) }) : say("{hours}h", { hours });
  return hours % 24 ? say("{days}d {hours}h", { days, hours: hours % 24 }) : say("{days}d", { days });
}

function draw(badge) {
  const due = Date.parse(badge.dataset.due), warn = Date.parse(badge.dataset.warn ?? "");
  const left = due - now();
  const kind = left < 0 ? "over" : (warn && warn <= now()) || left <= 0 ? "soon" : "ok";
  const before = badge.dataset.kind;
  const text = kind === "over" ? say("{span} over", { span: words(left) }) : kind === "soon" ? say("{span} left", { span: words(left) }) : words(left);
  const label = badge.querySelector("[data-words]");
  if (label.textContent !== text) label.textContent = text;
  if (before === kind) return;
  badge.dataset.kind = kind;
  badge.className = `sla sla--${kind}`;
  const use = badge.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#i-g-${kind}`));
  const name = badge.dataset.name ?? badge.closest("tr.row")?.id.replace("row-", "#");
  const status = document.getElementById("status");
  if (before && name && status) status.textContent = kind === "over" ? say("{name} is overdue", { name }) : kind === "soon" ? say("{name} is due soon", { name }) : "";
}

export function startClocks() {
  const all = () => document.querySelectorAll(".sla[data-due]").forEach(draw);
  all();
  setInterval(all, 1000);
  document.addEventListener("htmx:afterSwap", all);
}
