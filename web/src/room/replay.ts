// The recording: play, seek, and the chapters, which are the cards in the order they were shown.

import { maybe, one } from "../lib/dom";
import { countdown } from "../lib/time";
import { say } from "../lib/words";
import type { Cue } from "./state";
import type { Player } from "./player";
import { ROOM } from "./words";

const TICK_MS = 250;

/** A chapter: from this media time on, this offer. */
export interface Chapter {
  at_ms: number;
  offer_id: number;
}

/** The chapters of a show: each time another card comes. Pure. */
export function chaptersOf(cues: readonly Cue[]): Chapter[] {
  const chapters: Chapter[] = [];
  for (const cue of cues) {
    if (cue.kind !== "card" || cue.offer_id === undefined) continue;
    if (chapters.at(-1)?.offer_id === cue.offer_id) continue;
    chapters.push({ at_ms: cue.at_ms, offer_id: cue.offer_id });
  }
  return chapters;
}

export class Replay {
  private readonly bar = one("#replay");
  private readonly range = one<HTMLInputElement>("#replay-at");
  private readonly time = one("#replay-time");
  private readonly button = one<HTMLButtonElement>("#replay-play");
  private readonly list = one("#chapters");
  private isSeeking = false;
  private placed = 0;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly player: Player,
    private readonly cues: () => readonly Cue[],
  ) {
    this.button.addEventListener("click", () => {
      if (video.paused) player.start();
      else video.pause();
    });
    this.range.addEventListener("input", () => {
      this.isSeeking = true;
      this.say(Number(this.range.value));
    });
    this.range.addEventListener("change", () => {
      this.isSeeking = false;
      video.currentTime = Number(this.range.value);
    });
    for (const event of ["play", "pause"]) video.addEventListener(event, () => this.dress());
    this.list.addEventListener("click", (event) => {
      const button = event.target instanceof Element && event.target.closest("button");
      if (button instanceof HTMLElement) this.jump(Number(button.dataset["at"]));
    });
    setInterval(() => this.tick(), TICK_MS);
  }

  /** From now on a recording is played. */
  begin(): void {
    this.bar.hidden = false;
    this.dress();
  }

  private jump(atMs: number): void {
    const position = this.player.positionOf(atMs);
    if (position === null) return;
    this.video.currentTime = position;
    this.player.start();
  }

  private tick(): void {
    if (this.bar.hidden || !Number.isFinite(this.video.duration)) return;
    const duration = this.video.duration;
    this.range.max = String(duration);
    if (!this.isSeeking) {
      this.range.value = String(this.video.currentTime);
      this.say(this.video.currentTime);
    }
    const chapters = chaptersOf(this.cues());
    if (chapters.length !== this.placed) this.place(chapters);
  }

  private say(seconds: number): void {
    const text = `${countdown(seconds * 1000)} / ${countdown(this.video.duration * 1000)}`;
    this.time.textContent = text;
    this.range.setAttribute("aria-valuetext", text);
    this.range.style.setProperty("--at", `${(100 * seconds) / (this.video.duration || 1)}%`);
  }

  private dress(): void {
    const isPaused = this.video.paused;
    this.button.setAttribute("aria-label", say(isPaused ? ROOM.play : ROOM.pause));
    this.button.dataset["paused"] = String(isPaused);
  }

  private place(chapters: readonly Chapter[]): void {
    const rows = chapters.flatMap((chapter) => {
      const position = this.player.positionOf(chapter.at_ms);
      const card = maybe(`.shelf [id="card-${chapter.offer_id}"] .goods-name`);
      if (position === null || !card) return [];
      const row = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.dataset["at"] = String(chapter.at_ms);
      button.className = "chapter";
      const at = document.createElement("span");
      at.className = "chapter-at number";
      at.textContent = countdown(position * 1000);
      const name = document.createElement("span");
      name.className = "chapter-name";
      name.textContent = card.textContent?.trim() ?? "";
      button.setAttribute("aria-label", `${say(ROOM.jump, { time: at.textContent })} ${name.textContent}`);
      button.append(at, name);
      row.append(button);
      return [row];
    });
    if (!rows.length) return;
    this.placed = chapters.length;
    this.list.replaceChildren(...rows);
    one("#chapters-box").hidden = false;
  }
}
