// The page's behaviours; each works on what the server has drawn, and the page works without any of them.
import { startClocks } from "./clock.js";
import { startLive } from "./live.js";
import { startKeys } from "./keys.js";
import { startForms } from "./form.js";
import { startComposer } from "./composer.js";
import { startQueue } from "./queue.js";
import { startNews } from "./news.js";
import { startFocus } from "./focus.js";

startClocks();
startLive();
startQueue();
startKeys();
startForms();
startComposer();
startNews();
startFocus();

// What few need comes when it is needed. Whoever leaves the page before it is there doesn't miss it.
const left = () => {};
if (document.querySelector("[data-ask-browser]")) import("./asking.js").then((module) => module.startAsking(), left);
if (document.querySelector("input[type=file][data-list]")) import("./files.js").then((module) => module.startFiles(), left);
if (document.querySelector("[data-docs]")) import("./docs.js").then((module) => module.startDocs(), left);

// Names are completed from the first “@” on.
const words = document.querySelector("[data-mentions]");
const mention = () => {
  if (!words?.value.includes("@")) return;
  words.removeEventListener("input", mention);
  import("./mentions.js").then((module) => module.startMentions(), left);
};
words?.addEventListener("input", mention);
mention();
