// News for oneself: the bell says how many, and the browser raises the newest where its owner has allowed it (by a press).
const KEY = "news-raised";
const bell = () => document.getElementById("bell");

function raise() {
  const found = bell()?.dataset, last = localStorage.getItem(KEY);
  if (!found) return;
  const newest = Number(found.newest ?? 0);
  if (last === null || newest <= Number(last)) { if (last === null) localStorage.setItem(KEY, String(newest)); return; }
  localStorage.setItem(KEY, String(newest));
  const reading = document.hasFocus() && document.getElementById("ticket")?.dataset.ticket === found.ticket;
  if (reading || !("Notification" in window) || Notification.permission !== "granted") return;
  const raised = new Notification(found.title, { body: found.words, tag: `news-${found.newest}` });
  raised.onclick = () => { window.focus(); location.href = `/desk/t/${found.ticket}`; };
}

export function startNews() {
  if (!bell()) return;
  document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.elt?.id === "bell" || event.target.id === "bell") raise(); });
}
