// “@” and the beginning of a name: colleagues are offered below the words. Typing on without choosing works as well.
let names = null, at = -1, marked = 0;
const field = () => document.getElementById("words");
const list = () => document.getElementById("mention-list");

async function known() {
  names ??= fetch("/desk/staff.json").then((answer) => (answer.ok ? answer.json() : { names: [] })).then((told) => told.names).catch(() => []);
  return names;
}

function close() {
  at = -1;
  list().hidden = true;
  field().removeAttribute("aria-activedescendant");
  field().removeAttribute("aria-controls");
}

function mark(to) {
  const all = [...list().children];
  marked = (to + all.length) % all.length;
  all.forEach((option, index) => option.setAttribute("aria-selected", String(index === marked)));
  all[marked].scrollIntoView({ block: "nearest" });
  field().setAttribute("aria-activedescendant", all[marked].id);
}

function choose(name) {
  const from = at;
  close();
  field().setRangeText(`@${name} `, from, field().selectionEnd, "end");
  field().dispatchEvent(new Event("input", { bubbles: true }));
  field().focus();
}

async function look() {
  const before = field().value.slice(0, field().selectionStart), found = /(^|[^\w@])@([\p{L}\p{M}'’.-]*(?: [\p{L}\p{M}'’.-]*)?)$/u.exec(before);
  if (!found) { if (at >= 0) close(); return; }
  const typed = found[2].toLowerCase();
  const fitting = (await known()).filter((name) => name.toLowerCase().startsWith(typed) || (typed && name.toLowerCase().split(" ").some((part) => part.startsWith(typed)))).slice(0, 8);
  if (!fitting.length || fitting.some((name) => name.toLowerCase() === typed)) { close(); return; }
  const isNew = at < 0;
  at = field().selectionStart - found[2].length - 1;
  list().replaceChildren(...fitting.map((name, index) => {
    const option = document.createElement("li");
    Object.assign(option, { id: `mention-${index}`, textContent: name });
    option.setAttribute("role", "option");
    return option;
  }));
  list().hidden = false;
  field().setAttribute("aria-controls", "mention-list");
  mark(0);
  if (isNew) document.getElementById("status").textContent = list().dataset.words.replace("0", fitting.length);
}

function onKey(event) {
  if (at < 0 || event.isComposing) return;
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in moves) mark(marked + moves[event.key]);
  else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") choose(list().children[marked].textContent);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

async function warn() {
  const warning = document.querySelector("[data-mention-warning]"), mode = field().form.elements.mode.value;
  const named = field().value.includes("@") && mode === "reply" && (await known()).some((name) => [name, name.split(" ")[0]].some((said) => new RegExp(`@${said.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\p{L}\\w])`, "iu").test(field().value)));
  if (warning.hidden === named) warning.hidden = !named;
}

export function startMentions() {
  field().addEventListener("input", () => { look(); warn(); });
  field().addEventListener("keydown", onKey);
  field().addEventListener("blur", () => { if (at >= 0) close(); });
  field().form.addEventListener("change", (event) => { if (event.target.name === "mode") warn(); });
  list().addEventListener("mousedown", (event) => { event.preventDefault(); if (event.target.matches("[role=option]")) choose(event.target.textContent); });
  if (document.activeElement === field()) look();
  warn();
}
