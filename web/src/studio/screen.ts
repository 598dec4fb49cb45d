// The director's own screen: the stream as viewers get it, and the media time of its frames.

import { maybe, one } from "../lib/dom";
import { Player } from "../room/player";
import { Playhead } from "../room/playhead";
import type { ServerClock } from "../room/clock";

export class Screen {
  private readonly video = one<HTMLVideoElement>("#screen");
  private readonly player: Player;
  private readonly playhead: Playhead;

  constructor(
    private readonly clock: ServerClock,
    live: string,
    replay: string,
    isOver: boolean,
  ) {
    const frame = one(".screen");
    this.player = new Player(this.video, {
      playing: (isPlaying) => frame.toggleAttribute("data-playing", isPlaying || this.hasPicture),
      missing: (isMissing) => frame.toggleAttribute("data-playing", !isMissing && this.hasPicture),
      blocked: () => undefined,
      shaped: (width, height) => (frame.dataset["shape"] = height > width ? "tall" : "wide"),
    });
    const time = one("#screen-time");
    let written = "";
    this.playhead = new Playhead(this.video, this.player, (atMs) => {
      const text = wallClock(atMs);
      if (text === written) return;
      written = time.textContent = text;
      time.hidden = false;
    });
    this.video.muted = true;
    if (isOver) this.video.controls = true;
    this.player.load(isOver ? replay : live, !isOver);
    const sound = maybe<HTMLButtonElement>("[data-sound]");
    sound?.addEventListener("click", () => {
      this.video.muted = !this.video.muted;
      sound.setAttribute("aria-pressed", String(!this.video.muted));
      const use = one("use", sound);
      const href = use.getAttribute("href") ?? "";
      use.setAttribute("href", href.replace(/#.*/, this.video.muted ? "#mute" : "#sound"));
    });
  }

  /** The media time of the frame that is seen now; null while no picture runs. */
  get seenMs(): number | null {
    return this.playhead.isRunning ? this.playhead.atMs : null;
  }

  /** How far this screen is behind the camera. */
  get latencyMs(): number | null {
    const seen = this.seenMs;
    return seen === null ? null : Math.max(0, this.clock.now() - seen);
  }

  private get hasPicture(): boolean {
    return this.video.readyState > 1;
  }
}

function wallClock(atMs: number): string {
  const at = new Date(atMs);
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
