import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerClock } from "../src/room/clock";
import { calendarOf, curtainOf, type Scene } from "../src/room/curtain";
import { chaptersOf } from "../src/room/replay";
import { after, CHAT_KEPT, roomOf, type Tick, type Told } from "../src/room/state";
import { ROOM } from "../src/room/words";

const TOLD: Told = {
  show: { state: "on_air" },
  segment_id: null,
  card: null,
  pin: null,
  cues: [],
  chat: [{ id: 1, name: "a", role: "", text: "one", at_ms: 1 }],
  viewers: 3,
  likes: 10,
  offers: { "5": { sku_id: 50, state: "open", left: 9, limit: 2, price_fen: 990, price_version: 1 } },
};
const tick = (seq: number, words: Partial<Tick>): Tick => ({ t: "tick", seq, ...words });

test("ticks change what they tell and leave the rest", () => {
  const room = after(roomOf(4, TOLD), tick(6, { viewers: 8, show: { state: "ended" } }));
  assert.deepEqual([room.seq, room.viewers, room.likes, room.air], [6, 8, 10, "ended"]);
  assert.equal(room.offers.get(5)?.left, 9);
});

test("a tick that is heard twice changes nothing", () => {
  const news = tick(6, {
    cues: [{ id: 3, kind: "card", at_ms: 900, offer_id: 5 }, { id: 2, kind: "pin", at_ms: 100, text: "x" }],
    chat: [{ id: 2, name: "b", role: "host", text: "two", at_ms: 2 }],
    offers: { "5": { sku_id: 50, state: "open", left: 8, limit: 2, price_fen: 990, price_version: 1 } },
  });
  const once = after(roomOf(4, TOLD), news);
  assert.deepEqual(after(once, news), once);
  assert.deepEqual(once.cues.map((cue) => cue.id), [2, 3]);
  assert.deepEqual(once.chat.map((line) => line.id), [1, 2]);
  assert.equal(once.offers.get(5)?.left, 8);
});

test("hidden lines and cues taken back are gone", () => {
  let room = after(roomOf(4, TOLD), tick(5, { cues: [{ id: 3, kind: "card", at_ms: 900, offer_id: 5 }] }));
  room = after(room, tick(6, { taken_back: [3], hidden: [1] }));
  assert.deepEqual([room.cues, room.chat], [[], []]);
});

test("the chat keeps the newest lines, and a late one finds its place", () => {
  const many = Array.from({ length: CHAT_KEPT + 20 }, (_, n) => ({
    id: n + 2, name: "", role: "", text: "", at_ms: 0,
  }));
  const room = after(roomOf(4, TOLD), tick(5, { chat: [...many].reverse() }));
  assert.equal(room.chat.length, CHAT_KEPT);
  assert.equal(room.chat.at(-1)?.id, CHAT_KEPT + 21);
  assert.ok(room.chat.every((line, n) => n === 0 || (room.chat[n - 1]?.id ?? 0) < line.id));
});

test("the server's clock is learnt from the message that came quickest", () => {
  let here = 1_000_000;
  const clock = new ServerClock(() => here);
  clock.hear(1_060_000 - 800); // came 800 ms late
  here += 5000;
  clock.hear(1_065_000 - 30); // and this one 30
  here += 5000;
  clock.hear(1_070_000 - 400);
  assert.equal(clock.now(), 1_070_000 - 30);
});

test("each state of a show has its own curtain, and a host's dropped line is told as that", () => {
  const scene: Scene = {
    air: "on_air", isMissing: false, hasPicture: true, isHostLost: false, isBlocked: false, isReplay: false,
  };
  assert.equal(curtainOf(scene), "none");
  assert.equal(curtainOf({ ...scene, air: "draft" }), "soon");
  assert.equal(curtainOf({ ...scene, hasPicture: false }), "wait");
  assert.equal(curtainOf({ ...scene, isMissing: true }), "wait");
  assert.equal(curtainOf({ ...scene, isHostLost: true }), "back");
  assert.equal(curtainOf({ ...scene, isHostLost: true, hasPicture: false }), "wait");
  assert.equal(curtainOf({ ...scene, isBlocked: true }), "tap");
  assert.equal(curtainOf({ ...scene, air: "ended" }), "over");
  assert.equal(curtainOf({ ...scene, air: "ended", isReplay: true }), "none");
  assert.equal(curtainOf({ ...scene, air: "ended", isReplay: true, isMissing: true }), "over");
});

test("a chapter begins where another card comes", () => {
  const chapters = chaptersOf([
    { id: 1, kind: "card", at_ms: 10, offer_id: 5 },
    { id: 2, kind: "pin", at_ms: 20, text: "x" },
    { id: 3, kind: "card", at_ms: 30, offer_id: 5 },
    { id: 4, kind: "card_off", at_ms: 40 },
    { id: 5, kind: "card", at_ms: 50, offer_id: 6 },
  ]);
  assert.deepEqual(chapters, [{ at_ms: 10, offer_id: 5 }, { at_ms: 50, offer_id: 6 }]);
});

test("a reminder is an entry that calendars can read, whatever the title", () => {
  const text = calendarOf("首夜, 四件; 好物\nX", "http://x/shows/a/", Date.UTC(2026, 11, 1, 12), 0);
  assert.match(text, /DTSTART:20261201T120000Z\r\n/);
  assert.match(text, /SUMMARY:首夜\\, 四件\\; 好物 X\r\n/);
});

test("whatever the room says, it says in both languages", () => {
  for (const [name, said] of Object.entries(ROOM)) {
    assert.match(said.zh, /[\u4e00-\u9fff]/, name);
    assert.ok(said.en, name);
    const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort();
    assert.deepEqual(names(said.zh), names(said.en), name);
  }
});
