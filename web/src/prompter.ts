// The host's prompter: keeps itself fresh, keeps the screen awake, and goes from point to point
// by a touch, the space bar, or the keys of a presenter's clicker.

import { all, maybe, on, one, pageData } from "./lib/dom";
import { ServerClock } from "./room/clock";
import { runClocks } from "./studio/clockwork";
import { Parts } from "./studio/parts";
import { type RoomWords, changesParts, listen } from "./studio/room";
import type { Ticking } from "./studio/ticking";

document.documentElement.classList.add("scripted");

const room = pageData<RoomWords>("room");
const clock = new ServerClock();
clock.hear(room.now);

let segment = segmentNow();
let at = 0;

function segmentNow(): string {
  return one("#prompt-said").dataset["segment"] ?? "";
}

/** Show which point is to be made; a new segment begins with its first. */
function mark(): void {
  if (segmentNow() !== segment) [segment, at] = [segmentNow(), 0];
  const points = all("[data-points] > .point");
  at = Math.max(0, Math.min(at, points.length - 1));
  points.forEach((point, number) => {
    point.classList.toggle("point-on", number === at);
    if (number === at) point.setAttribute("aria-current", "step");
    else point.removeAttribute("aria-current");
  });
  points[at]?.scrollIntoView({ block: "nearest" });
}

const parts = new Parts(one(".prompter").dataset["parts"] ?? "", mark);
listen(
  room,
  (message) => {
    if ("now_ms" in message && message.now_ms) clock.hear(message.now_ms);
    const asks = message.t === "tick" && message.chat?.some((line) => line.question);
    if (asks || changesParts(message)) parts.soon();
  },
  () => undefined,
);
runClocks(() => {
  const said = maybe("#prompt-said")?.dataset["ticking"];
  return said ? (JSON.parse(said) as Ticking) : room;
}, clock);

on("click", ".point", (point) => {
  at = all("[data-points] > .point").indexOf(point);
  mark();
});

document.addEventListener("keydown", (event) => {
  const steps: Record<string, number> = {
    " ": 1,
    Enter: 1,
    ArrowRight: 1,
    ArrowDown: 1,
    PageDown: 1,
    ArrowLeft: -1,
    ArrowUp: -1,
    PageUp: -1,
  };
  const step = steps[event.key];
  if (step === undefined || event.target instanceof HTMLAnchorElement) return;
  event.preventDefault();
  at += step;
  mark();
});

async function stayAwake(): Promise<void> {
  // Not every browser has it, and a low battery forbids it: then the screen dims as it would.
  await navigator.wakeLock?.request("screen").catch(() => undefined);
}
void stayAwake();
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) void stayAwake();
});
mark();
