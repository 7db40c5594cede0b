// The page's behaviours; each works on what the server has drawn, and the page works without any of them.
import { startClocks } from "./clock.js";
import { startLive } from "./live.js";
import { startKeys } from "./keys.js";
import { startForms } from "./form.js";
import { startComposer } from "./composer.js";
import { startQueue } from "./queue.js";
import { startPalette } from "./palette.js";
import { startDocs } from "./docs.js";

startClocks();
startLive();
startQueue();
startPalette();
startKeys();
startForms();
startComposer();
startDocs();
