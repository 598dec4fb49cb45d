// What lies over the picture when there is none, or when it may not begin by itself. Each state
// says what will happen next, since a spinner without a word is read as "broken".

import { maybe } from "../lib/dom";
import { countdown } from "../lib/time";
import { say } from "../lib/words";
import type { ServerClock } from "./clock";
import type { Air } from "./state";
import { ROOM } from "./words";

export type Curtain = "none" | "soon" | "wait" | "back" | "tap" | "over";

export interface Scene {
  air: Air;
  isMissing: boolean; // nothing can be played at the moment
  hasPicture: boolean; // a frame has been shown
  isHostLost: boolean;
  isBlocked: boolean;
  isReplay: boolean;
}

/** Which curtain a scene has. Pure. */
export function curtainOf(scene: Scene): Curtain {
  if (scene.air === "draft") return "soon";
  if (scene.air === "ended" && !scene.isReplay) return "over";
  if (scene.isBlocked) return "tap";
  if (scene.air === "on_air" && scene.isHostLost) return scene.hasPicture ? "back" : "wait";
  if (scene.isMissing) return scene.air === "ended" ? "over" : "wait";
  return scene.hasPicture ? "none" : "wait";
}

export class Curtains {
  private shown: Curtain | null = null;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly stage: HTMLElement,
    private readonly clock: ServerClock,
    private readonly plannedMs: number,
  ) {}

  show(scene: Scene): void {
    const curtain = curtainOf(scene);
    if (curtain === this.shown) return;
    this.shown = curtain;
    this.stage.dataset["curtain"] = curtain;
    clearInterval(this.timer);
    if (curtain === "soon") {
      this.count();
      this.timer = setInterval(() => this.count(), 500);
    }
  }

  private count(): void {
    const left = this.plannedMs - this.clock.now();
    const label = maybe("#countdown-label");
    const digits = maybe("#countdown");
    if (label) label.textContent = say(left > 0 ? ROOM.startsIn : ROOM.anyMoment);
    if (digits) digits.replaceChildren(...(left > 0 ? daysAnd(left) : []));
  }
}

function daysAnd(milliseconds: number): (Node | string)[] {
  const days = Math.floor(milliseconds / 86_400_000);
  const rest = countdown(milliseconds % 86_400_000);
  if (!days) return [rest];
  const word = document.createElement("span");
  word.className = "countdown-days";
  word.textContent = say(ROOM.days, { n: days });
  return [word, rest.padStart(8, "0")];
}

/** The show as an entry for a calendar, which every phone understands. Pure. */
export function calendarOf(title: string, url: string, beginsMs: number, nowMs: number): string {
  const stamp = (ms: number): string =>
    new Date(ms).toISOString().replace(/[-:]/g, "").replace(/\.\d+/, "");
  const text = (words: string): string => words.replace(/[\\;,]/g, "\\$&").replace(/\r?\n/g, " ");
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Firsthand//Room//EN",
    "BEGIN:VEVENT",
    `UID:${stamp(beginsMs)}-${encodeURIComponent(url)}`,
    `DTSTAMP:${stamp(nowMs)}`,
    `DTSTART:${stamp(beginsMs)}`,
    "DURATION:PT2H",
    `SUMMARY:${text(title)}`,
    `URL:${url}`,
    "BEGIN:VALARM",
    "TRIGGER:-PT5M",
    "ACTION:DISPLAY",
    `DESCRIPTION:${text(title)}`,
    "END:VALARM",
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ].join("\r\n");
}
