// Hearts that float up when somebody likes what he sees. A finger sends bundles, not touches;
// other people's hearts are drawn from the count, a few a second, as many as look well.

import { prefersCalm } from "../lib/dom";

const BUNDLE_MS = 500;
const BUNDLE_MAX = 50;
const AT_ONCE = 24;
const OTHERS_A_TICK = 4;
const COLOURS = 5;

export class Hearts {
  private mine = 0;
  private unseen = 0; // of my own likes, not yet in the count
  private count: number;
  private bundle: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly sky: HTMLElement,
    private readonly send: (n: number) => boolean,
    private readonly counted: (likes: number) => void,
    likes: number,
  ) {
    this.count = likes;
    counted(likes);
  }

  /** A touch. */
  like(): void {
    this.float();
    this.mine += 1;
    this.unseen += 1;
    this.counted(this.count + this.unseen);
    this.bundle ??= setTimeout(() => this.flush(), BUNDLE_MS);
  }

  /** So many likes there are in the room. */
  told(likes: number): void {
    const grown = Math.max(0, likes - this.count);
    const others = grown - Math.min(grown, this.unseen);
    this.unseen = Math.max(0, this.unseen - grown);
    this.count = likes;
    this.counted(likes + this.unseen);
    for (let n = 0; n < Math.min(OTHERS_A_TICK, Math.ceil(Math.log2(others + 1))); n += 1) {
      window.setTimeout(() => this.float(), n * 160 + Math.random() * 120);
    }
  }

  private flush(): void {
    this.bundle = undefined;
    const n = Math.min(this.mine, BUNDLE_MAX);
    if (n > 0 && !this.send(n)) this.unseen -= n;
    this.mine = 0;
  }

  private float(): void {
    if (prefersCalm() || document.hidden || this.sky.childElementCount >= AT_ONCE) return;
    const heart = document.createElement("i");
    heart.className = `heart heart-${Math.floor(Math.random() * COLOURS)}`;
    heart.style.setProperty("--drift", `${Math.round(Math.random() * 60 - 34)}px`);
    heart.style.setProperty("--turn", `${Math.round(Math.random() * 40 - 20)}deg`);
    heart.style.setProperty("--size", `${Math.round(20 + Math.random() * 14)}px`);
    heart.addEventListener("animationend", () => heart.remove());
    this.sky.append(heart);
  }
}
