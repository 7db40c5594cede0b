// The page's behaviours; each works on what the server has drawn, and the page works without any of them.
import { startClocks } from "./clock.js";
import { startLive } from "./live.js";
import { startKeys } from "./keys.js";
import { startForms } from "./form.js";
import { startDocs } from "./docs.js";

startClocks();
startLive();
startKeys();
startForms();
startDocs();
