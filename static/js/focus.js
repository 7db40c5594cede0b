// Between pages the browser drops the focus. A page with faults begins at them; a page that was reached by keyboard
// begins at its heading, unless it has put the focus somewhere itself.
const KEY = "reached-by-key";
let byKey = false;

function begin() {
  const reached = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  const faults = document.getElementById("errors");
  if (faults) { faults.focus(); return; }
  const own = document.querySelector("[autofocus]"); // the browser gives it the focus a little later, if nothing has it
  if (own) { own.focus(); return; }
  if (!reached || (document.activeElement && document.activeElement !== document.body)) return;
  const heading = document.querySelector("main h1, h1");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

export function startFocus() {
  document.addEventListener("keydown", () => { byKey = true; }, { capture: true });
  document.addEventListener("pointerdown", () => { byKey = false; }, { capture: true });
  window.addEventListener("pagehide", () => { if (byKey) sessionStorage.setItem(KEY, "yes"); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) sessionStorage.removeItem(KEY); });
  begin();
}
