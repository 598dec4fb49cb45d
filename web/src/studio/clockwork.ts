// Writes the clocks into the page once a second, wherever an element asks for one.

import { all, maybe } from "../lib/dom";
import { language } from "../lib/words";
import type { ServerClock } from "../room/clock";
import { type Ticking, clockText, clocksAt, driftText } from "./ticking";

const LATE_SECONDS = 60;

/** Let the page's clocks run; TICKING is asked for at every tick, since it changes. */
export function runClocks(ticking: () => Ticking, clock: ServerClock): void {
  const write = (): void => {
    const now = clocksAt(ticking(), clock.now());
    for (const element of all("[data-tick]")) {
      switch (element.dataset["tick"]) {
        case "elapsed":
          element.textContent = clockText(now.elapsed);
          break;
        case "left":
          element.textContent = clockText(now.left);
          element.classList.toggle("late", now.left < 0);
          element.classList.toggle("soon", now.left >= 0 && now.left < LATE_SECONDS);
          break;
        case "share":
          maybe("i", element)?.style.setProperty("--share", `${now.share}%`);
          break;
        case "drift":
          element.textContent = driftText(now.drift, language());
          element.classList.toggle("late", now.drift > LATE_SECONDS);
          element.classList.toggle("early", now.drift < -LATE_SECONDS);
          break;
        default:
          break;
      }
    }
  };
  write();
  window.setInterval(write, 1000);
}
