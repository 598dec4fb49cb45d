// The colours of bars. On every one of them the house's ink can be read (above 7 : 1).

import type { PlanShown } from "./plan";
import { GANTT } from "./words";
import { type Said, say } from "../lib/words";

export type Manner = "lateness" | "family" | "state";

const FAMILIES = [
  "#a9d3e0", "#f3c98b", "#bcdcb0", "#e8b4bd", "#c9bfe6", "#e5d98f", "#a8d8cc", "#eebfa0",
  "#c5cbd6", "#d9b7dc", "#cfd99a", "#b4c7ee",
];
const LATENESS = ["#b5dccb", "#f3d48f", "#f0a9b6"];
const STATES = ["#d6d1ca", "#8fc6dc", "#bcd0ee", "#e9dfc6"];
const LATE_WORDS: Said[] = [GANTT.onTime, GANTT.lateDay, GANTT.lateMore];
const STATE_WORDS: Said[] = [GANTT.done, GANTT.runs, GANTT.fenced, GANTT.planned];
const DAY = 86_400;

/** Each operation's place in a palette, and the palette with its words. */
export interface Colouring {
  palette: string[];
  of: Uint8Array;
  key: { colour: string; words: string }[];
}

export function colouring(plan: PlanShown, manner: Manner): Colouring {
  const of = new Uint8Array(plan.count);
  if (manner === "family") {
    for (let id = 0; id < plan.count; id++) of[id] = plan.sent.steps.family[plan.step[id]!]! % FAMILIES.length;
    const key = plan.sent.families.map((family, at) => ({
      colour: FAMILIES[at % FAMILIES.length]!,
      words: family || say(GANTT.noFamily),
    }));
    return { palette: FAMILIES, of, key };
  }
  if (manner === "state") {
    const now = plan.sent.now - plan.sent.begins;
    for (let id = 0; id < plan.count; id++) {
      const [start, end] = [plan.start[id]!, plan.end[id]!];
      of[id] = end <= now ? 0 : start <= now ? 1 : start < plan.sent.fence ? 2 : 3;
    }
    return { palette: STATES, of, key: STATES.map((colour, at) => ({ colour, words: say(STATE_WORDS[at]!) })) };
  }
  for (let id = 0; id < plan.count; id++) {
    const late = plan.late(plan.lot[id]!);
    of[id] = late <= 0 ? 0 : late < DAY ? 1 : 2;
  }
  return { palette: LATENESS, of, key: LATENESS.map((colour, at) => ({ colour, words: say(LATE_WORDS[at]!) })) };
}
