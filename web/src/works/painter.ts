// Paints the chart. Only what can be seen is looked at: lines by their height, operations by the
// index of their machine; what is narrower than a pixel shares one with its neighbours.

import type { Colouring } from "./colours";
import type { PlanClock } from "./clock";
import type { PlanShown } from "./plan";
import { DAY, type TimeScale, tickStep, ticks } from "./scale";

export const AXIS = 42; // the height of the time's axis
const INK = "#1b1917";
const INK_2 = "#55504a";
const INK_3 = "#6b655e";
const LINE = "#e3dfd9";
const LINE_FAINT = "#f0ede9";
const CLOSED = "#efece8";
const PAPER = "#ffffff";
const HEAD = "#f5f3f0";
const BRAND = "#d63a1e";
const FENCE = "#1d5c9e";
const GOOD = "#0b7350";
const BAD = "#a5143d";
const LABEL_PIXELS = 46;

export interface View {
  scale: TimeScale;
  top: number; // pixels scrolled down
  lineHeight: number;
  width: number;
  height: number;
  names: number; // the width of the machines' names
}

/** A bar that follows a hand. */
export interface Ghost {
  machine: number;
  start: number;
  end: number;
  isGood: boolean;
}

export interface Picked {
  lot: number; // -1: none
  operation: number; // -1: none
  found: ReadonlySet<number>; // lots that were searched for
}

export class Painter {
  private readonly hatch: CanvasPattern | null;
  private readonly letters: number;
  private readonly bins: number[][] = [];
  private readonly written: number[] = []; // of each label: operation, left, top, right

  constructor(
    private readonly ink: CanvasRenderingContext2D,
    private readonly plan: PlanShown,
    private readonly clock: PlanClock,
    private readonly font: string,
  ) {
    this.hatch = ink.createPattern(hatching(), "repeat");
    ink.font = `11px ${font}`;
    this.letters = ink.measureText("D000000").width;
  }

  paint(view: View, colours: Colouring, picked: Picked, ghost: Ghost | null): void {
    const { ink } = this;
    ink.fillStyle = PAPER;
    ink.fillRect(0, 0, view.width, view.height);
    const first = Math.max(0, Math.floor(view.top / view.lineHeight));
    const last = Math.min(this.plan.lines.length - 1, Math.floor((view.top + view.height - AXIS) / view.lineHeight));
    ink.save();
    ink.beginPath();
    ink.rect(view.names, AXIS, view.width - view.names, view.height - AXIS);
    ink.clip();
    this.grounds(view, first, last);
    this.grid(view);
    this.bars(view, colours, first, last);
    this.grounds(view, first, last, true);
    this.labels(view, picked);
    this.way(view, picked);
    if (ghost) this.ghost(view, ghost);
    this.rules(view);
    ink.restore();
    this.names(view, first, last);
    this.axis(view);
  }

  private y(view: View, line: number): number {
    return AXIS + line * view.lineHeight - view.top;
  }

  /** The lines' own ground: work centres' names, and when machines are closed. */
  private grounds(view: View, first: number, last: number, isVeil = false): void {
    const { ink, plan } = this;
    if (isVeil) ink.globalAlpha = 0.66; // over bars: work pauses while nobody is there
    const [from, until] = [view.scale.from, view.scale.second(view.width - view.names)];
    let line = first;
    while (line <= last) {
      const { machine } = plan.lines[line]!;
      if (machine < 0) {
        ink.fillStyle = HEAD;
        if (!isVeil) ink.fillRect(view.names, this.y(view, line), view.width, view.lineHeight);
        line++;
        continue;
      }
      // Neighbours on one calendar are shaded together.
      const calendar = plan.sent.machines[machine]![2];
      let end = line + 1;
      while (end <= last && plan.lines[end]!.machine >= 0 && plan.sent.machines[plan.lines[end]!.machine]![2] === calendar) end++;
      const windows = plan.sent.calendars[calendar];
      if (windows) {
        ink.fillStyle = CLOSED;
        let closed = -Infinity;
        for (let one = 0; one <= windows.length; one += 2) {
          const opens = windows[one] ?? Infinity;
          if (opens > from && closed < until) {
            const x0 = Math.max(view.names, view.names + view.scale.x(closed));
            const x1 = Math.min(view.width, view.names + view.scale.x(opens));
            if (x1 - x0 >= 0.5) ink.fillRect(x0, this.y(view, line), x1 - x0, (end - line) * view.lineHeight);
          }
          closed = windows[one + 1] ?? Infinity;
          if (closed > until) break;
        }
      }
      line = end;
    }
    ink.globalAlpha = 1;
    if (isVeil) return;
    ink.fillStyle = LINE_FAINT;
    for (line = first; line <= last; line++) {
      ink.fillRect(view.names, Math.round(this.y(view, line) + view.lineHeight) - 1, view.width, 1);
    }
  }

