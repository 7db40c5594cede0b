// Files of an ordinary form: listed and checked before they travel.
import { number, say } from "./words.js";

const MEGABYTE = 1024 * 1024;

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

export function startFiles() {
  document.addEventListener("paste", paste);
  const inputs = document.querySelectorAll("input[type=file][data-list]");
  inputs.forEach((input) => { input.addEventListener("change", () => listFiles(input)); if (input.files.length) listFiles(input); });
}
