// The planning board. Each page works without this file; the chart needs it.

import { getJson } from "./lib/api";
import { maybe, on, one } from "./lib/dom";
import { toast } from "./lib/toast";
import { say } from "./lib/words";
import { Gantt, useTools } from "./works/gantt";
import { PlanShown, type Sent } from "./works/plan";
import { follow, pin } from "./works/runs";
import { GANTT } from "./works/words";

document.documentElement.classList.add("scripted");

// On a phone the tabs are wider than the screen: the one that is open is brought into it.
maybe(".works-nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

const place = maybe("#gantt");
if (place) void chart(place);

const runs = maybe(".runs");
if (runs) void follow(runs);

// Whoever chooses in a list of plans or of spans need not press a button, too.
on("change", ".works-pick select", (field) => (field as HTMLSelectElement).form?.requestSubmit());

async function chart(place: HTMLElement): Promise<void> {
  const waiting = one(".gantt-waiting", place);
  try {
    const sent = await getJson<Omit<Sent, "now">>(place.dataset["chart"] ?? "");
    const plan = new PlanShown({ ...sent, now: Number(place.dataset["now"]) });
    if (!plan.count) {
      waiting.textContent = say(GANTT.empty);
      return;
    }
    const moves = "pins" in place.dataset;
    const gantt = new Gantt(place, plan, moves ? (...where) => pin(place, plan, ...where) : null);
    waiting.remove();
    useTools(gantt, place);
    const wanted = new URLSearchParams(location.search).get("find");
    if (wanted) {
      one<HTMLInputElement>("#gantt-find", place).value = wanted;
      gantt.search(wanted);
    }
  } catch (fault) {
    waiting.textContent = say(GANTT.failed);
    toast(say(GANTT.failed), "bad");
    console.error(fault);
  }
}
