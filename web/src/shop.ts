// The mall's island. Every page works without it; it only saves a click here and there.

import { all, maybe, on } from "./lib/dom";
import { useSheets } from "./lib/sheet";
import { countdown } from "./lib/time";

document.documentElement.classList.add("scripted");
useSheets();
