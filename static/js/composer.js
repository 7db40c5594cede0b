// The composer: its draft is kept by the server, colleagues see who writes, and news is read before anything is sent.
import { say } from "./words.js";

const form = document.querySelector("form[data-composer]");
const base = form?.dataset.composer;
const UNSENT = `unsent:${location.pathname}`;
const field = () => form.elements.body;
let timer = 0, saving = null, dirty = false, blocked = false, doing = "", failed = false;

const state = (words) => { const node = document.getElementById("draft-state"); if (node && node.textContent !== words) node.textContent = words; };

function composed() {
  const data = new FormData(form);
  data.delete("files");
  return data;
}

// What the desk hasn't taken yet stays in this window, with the revision that it was written on.
function keep(more = {}) {
  sessionStorage.setItem(UNSENT, JSON.stringify({ words: field().value, mode: form.elements.mode.value, revision: form.elements.revision.value, ...more }));
}

async function save() {
  clearTimeout(timer);
  if (saving) await saving;
  if (!dirty || blocked) return;
  dirty = false;
  saving = fetch(`${base}/draft`, { method: "POST", body: composed(), headers: { Accept: "application/json" } })
    .then(async (answer) => {
      const told = await answer.json();
      failed = !answer.ok;
      if (answer.status === 409) { blocked = true; state(told.problem); return; }
      if (answer.status === 401) { dirty = true; state(told.problem); return; }
      if (!answer.ok) throw new Error("refused");
      form.elements.revision.value = told.revision;
      state(told.words);
      if (dirty) keep(); else sessionStorage.removeItem(UNSENT);
    })
    .catch(() => {
      dirty = failed = true;
      state(say("Not saved yet: no connection. Your words are kept in this window."));
      timer = setTimeout(save, 5000);
    })
    .finally(() => { saving = null; });
  await saving;
}

function typed() {
  dirty = true;
  keep();
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
  const taken = navigator.onLine && !failed && navigator.sendBeacon(`${base}/draft`, words);
  keep(taken ? { left: Date.now() } : {});
}

// Whoever comes back at once may be quicker than what was sent on leaving; and what never got through is put back.
// An answer that was taken leaves its press in a cookie, so that nothing comes back that has been sent.
function returned() {
  const local = JSON.parse(sessionStorage.getItem(UNSENT) ?? "null"), there = field().value;
  sessionStorage.removeItem(UNSENT);
  if (document.getElementById("problem") && there) { dirty = true; save(); } // refused: not in the draft yet
  if (!local?.words || there.includes(local.words)) return;
  if (local.press && document.cookie.includes(`pressed=${local.press}`)) return;
  if (local.left && Date.now() - local.left > 15000) return;
  const same = local.revision === form.elements.revision.value || (there && local.words.startsWith(there));
  field().value = same || local.left || local.words.includes(there) ? local.words : `${there}\n\n${local.words}`;
  const mode = document.getElementById(`mode-${local.mode}`);
  if (mode) mode.checked = true;
  if (local.press) form.elements.press.value = local.press; // the same words pressed again are sent once
  form.elements.revision.value = "";
  state(say("These words were not sent yet."));
  dirty = true;
  keep();
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

// ---- files by choice, paste and drop: what they need is fetched beside the page
let uploads = null;
const fetched = form && import("./uploads.js").then((module) => { uploads = module; });
const take = (chosen) => fetched.then(() => uploads.take(chosen, form, typed), () => state(say("No connection. Load the page again, then attach the files.")));

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

// Sending waits for what is being saved and uploaded; until the answer is here the words stay in this window.
let waits = false;

async function submitted(event) {
  clearTimeout(timer);
  const by = event.submitter, sends = !by?.hasAttribute("formaction"), going = sends ? uploads?.under() : null;
  dirty = false;
  if (!saving && !going) {
    if (by?.name !== "discard") keep(sends ? { press: form.elements.press.value } : {});
    else sessionStorage.removeItem(UNSENT);
    return;
  }
  event.preventDefault();
  if (waits) return;
  waits = true;
  if (going) state(say("It is sent as soon as the files are there."));
  const came = await going;
  await saving;
  waits = dirty = false;
  if (came?.some((one) => one.status === "rejected")) { typed(); state(say("A file is missing. Attach it again, or send without it.")); return; }
  form.requestSubmit(by);
}

// Whoever writes isn't sent away by a part of the page that wants them to sign in.
function signedOut(event) {
  if (event.detail.xhr.status !== 401 || !field().value.trim()) return;
  event.preventDefault();
  state(say("You are signed out. Your words are kept in this window: send them, sign in, and they are here again."));
}

export function startComposer() {
  if (!form) return;
  returned();
  form.querySelectorAll("[data-no-script]").forEach((part) => part.remove());
  field().addEventListener("input", typed);
  form.addEventListener("change", (event) => { if (["mode", "then", "upload", "next_steps", "next_update_by"].includes(event.target.name)) { look(); typed(); } });
  form.addEventListener("submit", submitted, { capture: true });
  document.addEventListener("htmx:beforeOnLoad", signedOut);
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
