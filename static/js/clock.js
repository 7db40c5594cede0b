// Countdowns. The server says when; this only counts, from the server's own time.
const loaded = performance.now();
const serverTime = Date.parse(document.querySelector("meta[name=server-time]")?.content ?? "") || Date.now();
const now = () => serverTime + (performance.now() - loaded);

export function words(ms) {
  const minutes = Math.floor(Math.abs(ms) / 60000);
  if (minutes < 60) return Math.abs(ms) < 300000 ? `${minutes}m ${String(Math.floor(Math.abs(ms) / 1000) % 60).padStart(2, "0")}s` : `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 ? `${hours}h ${String(minutes % 60).padStart(2, "0")}m` : `${hours}h`;
  return hours % 24 ? `${Math.floor(hours / 24)}d ${hours % 24}h` : `${Math.floor(hours / 24)}d`;
}

function draw(badge) {
  const due = Date.parse(badge.dataset.due), warn = Date.parse(badge.dataset.warn ?? "");
  const left = due - now();
  const kind = left < 0 ? "over" : (warn && warn <= now()) || left <= 0 ? "soon" : "ok";
  const before = badge.dataset.kind;
  const text = kind === "over" ? `${words(left)} over` : kind === "soon" ? `${words(left)} left` : words(left);
  const label = badge.querySelector("[data-words]");
  if (label.textContent !== text) label.textContent = text;
  if (before === kind) return;
  badge.dataset.kind = kind;
  badge.className = `sla sla--${kind}`;
  const use = badge.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#i-g-${kind}`));
  const name = badge.dataset.name ?? badge.closest("tr.row")?.id.replace("row-", "#");
  const status = document.getElementById("status");
  if (before && name && status) status.textContent = kind === "over" ? `${name} is overdue` : kind === "soon" ? `${name} is due soon` : "";
}

export function startClocks() {
  const all = () => document.querySelectorAll(".sla[data-due]").forEach(draw);
  all();
  setInterval(all, 1000);
  document.addEventListener("htmx:afterSwap", all);
}
