// Whether it is the host's uplink that broke, or the viewer's own network: the first is told as
// "back in a moment", and nobody reloads his page for it.

import { getJson } from "../lib/api";

const ASK_MS = 400;
const LOST_MS = 700; // no picture for so long, and it is lost
const BACK_MS = 400;

interface Status {
  on_air: boolean;
  publishing?: boolean;
  frame_age_ms?: number;
}

export class Uplink {
  isLost = false;
  private asking = false;

  constructor(
    private readonly url: string,
    private readonly needsWord: () => boolean,
    private readonly changed: (isLost: boolean) => void,
  ) {
    setInterval(() => void this.ask(), ASK_MS);
  }

  private async ask(): Promise<void> {
    if (this.asking || !(this.isLost || this.needsWord())) return;
    this.asking = true;
    try {
      const status = await getJson<Status>(this.url, AbortSignal.timeout(4000));
      const age = status.frame_age_ms ?? 0;
      const isLost = !status.publishing || age > (this.isLost ? BACK_MS : LOST_MS);
      if (isLost !== this.isLost) {
        this.isLost = isLost;
        this.changed(isLost);
      }
    } catch {
      // Then it is our own network; the banner says so.
    } finally {
      this.asking = false;
    }
  }
}
