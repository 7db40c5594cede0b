// Files of the composer: each is on its way as soon as it is chosen, pasted or dropped. Nothing is sent without them.
import { say } from "./words.js";

const going = new Set();

// Resolves when nothing is on its way any more; says at once whether anything is.
export const under = () => (going.size ? Promise.allSettled([...going]) : null);

function send(file, input, form, kept) {
  const item = document.getElementById(input.dataset.kept).appendChild(document.createElement("li"));
  const name = item.appendChild(document.createElement("span")), bar = item.appendChild(document.createElement("progress"));
  name.textContent = `${file.name} `;
  bar.max = 100; bar.value = 0;
  bar.setAttribute("aria-label", say("{name} is being uploaded", { name: file.name }));
  const stop = item.appendChild(document.createElement("button"));
  stop.type = "button"; stop.className = "linkbtn"; stop.textContent = say("Stop");
  let stopped = false;
  const call = new XMLHttpRequest(), data = new FormData();
  data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  data.set("files", file);
  const refuse = (words) => { bar.remove(); stop.remove(); name.className = "err"; name.textContent = words; };
  call.upload.addEventListener("progress", (event) => { bar.value = event.lengthComputable ? 100 * event.loaded / event.total : 0; });
  call.addEventListener("load", () => {
    let told = {};
    try { told = JSON.parse(call.responseText); } catch { /* an error page */ }
    if (!told.pk) { refuse(told.problem ?? say("{name} was not taken. Attach it again.", { name: file.name })); return; }
    const label = document.createElement("label"), box = document.createElement("input");
    Object.assign(box, { type: "checkbox", name: "upload", value: told.pk, checked: true });
    label.append(box, ` ${told.name}`);
    item.replaceChildren(label);
    kept();
  });
  call.addEventListener("error", () => refuse(say("{name} was not sent: no connection. Attach it again.", { name: file.name })));
  stop.addEventListener("click", () => { stopped = true; call.abort(); item.remove(); input.focus(); });
  const done = new Promise((resolve, reject) => call.addEventListener("loadend", () => (stopped || call.status === 200 ? resolve() : reject(new Error("not taken")))));
  going.add(done);
  done.catch(() => {}).finally(() => going.delete(done));
  call.open("POST", input.dataset.upload);
  call.setRequestHeader("Accept", "application/json");
  call.send(data);
}

export function take(files, form, kept) {
  const input = form.querySelector("input[type=file]"), list = document.getElementById(input.dataset.kept);
  const most = Number(input.dataset.most) * 1024 * 1024;
  list.querySelectorAll("li.err, li:has(.err)").forEach((refused) => refused.remove()); // read by now
  for (const file of files) {
    if (file.size <= most) { send(file, input, form, kept); continue; }
    const item = list.appendChild(document.createElement("li"));
    item.className = "err";
    item.textContent = say("“{name}” is larger than {most} MB. Shorten or compress it, or send a link.", { name: file.name, most: input.dataset.most });
  }
}
