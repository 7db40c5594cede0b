// Forms: sent once, files checked before they travel.
import { number, say } from "./words.js";

const MEGABYTE = 1024 * 1024;

function once(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sending) { event.preventDefault(); return; }
  form.dataset.sending = "yes";
  const button = event.submitter ?? form.querySelector("button[type=submit]");
  setTimeout(() => { if (button && !button.name) { button.setAttribute("aria-disabled", "true"); button.dataset.words = button.textContent; button.textContent = say("Sending…"); } });
  setTimeout(() => { delete form.dataset.sending; }, 15000);
}

function listFiles(input) {
  const limit = Number(input.dataset.most) * MEGABYTE;
  const list = document.getElementById(input.dataset.list);
  const files = [...input.files];
  const tooBig = files.filter((file) => file.size > limit);
  list.replaceChildren(...files.map((file) => {
    const item = document.createElement("li"), name = document.createElement("span"), size = document.createElement("span");
    name.className = "trunc";
    name.textContent = file.name;
    size.className = file.size > limit ? "err" : "muted";
    size.textContent = file.size > limit ? say("Larger than {most} MB, choose another", { most: input.dataset.most }) : say("{size} MB, ready", { size: number(file.size / 1e6, 1) });
    item.append(document.createElement("i"), name, size);
    return item;
  }));
  input.setCustomValidity(tooBig.length ? say("“{name}” is larger than {most} MB. Shorten or compress it, or send a link.", { name: tooBig[0].name, most: input.dataset.most }) : "");
  if (tooBig.length) input.reportValidity();
}

function paste(event) {
  const input = document.querySelector("input[type=file][data-list]");
  if (!input || !event.clipboardData?.files.length) return;
  const all = new DataTransfer();
  [...input.files, ...event.clipboardData.files].forEach((file) => all.items.add(file));
  input.files = all.files;
  listFiles(input);
}

function remember(form) {
  const key = `draft:${location.pathname}`;
  const field = form.querySelector("textarea");
  if (!field.value) field.value = sessionStorage.getItem(key) ?? "";
  field.addEventListener("input", () => sessionStorage.setItem(key, field.value));
  form.addEventListener("submit", () => sessionStorage.removeItem(key));
}

export function startForms() {
  document.querySelectorAll("[data-without-script]").forEach((part) => part.remove());  // what a script does by itself here
  document.addEventListener("submit", once);
  document.addEventListener("paste", paste);
  document.addEventListener("change", (event) => {
    if (event.target.matches("input[type=file][data-list]")) listFiles(event.target);
    if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
  });
  document.querySelectorAll("form[data-draft]").forEach(remember);
}
