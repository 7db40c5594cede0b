// The composer: its draft is kept by the server, colleagues see who writes, and news is read before anything is sent.
import { say } from "./words.js";

const form = document.querySelector("form[data-composer]");
const base = form?.dataset.composer;
const UNSENT = `draft:${location.pathname}`, LEFT = `left:${location.pathname}`;
const field = () => form.elements.body;
let timer = 0, saving = null, dirty = false, blocked = false, doing = "";

const state = (words) => { const node = document.getElementById("draft-state"); if (node && node.textContent !== words) node.textContent = words; };

function composed() {
  const data = new FormData(form);
  data.delete("files");
  return data;
}

async function save() {
  clearTimeout(timer);
  if (saving) await saving;
  if (!dirty || blocked) return;
  dirty = false;
  saving = fetch(`${base}/draft`, { method: "POST", body: composed(), headers: { Accept: "application/json" } })
    .then(async (answer) => {
      const told = await answer.json();
      if (answer.status === 409) { blocked = true; state(told.problem); return; }
      if (!answer.ok) throw new Error("refused");
      form.elements.revision.value = told.revision;
      state(told.words);
      sessionStorage.removeItem(UNSENT);
    })
    .catch(() => {
      dirty = true;
      sessionStorage.setItem(UNSENT, field().value);
      state(say("Not saved yet: no connection. Your words are kept in this window."));
      timer = setTimeout(save, 5000);
    })
    .finally(() => { saving = null; });
  await saving;
}

function typed() {
  dirty = true;
  clearTimeout(timer);
  timer = setTimeout(save, 1000);
  beat("writing");
}

// ---- who is here
function token() { return form.elements.csrfmiddlewaretoken.value; }

let around = "";

async function beat(what) {
  if (what === doing) return;
  doing = what;
  const data = new FormData();
  data.set("csrfmiddlewaretoken", token());
  data.set("doing", what);
  await ask({ method: "POST", body: data });
}

async function ask(how) {
  try {
    const answer = await fetch(`${base}/presence`, { ...how, headers: { "HX-Request": "true" } });
    const words = answer.ok ? await answer.text() : around;
    if (words !== around) document.getElementById("presence").innerHTML = around = words;
  } catch { /* the next beat asks again */ }
}

function heart() {
  const what = document.activeElement === field() && field().value ? "writing" : "viewing";
  doing = "";
  beat(what);
}

function gone() {
  const data = new FormData();
  data.set("csrfmiddlewaretoken", token());
  data.set("doing", "gone");
  navigator.sendBeacon(`${base}/presence`, data);
  if (!dirty || blocked) return;
  const words = composed();
  if (saving) words.delete("revision"); // what is on its way raises it, and the last words count
  navigator.sendBeacon(`${base}/draft`, words);
  sessionStorage.setItem(LEFT, JSON.stringify([Date.now(), field().value]));
}

// Whoever comes back at once may be quicker than what was sent on leaving, and more than that keeps what never got through.
function returned() {
  const [at, left] = JSON.parse(sessionStorage.getItem(LEFT) ?? "[0]");
  const local = Date.now() - at < 15000 ? left : field().value ? null : sessionStorage.getItem(UNSENT);
  sessionStorage.removeItem(LEFT);
  if (!local || local === field().value) return;
  field().value = local;
  form.elements.revision.value = "";
  dirty = true;
  save();
}

// ---- news while writing
function unread() {
  const [comment, note, held] = form.elements.seen.value.split(".").map(Number);
  const mark = { msg: comment, note, held };
  return [...document.querySelectorAll("#ticket [data-other]")].filter((entry) => {
    const [kind, pk] = entry.id.split("-");
    return Number(pk) > mark[kind];
  });
}

function arrived() {
  const shown = document.getElementById("ticket")?.dataset.seen;
  if (!shown || shown === form.elements.seen.value) return;
  const entries = unread();
  if (!entries.length || !field().value.trim()) { form.elements.seen.value = shown; return; }
  entries.forEach((entry) => entry.classList.add("is-new"));
  document.querySelector("[data-arrived]").hidden = false;
  form.dataset.review = "yes";
  look();
}

// ---- what the button says
export function look() {
  if (!form) return;
  const mode = form.elements.mode.value ?? "note";
  const then = [...form.querySelectorAll("input[name=then]")].find((radio) => radio.checked);
  const send = form.querySelector("[data-send]");
  form.classList.toggle("is-note", mode === "note");
  form.querySelectorAll("[data-reply-only]").forEach((part) => { part.hidden = mode === "note"; });
  const words = mode === "note" ? send.dataset.note : `${send.dataset[mode]}${then?.dataset.words ?? ""}`;
  send.textContent = form.dataset.review && mode !== "note" ? say("Review, then send") : words;
}

