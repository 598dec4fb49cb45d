import assert from "node:assert/strict";
import { test } from "node:test";
import { mannerOf } from "../src/studio/health";
import { changesParts } from "../src/studio/room";
import { clockText, clocksAt, driftText } from "../src/studio/ticking";

const T0 = 1_796_083_200_000;
const MINUTE = 60_000;
const ticking = { now: T0, began: T0, ended: 0, since: T0 + 7 * MINUTE, minutes: 10, before: 5 };

test("the page's clocks say what the server's clock says", () => {
  // The same numbers as in tests/faces/studio/test_clock.py.
  const at = (minutes: number) => clocksAt(ticking, T0 + (7 + minutes) * MINUTE);
  assert.deepEqual([at(1).drift, at(1).left], [120, 540]);
  assert.deepEqual([at(10).drift, at(10).left], [120, 0]);
  assert.deepEqual([at(12).drift, at(12).left], [240, -120]);
  assert.equal(at(3).share, 30);
  assert.equal(at(99).share, 100);
});

test("before the show nothing ticks, and after it everything stands", () => {
  const before = clocksAt({ ...ticking, began: 0, since: 0, minutes: 0, before: 0 }, T0 + MINUTE);
  assert.deepEqual([before.elapsed, before.left], [0, 0]);
  const over = { ...ticking, ended: T0 + 20 * MINUTE };
  assert.equal(clocksAt(over, T0 + 99 * MINUTE).elapsed, 20 * 60);
});

test("a span is written as a clock, and what is over its time has a minus", () => {
  assert.equal(clockText(59), "00:59");
  assert.equal(clockText(3723), "1:02:03");
  assert.equal(clockText(-75), "−01:15");
  assert.equal(driftText(84, "en"), "01:24 behind");
  assert.equal(driftText(-84, "zh"), "提前 01:24");
  assert.equal(driftText(4, "en"), "on time");
});

test("the worst advice decides how the signal is called", () => {
  const advice = (weight: "mind" | "mend") => [{ code: "x", weight, sentence: "" }];
  assert.equal(mannerOf({ on_air: false }), "none");
  assert.equal(mannerOf({ on_air: true, advice: [] }), "good");
  assert.equal(mannerOf({ on_air: true, advice: advice("mind") }), "mind");
  assert.equal(mannerOf({ on_air: true, advice: [...advice("mind"), ...advice("mend")] }), "mend");
  assert.equal(mannerOf({ on_air: true, frame_age_ms: 2000, advice: [] }), "mend");
});

test("only what changes the console asks for its parts again", () => {
  assert.equal(changesParts({ t: "tick", seq: 1, viewers: 5, likes: 2 }), false);
  assert.equal(changesParts({ t: "tick", seq: 1, chat: [] }), false);
  assert.equal(changesParts({ t: "tick", seq: 1, segment_id: null }), true);
  assert.equal(changesParts({ t: "tick", seq: 1, sheet: true }), true);
  assert.equal(changesParts({ t: "said", key: "k", id: 1 }), false);
});
