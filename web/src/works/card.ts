// What is said of an operation that a hand points at: short, beside it, never under it.

import { say } from "../lib/words";
import { dayText } from "../lib/time";
import { language } from "../lib/words";
import type { PlanClock } from "./clock";
import type { Objection, PlanShown } from "./plan";
import { GANTT, OBJECTIONS } from "./words";

export class Card {
  private shown = -1;
  private isHeld = false;

  constructor(
    private readonly box: HTMLElement,
    private readonly plan: PlanShown,
    private readonly clock: PlanClock,
    private readonly lotPage: string,
  ) {}

  /** A mouse is over an operation. */
  point(id: number, x: number, y: number): void {
    if (this.isHeld) return;
    if (this.shown !== id) this.fill(id);
    this.put(x, y);
  }

  /** A tap, or a search: it stays, and its links can be pressed. */
  hold(id: number, x: number, y: number): void {
    this.isHeld = true;
    this.fill(id, true);
    this.box.dataset["held"] = "";
    this.put(x, y);
  }

  /** A hand carries an operation over a place. */
  carry(id: number, machine: number, start: number, end: number, reason: Objection | null, x: number, y: number): void {
    this.isHeld = true;
    this.shown = -1;
    const verdict = element("p", say(reason ? OBJECTIONS[reason] : GANTT.canGo), reason ? "gantt-bad" : "gantt-good");
    this.box.replaceChildren(
      this.title(id),
      facts([
        [say(GANTT.machine), this.plan.machineName(machine)],
        [say(GANTT.time), `${this.clock.moment(start)} – ${this.clock.moment(end)}`],
      ]),
      verdict,
    );
    delete this.box.dataset["held"];
    this.put(x, y);
  }

  /** The mouse went away; a card that is held stays. */
  leave(): void {
    if (!this.isHeld) this.close();
  }

  close(): void {
    this.isHeld = false;
    this.shown = -1;
    delete this.box.dataset["held"];
    this.box.hidden = true;
  }

  private title(id: number): HTMLElement {
    const { lots } = this.plan.sent;
    const lot = this.plan.lot[id]!;
    return element("h3", `${lots.number[lot]} · ${lots.name[lot]}`);
  }

  private fill(id: number, isHeld = false): void {
    const { plan, clock } = this;
    const { lots, steps } = plan.sent;
    const [lot, step] = [plan.lot[id]!, plan.step[id]!];
    const late = plan.late(lot);
    const hours = (Math.abs(late) / 3600).toFixed(1);
    const setup = Math.round(plan.setup[id]! / 60);
    const rows: [string, string][] = [
      [say(GANTT.operation), `${steps.number[step]} ${steps.name[step]} · ${steps.part[step]}`],
      [say(GANTT.machine), plan.machineName(plan.machine[id]!) + (plan.pinned.has(id) ? ` · ${say(GANTT.pinned)}` : "")],
      [say(GANTT.time), `${clock.moment(plan.start[id]!)} – ${clock.moment(plan.end[id]!)}`],
    ];
    if (setup) rows.push(["", say(GANTT.setupOf, { minutes: setup })]);
    rows.push([say(GANTT.due), clock.moment(lots.due[lot]!)], [say(GANTT.doneAt), clock.moment(lots.done[lot]!)]);
    const safe = lots.safe[lot];
    if (safe != null) rows.push([say(GANTT.safe), clock.moment(safe)]);
    const promised = lots.promised[lot];
    if (promised) rows.push([say(GANTT.promised), dayText(promised, language())]);
    const sub = element("p", `${lots.code[lot]} · ${say(GANTT.pieces, { n: lots.quantity[lot]! })}`, "faint");
    const verdict = element("p", say(late > 0 ? GANTT.lateBy : GANTT.earlyBy, { hours }), late > 0 ? "gantt-bad" : "gantt-good");
    this.box.replaceChildren(this.title(id), sub, facts(rows), verdict);
    if (isHeld) {
      const way = document.createElement("a");
      way.className = "button button-small";
      way.href = this.lotPage.replace("NUMBER", encodeURIComponent(lots.number[lot]!));
      way.textContent = say(GANTT.why);
      const row = element("p", "", "row");
      row.append(way);
      this.box.append(row);
    }
    this.shown = id;
  }

  private put(x: number, y: number): void {
    const { box } = this;
    box.hidden = false;
    const stage = box.parentElement!;
    const [width, height] = [box.offsetWidth, box.offsetHeight];
    const left = x + 16 + width > stage.clientWidth ? Math.max(8, x - width - 16) : x + 16;
    const top = Math.max(8, Math.min(y + 14, stage.clientHeight - height - 8));
    box.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
    box.style.left = box.style.top = "0";
  }
}

function element(name: string, words: string, manner = ""): HTMLElement {
  const made = document.createElement(name);
  made.textContent = words;
  if (manner) made.className = manner;
  return made;
}

function facts(rows: [string, string][]): HTMLElement {
  const list = document.createElement("dl");
  for (const [name, value] of rows) list.append(element("dt", name), element("dd", value));
  return list;
}
