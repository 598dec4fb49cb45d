// The chart under a hand: panning, zooming, pointing, searching, and moving an operation.
// It paints at most once a frame, and only when something has changed.

import { all, maybe, one } from "../lib/dom";
import { toast } from "../lib/toast";
import { say } from "../lib/words";
import { Card } from "./card";
import { PlanClock } from "./clock";
import { type Colouring, type Manner, colouring } from "./colours";
import { AXIS, type Ghost, Painter, type Picked, type View } from "./painter";
import { type PlanShown, objection } from "./plan";
import { DAY, type Limits, TimeScale } from "./scale";
import { GANTT, OBJECTIONS } from "./words";

const SNAP = 300; // seconds to which a moved operation snaps
const TAP_PIXELS = 6;
const HIGH = 24;
const LOW = 13;

/** What a planner wants: an operation on a machine, not before a second. */
export type Moved = (id: number, machine: number, start: number) => Promise<boolean>;

interface Pointer {
  x: number;
  y: number;
}

export class Gantt {
  private readonly canvas: HTMLCanvasElement;
  private readonly painter: Painter;
  private readonly clock: PlanClock;
  private readonly card: Card;
  private readonly pointers = new Map<number, Pointer>();
  private readonly limits: Limits;
  private colours: Colouring;
  private view: View;
  private picked: Picked = { lot: -1, operation: -1, found: new Set() };
  private ghost: Ghost | null = null;
  private isMoving = false; // operations, not the view
  private grabbed: { id: number; offset: number } | null = null;
  private way = 0; // pixels since the pointer came down
  private isAsked = false;

  constructor(
    place: HTMLElement,
    private readonly plan: PlanShown,
    private readonly moved: Moved | null,
  ) {
    this.canvas = one<HTMLCanvasElement>("canvas", place);
    const ink = this.canvas.getContext("2d", { alpha: false });
    if (!ink) throw new Error("no canvas");
    const font = getComputedStyle(place).fontFamily;
    this.clock = new PlanClock(plan.sent.begins, plan.sent.zone);
    this.painter = new Painter(ink, plan, this.clock, font);
    this.card = new Card(one(".gantt-card", place), plan, this.clock, place.dataset["lot"] ?? "");
    this.colours = colouring(plan, "lateness");
    this.limits = { begins: plan.begins, ends: plan.ends, perSecondMin: 20 / (45 * DAY), perSecondMax: 0.5 };
    this.view = { scale: TimeScale.showing(0, DAY, 1000), top: 0, lineHeight: HIGH, width: 0, height: 0, names: 0 };
    new ResizeObserver(() => this.fit()).observe(one(".gantt-stage", place));
    this.fit();
    this.show("first");
    this.listen();
    this.legend();
  }

  /** Paint with the next frame. */
  private ask(): void {
    if (this.isAsked) return;
    this.isAsked = true;
    requestAnimationFrame(() => {
      this.isAsked = false;
      this.painter.paint(this.view, this.colours, this.picked, this.ghost);
    });
  }

  private fit(): void {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const dots = Math.min(2, window.devicePixelRatio || 1);
    this.canvas.width = Math.round(width * dots);
    this.canvas.height = Math.round(height * dots);
    this.canvas.getContext("2d")?.setTransform(dots, 0, 0, dots, 0, 0);
    this.change({ width, height, names: width < 600 ? 84 : 148 });
  }

  private change(view: Partial<View>): void {
    const next = { ...this.view, ...view };
    const most = Math.max(0, this.plan.lines.length * next.lineHeight - (next.height - AXIS));
    next.top = Math.min(most, Math.max(0, next.top));
    next.scale = next.scale.kept(next.width - next.names, this.limits);
    this.view = next;
    this.ask();
  }

