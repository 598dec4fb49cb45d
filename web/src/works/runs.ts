// Plans that are being made: the page asks once a second how far they are.

import { getJson, postJson, Refused } from "../lib/api";
import { all, one } from "../lib/dom";
import { toast } from "../lib/toast";
import { WORDS, say } from "../lib/words";
import type { PlanShown } from "./plan";
import { GANTT } from "./words";

interface Run {
  id: number;
  state: string;
  said: string;
  percent: number;
  cost: number | null;
  says: string;
  plan: number | null;
  isOpen: boolean;
}

const PAUSE = 1000;
const WAITS = 120; // seconds that a page waits for the plan that a hand has asked for

async function ask(address: string, runs: (string | number)[]): Promise<Run[]> {
  const words = runs.map((run) => `run=${run}`).join("&");
  return (await getJson<{ runs: Run[] }>(`${address}?${words}`)).runs;
}

const rest = (): Promise<void> => new Promise((go) => setTimeout(go, PAUSE));

/** Keep the runs on a page up to date, until none is open any more; then show the page anew. */
export async function follow(place: HTMLElement): Promise<void> {
  const address = place.dataset["progress"] ?? "";
  const open = new Map(all("[data-run]", place).map((card) => [Number(card.dataset["run"]), card]));
  while (open.size) {
    await rest();
    if (document.hidden) continue;
    try {
      for (const run of await ask(address, [...open.keys()])) {
        const card = open.get(run.id);
        if (!card) continue;
        one("[data-said]", card).textContent = run.said;
        one("[data-says]", card).textContent = run.says;
        one<HTMLProgressElement>("progress", card).value = run.percent;
        if (!run.isOpen) open.delete(run.id);
      }
    } catch {
      continue; // the next second may be luckier
    }
    if (!open.size) location.reload();
  }
}

/** Ask the server to put an operation where a hand wants it; then wait for the new plan. */
export async function pin(place: HTMLElement, plan: PlanShown, id: number, machine: number, start: number): Promise<boolean> {
  const [centre, number] = plan.sent.machines[machine]!;
  toast(say(GANTT.asking));
  try {
    const answer = await postJson<{ says: string; run: number | null }>(place.dataset["pins"] ?? "", {
      work_order: plan.sent.lots.id[plan.lot[id]!],
      operation: plan.sent.steps.id[plan.step[id]!],
      work_centre: plan.sent.centres[centre]![0],
      machine: number,
      start: plan.sent.begins + start,
    });
    toast(answer.says);
    if (answer.run !== null) void whenOver(place.dataset["progress"] ?? "", answer.run);
    return true;
  } catch (fault) {
    toast(fault instanceof Refused ? fault.message : say(WORDS.unreachable), "bad");
    return false;
  }
}

async function whenOver(address: string, run: number): Promise<void> {
  for (let second = 0; second < WAITS; second++) {
    await rest();
    try {
      const [found] = await ask(address, [run]);
      if (!found || found.isOpen) continue;
      if (found.state === "done") location.reload();
      else toast(found.says || found.said, "bad");
      return;
    } catch {
      continue;
    }
  }
}
