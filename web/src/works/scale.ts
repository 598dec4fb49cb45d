// Time on the screen: which second stands at which pixel, and which ticks are worth a line.

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** Seconds and pixels: a window of time of so many pixels. Nothing of it is ever not a number. */
export class TimeScale {
  constructor(
    /** The second at the left edge. */
    readonly from: number,
    /** How many pixels a second is wide. */
    readonly perSecond: number,
  ) {}

  x(second: number): number {
    return (second - this.from) * this.perSecond;
  }

  second(x: number): number {
    return this.from + x / this.perSecond;
  }

  /** The same span, so many pixels further to the right. */
  panned(pixels: number): TimeScale {
    return new TimeScale(this.from + pixels / this.perSecond, this.perSecond);
  }

  /** Larger by a factor, with the second under X where it was. */
  zoomed(factor: number, x: number, limits: Limits): TimeScale {
    const perSecond = Math.min(limits.perSecondMax, Math.max(limits.perSecondMin, this.perSecond * factor));
    return new TimeScale(this.second(x) - x / perSecond, perSecond);
  }

  /** Moved so far that something of the plan is still to be seen. */
  kept(width: number, limits: Limits): TimeScale {
    const span = width / this.perSecond;
    const margin = span * 0.5;
    const from = Math.min(Math.max(this.from, limits.begins - margin), Math.max(limits.begins - margin, limits.ends - span + margin));
    return from === this.from ? this : new TimeScale(from, this.perSecond);
  }

  /** A scale that shows all from one second to another. */
  static showing(from: number, until: number, width: number): TimeScale {
    const span = Math.max(until - from, MINUTE);
    return new TimeScale(from, Math.max(width, 1) / span);
  }
}

/** What a scale may be. */
export interface Limits {
  begins: number;
  ends: number;
  perSecondMin: number;
  perSecondMax: number;
}

const STEPS = [5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY];

/** The smallest step between ticks that leaves at least so many pixels between them. */
export function tickStep(perSecond: number, pixels: number): number {
  return STEPS.find((step) => step * perSecond >= pixels) ?? 28 * DAY;
}

/**
 * The ticks of a stretch: seconds that are whole steps of a clock which is OFFSET seconds ahead
 * of the plan's nought at midnight; weeks begin on a Monday, for whoever says so by OFFSET.
 */
export function ticks(from: number, until: number, step: number, midnight: number): number[] {
  const found: number[] = [];
  for (let at = midnight + Math.ceil((from - midnight) / step) * step; at <= until; at += step) found.push(at);
  return found;
}

export { DAY, HOUR, MINUTE };
