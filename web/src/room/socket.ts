// The room's socket: it comes back by itself, with the number of the last fact it was told, and
// not all at the same instant when a server was restarted under a thousand of them.

import type { Message } from "./state";

export const COME_BACK = 4001;
export const NOT_HERE = 4404;
const NOT_A_WORD = 1007;
const TOO_MUCH = 1008;
const FULL = 1013;

const FIRST_MS = 400;
const LONGEST_MS = 10_000;
const SILENT_MS = 25_000; // the server breaks the silence every ten seconds
const STEADY_MS = 8_000; // who stayed so long begins his waits anew
const LOST_MS = 1_500; // a shorter break is nobody's business

/** How long to wait before the next try: twice as long each time, half of it by chance. */
export function waitMs(tries: number, code: number, chance: number): number {
  if (code === COME_BACK) return Math.round(chance * FIRST_MS);
  if (code === TOO_MUCH || code === NOT_A_WORD) return 30_000;
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(tries, 10));
  const least = code === FULL ? 3000 : 0;
  return Math.round(least + longest / 2 + (chance * longest) / 2);
}

export interface Hearing {
  message(message: Message): void;
  lost(isLost: boolean): void;
  gone(): void;
}

/** What of a browser's socket is used; a test brings its own. */
export interface Wire {
  readonly readyState: number;
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: string }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
}

export class RoomSocket {
  private wire: Wire | null = null;
  private tries = 0;
  private openedAt = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private banner: ReturnType<typeof setTimeout> | undefined;
  private over = false;

  constructor(
    private readonly address: (seen: number) => string,
    private readonly hearing: Hearing,
    private seen: number,
    private readonly dial: (url: string) => Wire = (url) => new WebSocket(url) as unknown as Wire,
  ) {}

  /** Open it, and keep it open. */
  open(): void {
    if (this.wire || this.over) return;
    clearTimeout(this.retry);
    const wire = this.dial(this.address(this.seen));
    this.wire = wire;
    this.listen();
    wire.onopen = () => {
      this.openedAt = Date.now();
      this.found();
    };
    wire.onmessage = (event) => {
      this.listen();
      const message = JSON.parse(event.data) as Message;
      if (message.t === "snapshot" || message.t === "tick") {
        // A snapshot of a process that lags behind may well have a smaller number.
        this.seen = message.t === "snapshot" ? message.seq : Math.max(this.seen, message.seq);
      }
      this.hearing.message(message);
    };
    wire.onclose = (event) => {
      if (this.wire === wire) this.closed(event.code);
    };
  }

  /** Say something, if anybody listens. Whether it was sent. */
  say(words: Record<string, unknown>): boolean {
    if (this.wire?.readyState !== 1) return false;
    this.wire.send(JSON.stringify(words));
    return true;
  }

  /** The network says that it is back: do not wait any longer. */
  now(): void {
    this.tries = 0;
    if (!this.wire) this.open();
  }

  /** From here on with another address (a new badge): come in anew. */
  renew(): void {
    const wire = this.wire;
    this.wire = null;
    if (wire) {
      wire.onclose = null;
      wire.close();
    }
    this.open();
  }

  /** For good. */
  close(): void {
    this.over = true;
    clearTimeout(this.retry);
    clearTimeout(this.silence);
    clearTimeout(this.banner);
    this.wire?.close();
  }

  private listen(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      const wire = this.wire;
      if (!wire) return;
      wire.onclose = null;
      wire.close();
      this.closed(1006);
    }, SILENT_MS);
  }

  private found(): void {
    clearTimeout(this.banner);
    this.banner = undefined;
    this.hearing.lost(false);
  }

  private closed(code: number): void {
    this.wire = null;
    clearTimeout(this.silence);
    if (this.over) return;
    if (code === NOT_HERE) {
      this.over = true;
      this.hearing.gone();
      return;
    }
    if (this.openedAt && Date.now() - this.openedAt > STEADY_MS) this.tries = 0;
    this.openedAt = 0;
    this.banner ??= setTimeout(() => this.hearing.lost(true), LOST_MS);
    this.retry = setTimeout(() => this.open(), waitMs(this.tries, code, Math.random()));
    this.tries += 1;
  }
}
