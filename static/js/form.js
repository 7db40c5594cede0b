// Forms: sent once, and what is typed into them outlasts the page.
import { say } from "./words.js";

function once(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sending) { event.preventDefault(); return; }
  form.dataset.sending = "yes";
  const button = event.submitter ?? form.querySelector("button[type=submit]");
  setTimeout(() => { if (button && !button.name) { button.setAttribute("aria-disabled", "true"); button.dataset.words = button.textContent; button.textContent = say("Sending…"); } });
  setTimeout(again, 15000, form, button);
}

// Nothing came of it so far: it can be pressed again.
function again(form, button) {
  delete form.dataset.sending;
  if (!button?.dataset.words) return;
  button.removeAttribute("aria-disabled");
  button.textContent = button.dataset.words;
  delete button.dataset.words;
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
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sending]").forEach((form) => again(form, form.querySelector("[data-words][aria-disabled]")));
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
  });
  document.querySelectorAll("form[data-draft]").forEach(remember);
}