  show(span: string): void {
    const width = this.view.width - this.view.names;
    const now = Math.max(this.plan.begins, Math.min(this.plan.ends, this.plan.sent.now - this.plan.sent.begins));
    const spans: Record<string, [number, number]> = {
      all: [this.plan.begins, this.plan.ends],
      week: [now - 0.5 * DAY, now + 6.5 * DAY],
      day: [now - 2 * 3600, now + 22 * 3600],
      first: [now - 4 * 3600, now + Math.min(this.plan.ends - now, (width < 600 ? 1 : 2.5) * DAY)],
    };
    const [from, until] = spans[span] ?? spans["first"]!;
    this.change({ scale: TimeScale.showing(from, until, width) });
  }

  zoom(factor: number, x = (this.view.width - this.view.names) / 2): void {
    this.change({ scale: this.view.scale.zoomed(factor, x, this.limits) });
  }

  goTo(second: number): void {
    const half = (this.view.width - this.view.names) / 2;
    const { perSecond } = this.view.scale;
    this.change({ scale: new TimeScale(second - half / perSecond, perSecond) });
  }

  colour(manner: Manner): void {
    this.colours = colouring(this.plan, manner);
    this.legend();
    this.ask();
  }

  dense(isDense: boolean): void {
    const line = this.view.top / this.view.lineHeight;
    const lineHeight = isDense ? LOW : HIGH;
    this.change({ lineHeight, top: line * lineHeight });
  }

  move(isMoving: boolean): void {
    this.isMoving = isMoving;
    this.canvas.dataset["hand"] = "";
    if (isMoving) toast(say(GANTT.moveHint));
  }

  /** Show a lot whole: all of its operations, in the middle of the chart. */
  pick(lot: number, found: Iterable<number> = []): void {
    const its = this.plan.ofLot[lot] ?? [];
    this.picked = { lot, operation: -1, found: new Set(found) };
    if (its.length) {
      const from = Math.min(...its.map((id) => this.plan.start[id]!));
      const until = Math.max(...its.map((id) => this.plan.end[id]!), this.plan.sent.lots.due[lot]!);
      const width = this.view.width - this.view.names;
      const margin = (until - from) * 0.08 + 1800;
      const lines = its.map((id) => this.plan.lineOf[this.plan.machine[id]!]!);
      const middle = (Math.min(...lines) + Math.max(...lines) + 1) / 2;
      this.change({
        scale: TimeScale.showing(from - margin, until + margin, width),
        top: middle * this.view.lineHeight - (this.view.height - AXIS) / 2,
      });
      this.card.hold(its[0]!, this.view.names + width * 0.5, this.view.height);
    }
    this.ask();
  }

  search(letters: string): void {
    const found = this.plan.find(letters, 60);
    if (!found.length) {
      this.picked = { lot: -1, operation: -1, found: new Set() };
      this.card.close();
      this.ask();
      if (letters.trim()) toast(say(GANTT.none, { letters }), "bad");
      return;
    }
    this.pick(found[0]!, found);
  }

  /** Words that complete what is being typed. */
  suggestions(letters: string): string[] {
    return this.plan.find(letters, 12).map((lot) => `${this.plan.sent.lots.number[lot]} ${this.plan.sent.lots.name[lot]}`);
  }

  private legend(): void {
    const key = maybe("#gantt-key");
    if (!key) return;
    const entry = (words: string, colour: string | null, manner = ""): HTMLLIElement => {
      const item = document.createElement("li");
      const mark = document.createElement("i");
      if (colour) mark.style.setProperty("--swatch", colour);
      if (manner) mark.className = manner;
      item.append(mark, words);
      return item;
    };
    key.replaceChildren(
      ...this.colours.key.map(({ colour, words }) => entry(words, colour)),
      entry(say(GANTT.setup), null, "key-setup"),
      entry(say(GANTT.closed), null, "key-closed"),
      entry(say(GANTT.now), null, "key-now"),
      entry(say(GANTT.fence), null, "key-fence"),
    );
  }

  // ---- hands ---------------------------------------------------------------------------------

