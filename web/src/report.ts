// The report needs no script. This only prints it, with its tables opened.

import { all, on } from "./lib/dom";

document.documentElement.classList.add("scripted");

on("click", "[data-print]", () => window.print());

window.addEventListener("beforeprint", () => {
  for (const fold of all<HTMLDetailsElement>("details.fold")) fold.open = true;
});
