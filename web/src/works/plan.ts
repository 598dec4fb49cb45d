// A plan as the server sends it (columns), and as the chart needs it (typed arrays, indices).

import { Intervals } from "./intervals";

/** What /works/plans/<id>/chart.json says. Times are seconds since the plan begins. */
export interface Sent {
  plan: number;
  inForce: boolean;
  begins: number;
  monday: number;
  zone: string;
  /** Of the page, since the answer is kept as long as the plan is the same. */
  now: number;
  fence: number;
  centres: [number, string, string, string][];
  machines: [number, number, number][];
  calendars: number[][];
  families: string[];
  lots: {
    id: number[];
    number: string[];
    code: string[];
    name: string[];
    quantity: number[];
    state: string[];
    weight: number[];
    release: number[];
    due: number[];
    done: number[];
    safe: (number | null)[];
    promised: (string | null)[];
  };
  steps: { id: number[]; number: number[]; name: string[]; part: string[]; family: number[] };
  operations: { lot: number[]; step: number[]; machine: number[]; start: number[]; end: number[]; setup: number[] };
  pinned: number[];
  before: number[][];
  able: number[][];
  fixed: number[];
}

/** What stands in one line of the chart: a work centre's name, or one of its machines. */
export type Line = { centre: number; machine: number }; // machine -1: the centre's name

export class PlanShown {
  readonly count: number;
  readonly lot: Int32Array;
  readonly step: Int32Array;
  readonly machine: Int32Array;
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly setup: Int32Array;
  /** When its setup ends and its run begins. */
  readonly run: Int32Array;
  readonly intervals: Intervals;
  readonly lines: Line[] = [];
  /** In which line a machine stands. */
  readonly lineOf: Int32Array;
  readonly ofLot: number[][];
  readonly pinned: Set<number>;
  readonly fixed: Set<number>;
  readonly begins: number;
  readonly ends: number;
  private readonly words: string[];

  constructor(readonly sent: Sent) {
    const { operations } = sent;
    this.lot = Int32Array.from(operations.lot);
    this.step = Int32Array.from(operations.step);
    this.machine = Int32Array.from(operations.machine);
    this.start = Int32Array.from(operations.start);
    this.end = Int32Array.from(operations.end);
    this.setup = Int32Array.from(operations.setup);
    this.count = this.lot.length;
    this.intervals = new Intervals(sent.machines.length, this.machine, this.start, this.end);
    this.lineOf = new Int32Array(sent.machines.length);
    let centre = -1;
    sent.machines.forEach(([its], machine) => {
      if (its !== centre) this.lines.push({ centre: its, machine: -1 });
      centre = its;
      this.lineOf[machine] = this.lines.length;
      this.lines.push({ centre: its, machine });
    });
    this.ofLot = sent.lots.number.map(() => []);
    let [begins, ends] = [0, 3600];
    for (let id = 0; id < this.count; id++) {
      this.ofLot[this.lot[id]!]!.push(id);
      begins = Math.min(begins, this.start[id]!);
      ends = Math.max(ends, this.end[id]!);
    }
    this.run = this.start.slice();
    for (let id = 0; id < this.count; id++) {
      const setup = this.setup[id]!;
      if (setup) this.run[id] = Math.min(this.end[id]!, this.endOf(this.machine[id]!, this.start[id]!, setup));
    }
    for (const its of this.ofLot) its.sort((one, other) => this.start[one]! - this.start[other]!);
    [this.begins, this.ends] = [begins, ends];
    this.pinned = new Set(sent.pinned);
    this.fixed = new Set(sent.fixed);
    this.words = sent.lots.number.map((number, at) =>
      `${number} ${sent.lots.code[at]} ${sent.lots.name[at]}`.toLowerCase(),
    );
  }

  machineName(machine: number): string {
    const [centre, number] = this.sent.machines[machine]!;
    return `${this.sent.centres[centre]![2]} ${number}`;
  }

  late(lot: number): number {
    return this.sent.lots.done[lot]! - this.sent.lots.due[lot]!;
  }

  /** The lots whose number, code or name has these letters; whose number is just them, first. */
  find(letters: string, most: number): number[] {
    const wanted = letters.trim().toLowerCase();
    if (!wanted) return [];
    const found: number[] = [];
    for (let lot = 0; lot < this.words.length; lot++) {
      if (this.sent.lots.number[lot]!.toLowerCase() === wanted) found.unshift(lot);
      else if (this.words[lot]!.includes(wanted)) found.push(lot);
      if (found.length > 4 * most) break;
    }
    return found.slice(0, most);
  }

  /** The second at which work of so many seconds ends that begins at START on a machine. */
  endOf(machine: number, start: number, work: number): number {
    const windows = this.windows(machine);
    let [at, left] = [start, work];
    for (let one = 0; one < windows.length; one += 2) {
      const [opens, closes] = [windows[one]!, windows[one + 1]!];
      if (closes <= at) continue;
      at = Math.max(at, opens);
      if (at + left <= closes) return at + left;
      left -= closes - at;
      at = closes;
    }
    return at + left;
  }

  /** How many seconds of a stretch a machine works. */
  worked(machine: number, from: number, until: number): number {
    const windows = this.windows(machine);
    if (!windows.length) return until - from;
    let sum = 0;
    for (let one = 0; one < windows.length; one += 2) {
      sum += Math.max(0, Math.min(until, windows[one + 1]!) - Math.max(from, windows[one]!));
    }
    return sum;
  }

  /** When a machine is open: pairs of seconds; none: nobody knows. */
  windows(machine: number): number[] {
    return this.sent.calendars[this.sent.machines[machine]![2]] ?? [];
  }
}

/** Why an operation cannot be put there; null: nothing that the page knows of is against it. */
export type Objection = "fixed" | "begun" | "unable" | "closed" | "forerunner" | "release" | "fence";

/** What can be seen at once; the server asks its own checker before anything is written. */
export function objection(plan: PlanShown, id: number, machine: number, start: number): Objection | null {
  if (plan.start[id]! <= plan.sent.now - plan.sent.begins) return "begun";
  if (plan.fixed.has(id)) return "fixed";
  const able = plan.sent.able[plan.step[id]!] ?? [];
  if (!able.includes(machine)) return "unable";
  if (start < plan.sent.fence || start < plan.sent.now - plan.sent.begins) return "fence";
  const windows = plan.windows(machine);
  if (windows.length && !open(windows, start)) return "closed";
  const run = start + plan.setup[id]!;
  if (run < plan.sent.lots.release[plan.lot[id]!]!) return "release";
  for (const earlier of plan.sent.before[id] ?? []) if (run < plan.end[earlier]!) return "forerunner";
  return null;
}

function open(windows: number[], at: number): boolean {
  for (let one = 0; one < windows.length; one += 2) {
    if (at >= windows[one]! && at < windows[one + 1]!) return true;
  }
  return false;
}