  private listen(): void {
    const { canvas } = this;
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.drag(event));
    canvas.addEventListener("pointerup", (event) => void this.up(event));
    canvas.addEventListener("pointercancel", (event) => this.lost(event));
    canvas.addEventListener("pointerleave", () => this.pointers.size || this.card.leave());
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("dblclick", (event) => this.zoom(2, event.offsetX - this.view.names));
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 24 : 1;
    const [dx, dy] = [event.deltaX * lines, event.deltaY * lines];
    if (event.ctrlKey || event.metaKey) {
      this.zoom(Math.exp(-dy * (event.deltaMode === 1 ? 0.01 : 0.0035)), event.offsetX - this.view.names);
    } else if (event.shiftKey) {
      this.change({ scale: this.view.scale.panned(dx || dy) });
    } else {
      this.change({ scale: this.view.scale.panned(dx), top: this.view.top + dy });
    }
  }

  private down(event: PointerEvent): void {
    this.canvas.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    this.way = 0;
    const id = this.under(event.offsetX, event.offsetY);
    if (this.isMoving && id >= 0 && this.pointers.size === 1) {
      this.grabbed = { id, offset: this.second(event.offsetX) - this.plan.start[id]! };
      this.picked = { lot: this.plan.lot[id]!, operation: id, found: this.picked.found };
    } else {
      this.grabbed = null;
      this.canvas.dataset["hand"] = "grabbing";
    }
  }

  private drag(event: PointerEvent): void {
    const before = this.pointers.get(event.pointerId);
    if (!before) return this.point(event);
    const now = { x: event.offsetX, y: event.offsetY };
    this.way += Math.hypot(now.x - before.x, now.y - before.y);
    if (this.grabbed) {
      this.pointers.set(event.pointerId, now);
      return this.carry(now);
    }
    if (this.pointers.size === 2) {
      const [other] = [...this.pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
      if (other) {
        const [was, is] = [Math.abs(before.x - other.x), Math.abs(now.x - other.x)];
        if (was > 8 && is > 8) this.zoom(is / was, (now.x + other.x) / 2 - this.view.names);
        this.change({ top: this.view.top - (now.y - before.y) / 2 });
      }
    } else {
      const scale = this.view.scale.panned(before.x - now.x);
      this.change({ scale, top: this.view.top + before.y - now.y });
    }
    this.pointers.set(event.pointerId, now);
    if (this.way > TAP_PIXELS) this.card.close();
  }

  private async up(event: PointerEvent): Promise<void> {
    const isTap = this.way <= TAP_PIXELS;
    const { grabbed, ghost } = this;
    this.lost(event);
    if (isTap) {
      const id = this.under(event.offsetX, event.offsetY);
      this.picked = { lot: id < 0 ? -1 : this.plan.lot[id]!, operation: id, found: id < 0 ? new Set() : this.picked.found };
      if (id < 0) this.card.close();
      else this.card.hold(id, event.offsetX, event.offsetY);
      this.ask();
    } else if (grabbed && ghost) {
      const reason = objection(this.plan, grabbed.id, ghost.machine, ghost.start);
      if (reason) toast(say(OBJECTIONS[reason]), "bad");
      else if (this.moved) {
        this.ghost = ghost;
        this.ask();
        await this.moved(grabbed.id, ghost.machine, ghost.start);
      }
      this.ghost = null;
      this.card.close();
      this.ask();
    }
  }

  private lost(event: PointerEvent): void {
    this.pointers.delete(event.pointerId);
    this.grabbed = null;
    this.ghost = null;
    this.canvas.dataset["hand"] = "";
    this.ask();
  }

  /** A hand carries an operation: say at once whether it may go where it is. */
  private carry(at: Pointer): void {
    const { grabbed, plan } = this;
    if (!grabbed) return;
    const line = plan.lines[Math.floor((at.y - AXIS + this.view.top) / this.view.lineHeight)];
    const machine = line && line.machine >= 0 ? line.machine : (this.ghost?.machine ?? plan.machine[grabbed.id]!);
    const start = Math.round((this.second(at.x) - grabbed.offset) / SNAP) * SNAP;
    const work = plan.worked(plan.machine[grabbed.id]!, plan.start[grabbed.id]!, plan.end[grabbed.id]!);
    const reason = objection(plan, grabbed.id, machine, start);
    this.ghost = { machine, start, end: plan.endOf(machine, start, work), isGood: reason === null };
    this.card.carry(grabbed.id, machine, this.ghost.start, this.ghost.end, reason, at.x, at.y);
    this.ask();
  }

  private point(event: PointerEvent): void {
    if (event.pointerType !== "mouse") return;
    const id = this.under(event.offsetX, event.offsetY);
    this.canvas.dataset["hand"] = id < 0 ? "" : this.isMoving ? "move" : "point";
    if (id < 0) this.card.leave();
    else this.card.point(id, event.offsetX, event.offsetY);
  }

  private key(event: KeyboardEvent): void {
    const by: Record<string, [number, number]> = { ArrowLeft: [-80, 0], ArrowRight: [80, 0], ArrowUp: [0, -48], ArrowDown: [0, 48] };
    const way = by[event.key];
    if (way) this.change({ scale: this.view.scale.panned(way[0]), top: this.view.top + way[1] });
    else if (event.key === "+" || event.key === "=") this.zoom(1.3);
    else if (event.key === "-") this.zoom(1 / 1.3);
    else if (event.key === "Home") this.show("all");
    else if (event.key === "Escape") {
      this.picked = { lot: -1, operation: -1, found: new Set() };
      this.card.close();
      this.ask();
    } else return;
    event.preventDefault();
  }

  private second(x: number): number {
    return this.view.scale.second(x - this.view.names);
  }

  private under(x: number, y: number): number {
    if (x < this.view.names || y < AXIS) return -1;
    const line = this.plan.lines[Math.floor((y - AXIS + this.view.top) / this.view.lineHeight)];
    if (!line || line.machine < 0) return -1;
    const at = this.plan.intervals.at(line.machine, this.second(x));
    if (at >= 0) return at;
    return this.plan.intervals.at(line.machine, this.second(x + 3)); // a hand is not a needle
  }
}