  private grid(view: View): void {
    const { ink } = this;
    const { scale } = view;
    const until = scale.second(view.width - view.names);
    const step = tickStep(scale.perSecond, 56);
    for (const at of ticks(scale.from, until, step, this.plan.sent.monday)) {
      const isDay = (at - this.plan.sent.monday) % DAY === 0;
      ink.fillStyle = isDay && step < DAY ? "#cfc9c1" : LINE;
      ink.fillRect(Math.round(view.names + scale.x(at)), AXIS, 1, view.height);
    }
  }

  private bars(view: View, colours: Colouring, first: number, last: number): void {
    const { ink, plan, bins, written: labels } = this;
    labels.length = 0;
    const { scale } = view;
    const [from, until] = [scale.from, scale.second(view.width - view.names)];
    const inset = view.lineHeight > 16 ? 3 : 1;
    const height = view.lineHeight - 2 * inset;
    for (let colour = 0; colour < colours.palette.length; colour++) (bins[colour] ??= []).length = 0;
    const setups: number[] = [];
    for (let line = first; line <= last; line++) {
      const { machine } = plan.lines[line]!;
      if (machine < 0) continue;
      const y = this.y(view, line) + inset;
      let painted = -Infinity; // the pixel up to which something stands already
      plan.intervals.each(machine, from, until, (id) => {
        const x0 = view.names + scale.x(plan.start[id]!);
        const x1 = view.names + scale.x(plan.end[id]!);
        if (x1 - x0 < 1.5) {
          const pixel = Math.floor(x0);
          if (pixel <= painted) return;
          painted = pixel;
          bins[colours.of[id]!]!.push(pixel, y, 1, height);
          return;
        }
        painted = Math.floor(x1) - 1;
        bins[colours.of[id]!]!.push(x0, y, x1 - x0 - (x1 - x0 > 3 ? 1 : 0), height);
        if (plan.setup[id]!) {
          const wide = view.names + scale.x(plan.run[id]!) - x0;
          if (wide >= 1) setups.push(x0, y, wide, height);
        }
        if (x1 - x0 >= LABEL_PIXELS && height >= 11) {
          const run = view.names + scale.x(plan.run[id]!);
          labels.push(id, Math.max(x1 - run >= LABEL_PIXELS ? run : x0, view.names), y, x1);
        }
      });
    }
    for (let colour = 0; colour < colours.palette.length; colour++) {
      const bin = bins[colour]!;
      if (!bin.length) continue;
      ink.fillStyle = colours.palette[colour]!;
      for (let at = 0; at < bin.length; at += 4) ink.fillRect(bin[at]!, bin[at + 1]!, bin[at + 2]!, bin[at + 3]!);
    }
    ink.fillStyle = this.hatch ?? INK_3;
    for (let at = 0; at < setups.length; at += 4) ink.fillRect(setups[at]!, setups[at + 1]!, setups[at + 2]!, setups[at + 3]!);
  }

