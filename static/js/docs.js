// Links to the documentation go into the answer that is being written.
import { say } from "./words.js";

function offer(list) {
  list.querySelectorAll("[data-link]").forEach((link) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn--quiet";
    button.textContent = say("Insert link");
    button.setAttribute("aria-label", say("Insert link to {title}", { title: link.dataset.title }));
    button.dataset.insert = link.dataset.link;
    link.replaceWith(button);
  });
}

function insert(text) {
  const field = document.getElementById("words");
  if (!field) return;
  const before = field.value.slice(0, field.selectionStart);
  field.setRangeText((before && !/\s$/.test(before) ? " " : "") + text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

export function startDocs() {
  document.addEventListener("htmx:afterSwap", () => { const list = document.getElementById("docs-hits"); if (list) offer(list); });
  document.addEventListener("click", (event) => { const button = event.target.closest("[data-insert]"); if (button) insert(button.dataset.insert); });
}
