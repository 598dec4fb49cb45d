import assert from "node:assert/strict";
import { test } from "node:test";
import { LEAP_MS, Scheduler, standingAt } from "../src/room/cues";
import type { Cue } from "../src/room/state";

const card = (id: number, at_ms: number, offer_id: number): Cue => ({ id, kind: "card", at_ms, offer_id });
const off = (id: number, at_ms: number): Cue => ({ id, kind: "card_off", at_ms });
const pin = (id: number, at_ms: number, text: string): Cue => ({ id, kind: "pin", at_ms, text });

const CUES = [card(1, 1000, 7), pin(2, 1500, "hello"), card(3, 9000, 8), off(4, 12_000)];

/** Play from one media time to another, a frame each 40 ms. */
function play(scheduler: Scheduler, from: number, to: number) {
  const changes = [];
  for (let at = from; at <= to; at += 40) changes.push(...scheduler.at(at));
  return changes;
}

test("early and late viewers each see the card of their own frame", () => {
  const offers = [999, 1000, 8999, 9000, 11_999, 12_000].map((at) => standingAt(CUES, at).card?.offer_id);
  assert.deepEqual(offers, [undefined, 7, 7, 8, 8, undefined]);
  assert.equal(standingAt(CUES, Number.POSITIVE_INFINITY).pin?.text, "hello");
});

test("a card comes on the first frame that is not before it, and says how much after", () => {
  const scheduler = new Scheduler();
  scheduler.use(CUES);
  const [first, second] = play(scheduler, 960, 2000);
  assert.equal(first?.now?.id, 1);
  assert.equal(first?.errorMs, 0);
  assert.equal(second?.kind, "pin");
  assert.ok((second?.errorMs ?? 99) < 40);
});

test("whoever comes late sees what stands, and reports no error for it", () => {
  const scheduler = new Scheduler();
  scheduler.use(CUES);
  const changes = scheduler.at(5000);
  assert.deepEqual(
    changes.map((change) => [change.kind, change.now?.id, change.errorMs]),
    [["card", 1, null], ["pin", 2, null]],
  );
});

test("nothing is told twice while nothing changes", () => {
  const scheduler = new Scheduler();
  scheduler.use(CUES);
  play(scheduler, 0, 5000);
  assert.deepEqual(play(scheduler, 5000, 8000), []);
  scheduler.use([...CUES]);
  assert.deepEqual(scheduler.at(8040), []);
});

test("a cue that comes after its frame was shown is shown at once, with its lateness", () => {
  const scheduler = new Scheduler();
  scheduler.use([]);
  play(scheduler, 0, 4000);
  scheduler.use([card(1, 3800, 7)]);
  const [change] = scheduler.at(4040);
  assert.equal(change?.now?.id, 1);
  assert.equal(change?.errorMs, 240);
});

test("a cue ahead of the playhead waits for it", () => {
  const scheduler = new Scheduler();
  scheduler.use([]);
  play(scheduler, 0, 4000);
  scheduler.use([card(1, 5000, 7)]);
  assert.deepEqual(play(scheduler, 4040, 4960), []);
  assert.equal(play(scheduler, 5000, 5040)[0]?.errorMs, 0);
});

test("a card that was taken back goes, and the one before it comes again", () => {
  const scheduler = new Scheduler();
  scheduler.use([card(1, 1000, 7), card(2, 2000, 8)]);
  scheduler.at(3000);
  scheduler.use([card(1, 1000, 7)]);
  const [change] = scheduler.at(3040);
  assert.equal(change?.now?.offer_id, 7);
});

test("in a recording one may seek to and fro, and no seek counts as an error", () => {
  const scheduler = new Scheduler();
  scheduler.use(CUES);
  scheduler.at(500);
  const forth = scheduler.at(10_000);
  assert.ok(10_000 - 500 > LEAP_MS);
  assert.deepEqual(forth.map((change) => [change.now?.id, change.errorMs]), [[3, null], [2, null]]);
  const back = scheduler.at(1200);
  assert.deepEqual(back.map((change) => [change.kind, change.now?.id ?? null]), [["card", 1], ["pin", null]]);
});

test("without a picture what is newest is shown, and then the playhead has the word again", () => {
  const scheduler = new Scheduler();
  scheduler.use([card(1, 1000, 7), card(2, 9000, 8)]);
  assert.equal(scheduler.newest()[0]?.now?.offer_id, 8);
  assert.equal(scheduler.at(2000)[0]?.now?.offer_id, 7);
  assert.deepEqual(scheduler.newest().map((change) => change.errorMs), [null]);
});

test("wherever the playhead goes, what is shown is what stands there", () => {
  let seed = 7;
  const chance = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  for (let round = 0; round < 200; round += 1) {
    const cues = Array.from({ length: 12 }, (_, id) => {
      const at = Math.floor(chance() * 20_000);
      return chance() < 0.3 ? off(id, at) : card(id, at, id);
    }).sort((one, other) => one.at_ms - other.at_ms || one.id - other.id);
    const scheduler = new Scheduler();
    scheduler.use(cues.filter(() => chance() < 0.7));
    let shown: number | undefined;
    for (let step = 0; step < 40; step += 1) {
      const at = Math.floor(chance() * 20_000);
      if (step === 20) scheduler.use(cues);
      for (const change of scheduler.at(at)) if (change.kind === "card") shown = change.now?.id;
      if (step >= 20) assert.equal(shown, standingAt(cues, at).card?.id);
    }
  }
});