// ---- files by choice, paste and drop, each on its way at once
function send(file, input) {
  const list = document.getElementById(input.dataset.kept);
  const item = list.appendChild(document.createElement("li"));
  const name = item.appendChild(document.createElement("span")), bar = item.appendChild(document.createElement("progress"));
  name.textContent = `${file.name} `;
  bar.max = 100; bar.value = 0;
  bar.setAttribute("aria-label", say("{name} is being uploaded", { name: file.name }));
  const stop = item.appendChild(document.createElement("button"));
  stop.type = "button"; stop.className = "linkbtn"; stop.textContent = say("Stop");
  const call = new XMLHttpRequest(), data = new FormData();
  data.set("csrfmiddlewaretoken", token());
  data.set("files", file);
  const refuse = (words) => { bar.remove(); stop.remove(); name.className = "err"; name.textContent = words; };
  call.upload.addEventListener("progress", (event) => { bar.value = event.lengthComputable ? 100 * event.loaded / event.total : 0; });
  call.addEventListener("load", () => {
    let told = {};
    try { told = JSON.parse(call.responseText); } catch { /* an error page */ }
    if (call.status !== 200) { refuse(told.problem ?? say("{name} was not taken. Attach it again.", { name: file.name })); return; }
    const label = document.createElement("label"), box = document.createElement("input");
    Object.assign(box, { type: "checkbox", name: "upload", value: told.pk, checked: true });
    label.append(box, ` ${told.name}`);
    item.replaceChildren(label);
    typed();
  });
  call.addEventListener("error", () => refuse(say("{name} was not sent: no connection. Attach it again.", { name: file.name })));
  stop.addEventListener("click", () => { call.abort(); item.remove(); input.focus(); });
  call.open("POST", `${base}/uploads`);
  call.send(data);
}

function take(files) {
  const input = form.querySelector("input[type=file]");
  const most = Number(input.dataset.most) * 1024 * 1024;
  for (const file of files) {
    if (file.size <= most) { send(file, input); continue; }
    const item = document.getElementById(input.dataset.kept).appendChild(document.createElement("li"));
    item.className = "err";
    item.textContent = say("“{name}” is larger than {most} MB. Shorten or compress it, or send a link.", { name: file.name, most: input.dataset.most });
  }
}

function startFiles() {
  const input = form.querySelector("input[type=file]");
  input.addEventListener("change", () => { take([...input.files]); input.value = ""; });
  form.addEventListener("paste", (event) => { if (event.clipboardData?.files.length) { event.preventDefault(); take([...event.clipboardData.files]); } });
  for (const name of ["dragover", "dragenter"]) form.addEventListener(name, (event) => { event.preventDefault(); form.classList.add("is-drop"); });
  form.addEventListener("dragleave", () => form.classList.remove("is-drop"));
  form.addEventListener("drop", (event) => { event.preventDefault(); form.classList.remove("is-drop"); take([...event.dataTransfer.files]); });
}

// ---- seconds until a held reply leaves
function countdown() {
  const left = [...document.querySelectorAll("[data-leaves]")].map((node) => {
    const seconds = Math.ceil((Date.parse(node.dataset.leaves) - Date.now()) / 1000);
    node.textContent = seconds > 0 ? say("It leaves in {seconds} s.", { seconds }) : say("It is leaving.");
    return seconds;
  });
  if (left.length) setTimeout(countdown, 1000);
}

async function submitted(event) {
  clearTimeout(timer);
  dirty = false;
  if (!saving) return;
  event.preventDefault();
  const by = event.submitter;
  await saving;
  dirty = false;
  delete form.dataset.sending;
  form.requestSubmit(by);
}

export function startComposer() {
  if (!form) return;
  returned();
  form.querySelectorAll("[data-no-script]").forEach((part) => part.remove());
  field().addEventListener("input", typed);
  form.addEventListener("change", (event) => { if (["mode", "then", "upload", "next_steps", "next_update_by"].includes(event.target.name)) { look(); typed(); } });
  form.addEventListener("submit", submitted, { capture: true });
  document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target?.id === "ticket" || event.target.id === "ticket") { arrived(); countdown(); } });
  document.addEventListener("supportdesk:presence", (event) => { if (`/desk/t/${event.detail.ticket}` === base) ask({}); });
  setInterval(heart, 20000);
  window.addEventListener("pagehide", gone);
  const talk = document.querySelector(".conv");
  if (talk) talk.scrollTop = talk.scrollHeight;
  document.getElementById("problem")?.focus();
  if (location.hash === "#words") field().focus();
  startFiles();
  look();
  heart();
  countdown();
}
