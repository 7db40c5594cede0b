// Forms: sent once, files checked before they travel.
const MEGABYTE = 1024 * 1024;

function once(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sending) { event.preventDefault(); return; }
  form.dataset.sending = "yes";
  const button = event.submitter ?? form.querySelector("button[type=submit]");
  setTimeout(() => { if (button && !button.name) { button.setAttribute("aria-disabled", "true"); button.dataset.words = button.textContent; button.textContent = "Sending…"; } });
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
    size.textContent = file.size > limit ? `Larger than ${input.dataset.most} MB, choose another` : `${(file.size / 1e6).toFixed(1)} MB, ready`;
    item.append(document.createElement("i"), name, size);
    return item;
  }));
  input.setCustomValidity(tooBig.length ? `“${tooBig[0].name}” is larger than ${input.dataset.most} MB. Shorten or compress it, or send a link.` : "");
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
