// Every ten seconds the player says how it went: what was watched, what stalled, how far behind.

import type { Figures } from "./player";

const BEAT_MS = 10_000;

export interface Told {
  figures(): Figures;
  latencyMs(): number | null;
}

export class Beats {
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(
    private readonly told: Told,
    private readonly send: (words: Record<string, unknown>) => boolean,
  ) {
    this.timer = setInterval(() => this.beat(), BEAT_MS);
    addEventListener("pagehide", () => this.beat());
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private beat(): void {
    const { watchedMs, stalledMs } = this.told.figures();
    if (!watchedMs && !stalledMs) return;
    const latency = this.told.latencyMs();
    this.send({
      t: "beat",
      watched_ms: watchedMs,
      stalled_ms: stalledMs,
      ...(latency === null ? {} : { latency_ms: Math.round(latency) }),
    });
  }
}
