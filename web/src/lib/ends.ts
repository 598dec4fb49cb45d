// Times that run out by themselves, such as that of a group: [data-ends] says when, and the
// [data-rest] in it shows what is left. The server ends things; here it is only shown.

import { all, maybe } from "./dom";
import { countdown } from "./time";

const TICK_MS = 250; // what opens is to be pressed at once
const A_DAY_MS = 24 * 3600 * 1000;

/** Let all of them run, those too that come later; NOW is the server's clock. */
export function runEnds(now: () => number): void {
  const show = (): void => {
    for (const element of all("[data-ends]")) {
      const rest = Date.parse(element.dataset["ends"] ?? "") - now();
      const face = maybe("[data-rest]", element);
      if (face && rest < A_DAY_MS) face.textContent = countdown(rest);
      element.classList.toggle("is-over", rest <= 0);
    }
  };
  show();
  setInterval(show, TICK_MS);
}
