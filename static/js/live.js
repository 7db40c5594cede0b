// Live pages: the stream says that something changed, the ordinary address gives it.
// Nothing moves under the pointer or the keyboard cursor; then a button offers the changes.
let waiting = 0, paused = false, timer = 0, lastInput = 0, source, lastNews = Date.now();

const area = () => document.querySelector("[data-live]");

function busy() {
  const root = area();
  if (!root) return true;
  const focus = document.activeElement;
  const menu = root.querySelector("details[open]");
  const inField = focus && root.contains(focus) && /^(INPUT|TEXTAREA|SELECT)$/.test(focus.tagName) && focus.type !== "checkbox";
  return Boolean(menu || inField || root.querySelector("input.check:checked") || (root.matches(":hover") && Date.now() - lastInput < 5000) || (root.querySelector(".is-cursor") && Date.now() - lastInput < 5000));
}

function apply() {
  const root = area();
  if (!root) return;
  waiting = 0;
  button();
  const cursor = root.querySelector(".is-cursor")?.id;
  window.htmx.ajax("GET", location.href, { target: `#${root.id}`, swap: "outerHTML" }).then(() => {
    if (cursor) document.getElementById(cursor)?.classList.add("is-cursor");
    const panel = document.getElementById("panel");
    if (panel && !panel.querySelector("details[open]") && !panel.contains(document.activeElement)) document.body.dispatchEvent(new Event("ticket-changed"));
  });
  const note = document.querySelector("[data-live-note]");
  if (note) note.textContent = "Live, updated just now";
}

function button() {
  const offer = document.querySelector("[data-live-offer]");
  if (!offer) return;
  offer.hidden = waiting === 0 || paused;
  offer.querySelector("button").textContent = waiting === 1 ? "1 change" : `${waiting} changes`;
}

function changed(event) {
  const root = area();
  if (!root || paused) return;
  const only = root.dataset.ticket;
  if (only && event && String(event.ticket) !== only) return;
  if (root.dataset.kinds && event && !event.kind?.startsWith(root.dataset.kinds)) return;
  waiting += 1;
  clearTimeout(timer);
  const attempt = () => (busy() ? (button(), (timer = setTimeout(attempt, 1000))) : apply());
  timer = setTimeout(attempt, 150);
}

function offline(is) {
  const banner = document.querySelector("[data-offline]");
  if (banner) banner.hidden = !is;
}

export function startLive() {
  const root = area();
  if (!root) return;
  for (const name of ["pointermove", "keydown", "pointerdown"]) document.addEventListener(name, () => { lastInput = Date.now(); }, { passive: true });
  document.querySelector("[data-live-offer] button")?.addEventListener("click", apply);
  const open = () => {
    source = new EventSource(root.dataset.live);
    source.addEventListener("hello", () => { lastNews = Date.now(); offline(false); });
    source.addEventListener("change", (message) => { lastNews = Date.now(); changed(JSON.parse(message.data)); });
    source.addEventListener("error", () => { if (source.readyState === EventSource.CLOSED) setTimeout(open, 5000); });
  };
  open();
  // When the stream is away the page looks by itself, and says so after half a minute.
  setInterval(() => {
    if (source.readyState === EventSource.OPEN) { lastNews = Date.now(); return; }
    offline(Date.now() - lastNews > 30000);
    if (!busy() && !paused) apply();
  }, 15000);
  document.addEventListener("supportdesk:pause", () => {
    paused = !paused;
    const note = document.querySelector("[data-live-note]");
    if (note) note.textContent = paused ? "Paused" : "Live";
    button();
  });
  window.addEventListener("pagehide", () => source.close());
}
