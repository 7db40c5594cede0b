// Single keys, only outside of fields and only if the person wants them.
const go = { q: "/desk/", m: "/desk/views/mine", p: "/desk/phone" };
let prefix = false;

const rows = () => [...document.querySelectorAll("tr.row")];

function move(step) {
  const list = rows();
  if (!list.length) {
    document.querySelector(step > 0 ? "[data-next]" : "[data-previous]")?.click();
    return;
  }
  const at = list.findIndex((row) => row.classList.contains("is-cursor"));
  const to = Math.min(list.length - 1, Math.max(0, at + step));
  list[at]?.classList.remove("is-cursor");
  list[to].classList.add("is-cursor");
  list[to].querySelector("a.subj").focus({ preventScroll: false });
}

function onKey(event) {
  const field = event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && field?.form) { field.form.requestSubmit(); return; }
  if (event.key === "Escape") { const open = document.querySelector("details.menu[open]"); if (open) { open.open = false; open.querySelector("summary").focus(); } return; }
  if (field || event.ctrlKey || event.metaKey || event.altKey || document.body.dataset.shortcuts === "off") return;
  const key = event.key;
  if (prefix) { prefix = false; if (go[key]) location.href = go[key]; return; }
  const press = (selector) => document.querySelector(selector)?.click();
  const actions = {
    g: () => { prefix = true; setTimeout(() => { prefix = false; }, 1200); },
    j: () => move(1), k: () => move(-1),
    x: () => press("tr.is-cursor input.check"),
    u: () => document.dispatchEvent(new Event("supportdesk:pause")),
    r: () => { press("#mode-reply"); document.getElementById("words")?.focus(); event.preventDefault(); },
    n: () => { press("#mode-note"); document.getElementById("words")?.focus(); event.preventDefault(); },
    "/": () => { document.getElementById("search")?.focus(); event.preventDefault(); },
    "?": () => document.getElementById("keys")?.showModal(),
  };
  actions[key]?.();
}

export function startKeys() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
}
