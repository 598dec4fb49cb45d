// The media time of the frame that is on the screen: EXT-X-PROGRAM-DATE-TIME, carried to that
// frame. `playingDate` belongs to `currentTime`, which runs on between frames; the frame's own
// `mediaTime` says how far. Measured: right to a millisecond, where `timeupdate` is off by 250.

import type { Player } from "./player";

/** Calls back with the media time of each displayed frame; null while nothing is known. */
export class Playhead {
  private stopped = false;
  /** The media time of the last displayed frame. */
  atMs: number | null = null;
  private seenAt = 0;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly player: Player,
    private readonly frame: (atMs: number) => void,
  ) {
    this.watch();
  }

  stop(): void {
    this.stopped = true;
  }

  /** Whether a frame was shown lately (a hidden page shows none). */
  get isRunning(): boolean {
    return this.atMs !== null && performance.now() - this.seenAt < 1500;
  }

  private watch(): void {
    if (this.stopped) return;
    if ("requestVideoFrameCallback" in HTMLVideoElement.prototype) {
      this.video.requestVideoFrameCallback((_now, frame) => {
        this.shown(frame.mediaTime);
        this.watch();
      });
    } else {
      requestAnimationFrame(() => {
        if (!this.video.paused && this.video.readyState > 2) this.shown(this.video.currentTime);
        this.watch();
      });
    }
  }

  private shown(mediaTime: number): void {
    const base = this.player.playingMs();
    if (base === null) return;
    this.atMs = base + (mediaTime - this.video.currentTime) * 1000;
    this.seenAt = performance.now();
    this.frame(this.atMs);
  }
}