  private labels(view: View, picked: Picked): void {
    const { ink, plan, written: labels } = this;
    const height = view.lineHeight - (view.lineHeight > 16 ? 6 : 2);
    ink.font = `11px ${this.font}`;
    ink.textBaseline = "middle";
    ink.textAlign = "left";
    for (let at = 0; at < labels.length; at += 4) {
      const [id, x0, y, x1] = [labels[at]!, labels[at + 1]!, labels[at + 2]!, labels[at + 3]!];
      const room = x1 - x0 - 8;
      if (room < this.letters * 0.75) continue;
      const lot = plan.lot[id]!;
      const number = plan.sent.lots.number[lot]!;
      const words = room > this.letters * 2.4 ? `${number}  ${plan.sent.lots.name[lot]!}` : number;
      const fits = Math.floor((room / this.letters) * 7);
      const isNamed = picked.found.has(lot);
      if (isNamed) ink.font = `700 11px ${this.font}`;
      const mark = plan.pinned.has(id) ? "⌖ " : "";
      const shown = mark + (words.length > fits ? words.slice(0, Math.max(3, fits - 1)) : words);
      if (view.names + view.scale.x(plan.run[id]!) > x0 + 2) {
        // Words over a changeover stand on paper: stripes are hard to read through.
        ink.fillStyle = "rgb(255 255 255 / 80%)";
        ink.fillRect(x0 + 2, y + 2, Math.min(room + 4, (shown.length / 7) * this.letters + 4), height - 4);
      }
      ink.fillStyle = INK;
      ink.fillText(shown, x0 + 4, y + height / 2 + 0.5, room + 4);
      if (isNamed) ink.font = `11px ${this.font}`;
    }
  }

  /** The lot that was picked: its operations framed, from one to the next a line, its due time. */
  private way(view: View, picked: Picked): void {
    const { ink, plan } = this;
    const { scale } = view;
    const inset = view.lineHeight > 16 ? 3 : 1;
    const frame = (id: number, width: number, colour: string): void => {
      const line = plan.lineOf[plan.machine[id]!]!;
      const x = view.names + scale.x(plan.start[id]!);
      const wide = Math.max(2, view.names + scale.x(plan.end[id]!) - x);
      ink.strokeStyle = colour;
      ink.lineWidth = width;
      ink.strokeRect(x, this.y(view, line) + inset, wide, view.lineHeight - 2 * inset);
    };
    for (const lot of picked.found) if (lot !== picked.lot) for (const id of plan.ofLot[lot] ?? []) frame(id, 2, INK);
    if (picked.lot >= 0) {
      ink.strokeStyle = INK_2;
      ink.lineWidth = 1.5;
      ink.beginPath();
      for (const id of plan.ofLot[picked.lot] ?? []) {
        for (const before of plan.sent.before[id] ?? []) {
          const x0 = view.names + scale.x(plan.end[before]!);
          const y0 = this.y(view, plan.lineOf[plan.machine[before]!]!) + view.lineHeight / 2;
          const x1 = view.names + scale.x(plan.start[id]!);
          const y1 = this.y(view, plan.lineOf[plan.machine[id]!]!) + view.lineHeight / 2;
          const bend = Math.max(12, Math.min(60, (x1 - x0) / 2));
          ink.moveTo(x0, y0);
          ink.bezierCurveTo(x0 + bend, y0, x1 - bend, y1, x1, y1);
        }
      }
      ink.stroke();
      for (const id of plan.ofLot[picked.lot] ?? []) frame(id, 2, INK);
      const due = Math.round(view.names + scale.x(plan.sent.lots.due[picked.lot]!));
      ink.fillStyle = plan.late(picked.lot) > 0 ? BAD : GOOD;
      ink.fillRect(due - 1, AXIS, 2, view.height);
    }
    if (picked.operation >= 0) frame(picked.operation, 2.5, BRAND);
  }

  private ghost(view: View, ghost: Ghost): void {
    const { ink } = this;
    const x = view.names + view.scale.x(ghost.start);
    const wide = Math.max(3, view.names + view.scale.x(ghost.end) - x);
    const y = this.y(view, this.plan.lineOf[ghost.machine]!) + 1;
    ink.globalAlpha = 0.75;
    ink.fillStyle = ghost.isGood ? "#b5dccb" : "#f0a9b6";
    ink.fillRect(x, y, wide, view.lineHeight - 2);
    ink.globalAlpha = 1;
    ink.strokeStyle = ghost.isGood ? GOOD : BAD;
    ink.lineWidth = 2;
    ink.setLineDash([5, 3]);
    ink.strokeRect(x, y, wide, view.lineHeight - 2);
    ink.setLineDash([]);
  }

  /** The frozen fence, and now. */
  private rules(view: View): void {
    const { ink, plan } = this;
    const fence = Math.round(view.names + view.scale.x(plan.sent.fence));
    ink.fillStyle = FENCE;
    for (let y = AXIS; y < view.height; y += 7) ink.fillRect(fence, y, 1.5, 4);
    const now = Math.round(view.names + view.scale.x(plan.sent.now - plan.sent.begins));
    ink.fillStyle = BRAND;
    ink.fillRect(now - 1, AXIS, 2, view.height);
  }

