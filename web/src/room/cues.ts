// Which card and which message a viewer sees: those that stand at the media time of the very
// frame before him, however late he watches, and wherever he seeks in a recording. Pure.

import type { Cue } from "./state";

/** What stands at a media time. */
export interface Standing {
  card: Cue | null;
  pin: Cue | null;
  segment: Cue | null;
}

/** A change of what stands, and how far from its media time it came (null: not crossed). */
export interface Change {
  kind: keyof Standing;
  now: Cue | null;
  errorMs: number | null;
}

/** What stands at a media time; CUES are in its order. Infinity asks for the newest. */
export function standingAt(cues: readonly Cue[], atMs: number): Standing {
  const standing: Standing = { card: null, pin: null, segment: null };
  for (const cue of cues) {
    if (cue.at_ms > atMs) break;
    if (cue.kind === "card") standing.card = cue;
    else if (cue.kind === "card_off") standing.card = null;
    else if (cue.kind === "pin") standing.pin = cue;
    else if (cue.kind === "unpin") standing.pin = null;
    else standing.segment = cue;
  }
  return standing;
}

/** A playhead that leaps further than this between two frames was not played but sought. */
export const LEAP_MS = 1000;

/**
 * Follows one playhead over the cues. Ask it at every frame; it answers with what became
 * different. A cue that the playhead crossed while playing comes with its error: how much
 * later than its media time the frame was that shows it.
 */
export class Scheduler {
  private cues: readonly Cue[] = [];
  private atMs: number | null = null;
  private shown: Standing = { card: null, pin: null, segment: null };
  private late = new Set<number>(); // cues that came when the playhead was past them
  private isUsed = false;

  /** Take the room's cues, in the order of media time. */
  use(cues: readonly Cue[]): void {
    const known = new Set(this.cues.map((cue) => cue.id));
    if (this.atMs !== null && this.isUsed) {
      for (const cue of cues) {
        if (!known.has(cue.id) && cue.at_ms <= this.atMs) this.late.add(cue.id);
      }
    }
    this.cues = cues;
    this.isUsed = true;
  }

  /** The frame of this media time is shown. */
  at(atMs: number): Change[] {
    const before = this.atMs;
    const wasPlayed = before !== null && atMs >= before && atMs - before <= LEAP_MS;
    this.atMs = atMs;
    const standing = standingAt(this.cues, atMs);
    const changes: Change[] = [];
    for (const kind of ["card", "pin", "segment"] as const) {
      const now = standing[kind];
      if (same(now, this.shown[kind])) continue;
      const crossed = now !== null && before !== null && wasPlayed && now.at_ms > before;
      const cameLate = now !== null && this.late.has(now.id);
      changes.push({
        kind,
        now,
        errorMs: now !== null && (crossed || cameLate) ? atMs - now.at_ms : null,
      });
    }
    this.shown = standing;
    this.late.clear();
    return changes;
  }

  /** There is no picture to go by: show what stands now. */
  newest(): Change[] {
    const changes = this.at(Number.POSITIVE_INFINITY);
    this.atMs = null;
    return changes.map((change) => ({ ...change, errorMs: null }));
  }
}

function same(one: Cue | null, other: Cue | null): boolean {
  return one?.id === other?.id && one?.offer_id === other?.offer_id && one?.text === other?.text;
}
