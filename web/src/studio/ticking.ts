// The clocks of the crew's pages. The server says from what they tick; the page only counts on,
// by the server's clock and not by its own. Pure.

/** From what the clocks of a show tick, in epoch milliseconds (0: not yet). */
export interface Ticking {
  now: number;
  began: number;
  ended: number;
  since: number; // when the segment began
  minutes: number; // that the segment may take
  before: number; // minutes that the plan gives to what comes before it
}

export interface Clocks {
  elapsed: number;
  left: number;
  share: number; // of the segment's minutes that is used, 0 to 100
  drift: number; // above nought: behind the plan
}

/** What the clocks say at an instant; seconds. */
export function clocksAt(ticking: Ticking, nowMs: number): Clocks {
  const at = ticking.ended || nowMs;
  const seconds = (from: number): number => (from ? Math.max(0, Math.floor((at - from) / 1000)) : 0);
  const elapsed = seconds(ticking.began);
  const inside = seconds(ticking.since);
  const whole = ticking.minutes * 60;
  return {
    elapsed,
    left: whole - inside,
    share: whole > 0 ? Math.min(100, Math.floor((100 * inside) / whole)) : 100,
    drift: elapsed - ticking.before * 60 - Math.min(inside, whole),
  };
}

/** A span as 14:59 or 1:02:03; what is over its time has a minus. */
export function clockText(seconds: number): string {
  const whole = Math.abs(Math.trunc(seconds));
  const two = (number: number): string => String(number).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const text = hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${two(minutes)}:${two(rest)}`;
  return seconds < 0 ? `−${text}` : text;
}

const ON_TIME_SECONDS = 5;

/** How far a show is from its plan, in words. */
export function driftText(seconds: number, language: "zh" | "en"): string {
  if (Math.abs(seconds) < ON_TIME_SECONDS) return language === "en" ? "on time" : "准点";
  const text = clockText(Math.abs(seconds));
  if (language === "en") return `${text} ${seconds > 0 ? "behind" : "ahead"}`;
  return `${seconds > 0 ? "落后" : "提前"} ${text}`;
}