  private names(view: View, first: number, last: number): void {
    const { ink, plan } = this;
    ink.save();
    ink.beginPath();
    ink.rect(0, AXIS, view.names, view.height - AXIS);
    ink.clip();
    ink.fillStyle = PAPER;
    ink.fillRect(0, AXIS, view.names, view.height);
    ink.textBaseline = "middle";
    ink.textAlign = "left";
    for (let line = first; line <= last; line++) {
      const { centre, machine } = plan.lines[line]!;
      const y = this.y(view, line);
      if (machine < 0) {
        ink.fillStyle = HEAD;
        ink.fillRect(0, y, view.names, view.lineHeight);
        ink.fillStyle = INK;
        ink.font = `600 ${view.lineHeight > 16 ? 12 : 10}px ${this.font}`;
        ink.fillText(plan.sent.centres[centre]![2], 10, y + view.lineHeight / 2, view.names - 14);
      } else {
        ink.fillStyle = INK_2;
        ink.font = `${view.lineHeight > 16 ? 12 : 10}px ${this.font}`;
        ink.fillText(String(plan.sent.machines[machine]![1]), 22, y + view.lineHeight / 2);
      }
      ink.fillStyle = LINE_FAINT;
      ink.fillRect(0, Math.round(y + view.lineHeight) - 1, view.names, 1);
    }
    ink.restore();
    ink.fillStyle = LINE;
    ink.fillRect(view.names - 1, 0, 1, view.height);
  }

  private axis(view: View): void {
    const { ink, plan, clock } = this;
    const { scale } = view;
    const until = scale.second(view.width - view.names);
    ink.fillStyle = HEAD;
    ink.fillRect(0, 0, view.width, AXIS);
    ink.save();
    ink.beginPath();
    ink.rect(view.names, 0, view.width - view.names, AXIS);
    ink.clip();
    ink.textAlign = "left";
    ink.textBaseline = "middle";
    const step = tickStep(scale.perSecond, 56);
    ink.font = `11px ${this.font}`;
    if (step < DAY) {
      ink.fillStyle = INK_3;
      for (const at of ticks(scale.from, until, step, plan.sent.monday)) {
        ink.fillRect(Math.round(view.names + scale.x(at)), AXIS - 6, 1, 6);
        ink.fillText(clock.hour(at), view.names + scale.x(at) + 4, 31);
      }
    }
    // The days above, each said where it is seen, also when its midnight is far to the left.
    const days = step < DAY ? DAY : tickStep(scale.perSecond, 76);
    ink.font = `600 11px ${this.font}`;
    for (const at of ticks(scale.from - days, until, days, plan.sent.monday)) {
      const x = view.names + scale.x(at);
      const end = view.names + scale.x(at + days);
      const shown = Math.min(Math.max(x, view.names), end - 74);
      ink.fillStyle = LINE;
      ink.fillRect(Math.round(x), 0, 1, AXIS);
      ink.fillStyle = INK;
      ink.fillText(clock.day(at), shown + 6, step < DAY ? 12 : 21);
    }
    this.flag(view, plan.sent.now - plan.sent.begins, BRAND);
    ink.restore();
    ink.fillStyle = LINE;
    ink.fillRect(0, AXIS - 1, view.width, 1);
  }

  private flag(view: View, at: number, colour: string): void {
    const x = view.names + view.scale.x(at);
    this.ink.fillStyle = colour;
    this.ink.beginPath();
    this.ink.moveTo(x - 5, AXIS - 8);
    this.ink.lineTo(x + 5, AXIS - 8);
    this.ink.lineTo(x, AXIS);
    this.ink.fill();
  }
}

/** Fine stripes for changeovers, over whatever colour the bar has. */
function hatching(): HTMLCanvasElement {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 6;
  const ink = tile.getContext("2d")!;
  ink.fillStyle = "rgb(255 255 255 / 45%)";
  ink.fillRect(0, 0, 6, 6);
  ink.strokeStyle = "rgb(70 60 50 / 75%)";
  ink.lineWidth = 1.6;
  ink.beginPath();
  for (const at of [-6, 0, 6]) {
    ink.moveTo(at, 6);
    ink.lineTo(at + 6, 0);
  }
  ink.stroke();
  return tile;
}
