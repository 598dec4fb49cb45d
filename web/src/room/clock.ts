// The server's clock, as well as it can be known from here: people's own are wrong by minutes.
// Pure.

const SAMPLES = 20;

/**
 * Learns the difference from messages that say when they were made. Each came some time after
 * that, so the sample with the least delay, which shows the server furthest ahead, is nearest.
 */
export class ServerClock {
  private readonly samples: number[] = [];

  constructor(private readonly here: () => number = Date.now) {}

  /** A message was made at this time of the server's. */
  hear(nowMs: number): void {
    this.samples.push(nowMs - this.here());
    if (this.samples.length > SAMPLES) this.samples.shift();
  }

  /** What the server's clock says now, in milliseconds. */
  now(): number {
    return this.here() + (this.samples.length ? Math.max(...this.samples) : 0);
  }
}