/** Buttons, the search and the choice of colours around a chart. */
export function useTools(gantt: Gantt, place: HTMLElement): void {
  for (const button of all<HTMLButtonElement>("[data-zoom]", place)) {
    button.addEventListener("click", () => {
      const what = button.dataset["zoom"] ?? "";
      if (what === "in") gantt.zoom(1.6);
      else if (what === "out") gantt.zoom(1 / 1.6);
      else gantt.show(what === "now" ? "first" : what);
    });
  }
  const toggle = (selector: string, act: (isOn: boolean) => void): void => {
    const button = maybe<HTMLButtonElement>(selector, place);
    button?.addEventListener("click", () => {
      const isOn = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(isOn));
      act(isOn);
    });
  };
  toggle("[data-dense]", (isOn) => gantt.dense(isOn));
  toggle("[data-move]", (isOn) => gantt.move(isOn));
  const colours = one<HTMLSelectElement>("#gantt-colour", place);
  colours.addEventListener("change", () => gantt.colour(colours.value as Manner));
  const field = one<HTMLInputElement>("#gantt-find", place);
  const list = one<HTMLDataListElement>("#gantt-found", place);
  field.addEventListener("input", () => {
    list.replaceChildren(
      ...gantt.suggestions(field.value).map((words) => {
        const option = document.createElement("option");
        option.value = words;
        return option;
      }),
    );
  });
  one<HTMLFormElement>(".gantt-search", place).addEventListener("submit", (event) => {
    event.preventDefault();
    gantt.search(field.value);
  });
}
