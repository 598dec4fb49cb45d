import assert from "node:assert/strict";
import { test } from "node:test";
import { Intervals } from "../src/works/intervals";
import { PlanShown, type Sent, objection } from "../src/works/plan";
import { DAY, HOUR, TimeScale, tickStep, ticks } from "../src/works/scale";

const LIMITS = { begins: 0, ends: 10 * DAY, perSecondMin: 0.0001, perSecondMax: 1 };

test("a second stands at a pixel, and the pixel says that second", () => {
  const scale = TimeScale.showing(100, 1100, 500);
  assert.equal(scale.x(100), 0);
  assert.equal(scale.x(600), 250);
  assert.equal(scale.second(250), 600);
});

test("zooming keeps the second under the pointer where it is, within the limits", () => {
  const scale = TimeScale.showing(0, 1000, 1000).zoomed(0.5, 400, LIMITS);
  assert.equal(scale.x(400), 400);
  assert.equal(scale.perSecond, 0.5);
  assert.equal(scale.zoomed(1000, 400, LIMITS).perSecond, 1);
  assert.equal(scale.zoomed(1e-9, 400, LIMITS).perSecond, 0.0001);
});

test("whoever pans far away still sees the plan", () => {
  const scale = TimeScale.showing(0, DAY, 1000);
  assert.ok(scale.panned(1e9).kept(1000, LIMITS).from <= 10 * DAY);
  assert.ok(scale.panned(-1e9).kept(1000, LIMITS).second(1000) >= 0);
  assert.equal(scale.kept(1000, LIMITS), scale);
});

test("ticks leave room for their words, and stand at whole hours of the wall's clock", () => {
  assert.equal(tickStep(100 / HOUR, 60), HOUR);
  assert.equal(tickStep(10 / DAY, 60), 7 * DAY);
  assert.deepEqual(ticks(0, 3 * HOUR, HOUR, 1800), [1800, 5400, 9000]);
});

/** Chance that is the same each time. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

test("the index finds just what looking at every interval finds, overlaps or not", () => {
  const next = chance(7);
  const [row, start, end]: [number[], number[], number[]] = [[], [], []];
  for (let id = 0; id < 600; id++) {
    row.push(Math.floor(next() * 7));
    start.push(Math.floor(next() * 1000));
    end.push(start[id]! + 1 + Math.floor(next() * (id % 50 ? 20 : 400)));
  }
  const index = new Intervals(8, row, start, end);
  for (let one = 0; one < 300; one++) {
    const [its, from] = [Math.floor(next() * 8), next() * 1000];
    const until = from + next() * 100;
    const found: number[] = [];
    index.each(its, from, until, (id) => found.push(id));
    const right = row.flatMap((r, id) => (r === its && end[id]! > from && start[id]! < until ? [id] : []));
    assert.deepEqual(found.sort((a, b) => a - b), right);
  }
});

test("an instant names the operation that runs, or none", () => {
  const index = new Intervals(1, [0, 0], [0, 20], [10, 30]);
  assert.equal(index.at(0, 5), 0);
  assert.equal(index.at(0, 10), -1);
  assert.equal(index.at(0, 25), 1);
});

/** Two machines of one centre, open from 0 to 100 and from 200 on; one lot of two operations. */
function small(): PlanShown {
  const sent: Sent = {
    plan: 1, inForce: true, begins: 0, monday: 0, zone: "UTC", now: 0, fence: 10,
    centres: [[1, "smt", "SMT", "smt"]],
    machines: [[0, 1, 0], [0, 2, 0]],
    calendars: [[0, 100, 200, 1000]],
    families: ["A"],
    lots: { id: [1], number: ["W1"], code: ["K-1"], name: ["Kettle"], quantity: [5], state: ["planned"], weight: [1], release: [15], due: [90], done: [80], safe: [null], promised: [null] },
    steps: { id: [1, 2], number: [10, 20], name: ["a", "b"], part: ["p", "p"], family: [0, 0] },
    operations: { lot: [0, 0], step: [0, 1], machine: [0, 1], start: [20, 50], end: [50, 80], setup: [0, 0] },
    pinned: [], before: [[], [0]], able: [[0, 1], [1]], fixed: [],
  };
  return new PlanShown(sent);
}

test("a hand is told at once what cannot be", () => {
  const plan = small();
  assert.equal(objection(plan, 1, 0, 60), "unable");
  assert.equal(objection(plan, 1, 1, 40), "forerunner");
  assert.equal(objection(plan, 1, 1, 120), "closed");
  assert.equal(objection(plan, 0, 1, 5), "fence");
  assert.equal(objection(plan, 0, 1, 12), "release");
  assert.equal(objection(plan, 0, 1, 20), null);
  assert.equal(objection(plan, 1, 1, 250), null);
});

test("work pauses while the machine is closed", () => {
  const plan = small();
  assert.equal(plan.endOf(0, 90, 20), 210);
  assert.equal(plan.worked(0, 90, 210), 20);
});

test("a lot is found by its number, code and name", () => {
  const plan = small();
  for (const letters of ["w1", "k-1", "kett"]) assert.deepEqual(plan.find(letters, 5), [0]);
  assert.deepEqual(plan.find("  ", 5), []);
  assert.deepEqual(plan.find("lamp", 5), []);
});
