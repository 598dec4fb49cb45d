// Seconds of a plan as people write times, on the clock of the plant.

import { language } from "../lib/words";

/** Writes times of one plan; what was written once is remembered, since ticks come back. */
export class PlanClock {
  private readonly known = new Map<string, string>();
  private readonly formats: Record<"hour" | "day" | "moment", Intl.DateTimeFormat>;

  constructor(
    private readonly begins: number,
    zone: string,
  ) {
    const locale = language() === "zh" ? "zh-CN" : "en-GB";
    const make = (words: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
      new Intl.DateTimeFormat(locale, { timeZone: zone, hourCycle: "h23", ...words });
    this.formats = {
      hour: make({ hour: "2-digit", minute: "2-digit" }),
      day: make({ weekday: "short", day: "numeric", month: "short" }),
      moment: make({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }),
    };
  }

  hour(second: number): string {
    return this.written("hour", second);
  }

  day(second: number): string {
    return this.written("day", second);
  }

  moment(second: number): string {
    return this.written("moment", second);
  }

  private written(manner: "hour" | "day" | "moment", second: number): string {
    const name = `${manner}${second}`;
    let found = this.known.get(name);
    if (found === undefined) {
      found = this.formats[manner].format((this.begins + second) * 1000);
      if (this.known.size > 5000) this.known.clear();
      this.known.set(name, found);
    }
    return found;
  }
}
