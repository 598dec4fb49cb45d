// The room as this browser knows it: a snapshot, and what the ticks after it changed.
//
// The same law as on the server (show/rules.py): facts carry what has become true, so a tick
// that is heard twice changes nothing. Pure, and tested without a browser.

import type { Answer } from "./press";

/** Something that is seen from a media time on. */
export interface Cue {
  id: number;
  kind: "card" | "card_off" | "pin" | "unpin" | "segment";
  at_ms: number;
  offer_id?: number;
  segment_id?: number;
  text?: string;
}

/** A line of the chat; `role` is "visitor", an office of the crew, or empty for a buyer. */
export interface Line {
  id: number;
  name: string;
  role: string;
  text: string;
  at_ms: number;
  question?: boolean;
}

/** What a buyer must know of an offer before he presses. */
export interface Offer {
  sku_id: number;
  state: "open" | "closed";
  left: number;
  limit: number;
  price_fen: number;
  price_version: number;
}

export type Air = "draft" | "on_air" | "ended";

/** What a newcomer is told. */
export interface Told {
  show: { state: Air };
  segment_id: number | null;
  card: Cue | null;
  pin: Cue | null;
  cues: Cue[];
  chat: Line[];
  viewers: number;
  likes: number;
  offers: Record<string, Offer>;
}

export interface Snapshot {
  t: "snapshot";
  seq: number;
  state: Told;
  look?: string;
  now_ms?: number;
}

export interface Tick {
  t: "tick";
  seq: number;
  look?: string;
  cues?: Cue[];
  taken_back?: number[];
  chat?: Line[];
  hidden?: number[];
  viewers?: number;
  likes?: number;
  show?: { state: Air };
  segment_id?: number | null;
  offers?: Record<string, Offer>;
  sheet?: boolean;
  now_ms?: number;
}

export interface Said {
  t: "said";
  key: string;
  id: number;
}

export interface NotSaid {
  t: "refused";
  key: string;
  code: string;
  title: string;
}

export type Message = Snapshot | Tick | Said | NotSaid | Answer;

/** All that the page shows of a room. */
export interface Room {
  seq: number;
  air: Air;
  segment_id: number | null;
  cues: Cue[];
  chat: Line[];
  viewers: number;
  likes: number;
  offers: Map<number, Offer>;
}

/** Lines that a page keeps; who wants more reads the books. */
export const CHAT_KEPT = 120;

/** The room as a newcomer is told of it. */
export function roomOf(seq: number, told: Told): Room {
  return {
    seq,
    air: told.show.state,
    segment_id: told.segment_id,
    cues: inOrder(told.cues),
    chat: told.chat.slice(-CHAT_KEPT),
    viewers: told.viewers,
    likes: told.likes,
    offers: offersOf(told.offers),
  };
}

/** The room after one more tick. */
export function after(room: Room, tick: Tick): Room {
  const hidden = new Set(tick.hidden ?? []);
  const back = new Set(tick.taken_back ?? []);
  return {
    seq: Math.max(room.seq, tick.seq),
    air: tick.show?.state ?? room.air,
    segment_id: tick.segment_id === undefined ? room.segment_id : tick.segment_id,
    cues:
      tick.cues || back.size
        ? inOrder(joined(room.cues, tick.cues ?? [])).filter((cue) => !back.has(cue.id))
        : room.cues,
    chat:
      tick.chat || hidden.size
        ? joined(room.chat, tick.chat ?? [])
            .filter((line) => !hidden.has(line.id))
            .sort((one, other) => one.id - other.id)
            .slice(-CHAT_KEPT)
        : room.chat,
    viewers: tick.viewers ?? room.viewers,
    likes: tick.likes ?? room.likes,
    offers: tick.offers ? new Map([...room.offers, ...offersOf(tick.offers)]) : room.offers,
  };
}

function offersOf(told: Record<string, Offer>): Map<number, Offer> {
  return new Map(Object.entries(told).map(([id, offer]) => [Number(id), offer]));
}

function joined<T extends { id: number }>(known: T[], more: T[]): T[] {
  return [...new Map([...known, ...more].map((one) => [one.id, one])).values()];
}

function inOrder(cues: Cue[]): Cue[] {
  return [...cues].sort((one, other) => one.at_ms - other.at_ms || one.id - other.id);
}
