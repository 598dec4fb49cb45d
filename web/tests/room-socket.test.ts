import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { COME_BACK, NOT_HERE, RoomSocket, waitMs, type Wire } from "../src/room/socket";
import type { Message } from "../src/room/state";

/** A wire whose other end is the test. */
class TestWire implements Wire {
  readyState = 0;
  sent: string[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor(readonly url: string) {}
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.cut(1000);
  }
  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  tell(message: Partial<Message>): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  cut(code: number): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

function viewer(seen = 0) {
  const wires: TestWire[] = [];
  const heard: Message[] = [];
  const lost: boolean[] = [];
  let gone = false;
  const socket = new RoomSocket(
    (number) => `ws://x/live/1/room?seen=${number}`,
    {
      message: (message) => heard.push(message),
      lost: (is) => lost.push(is),
      gone: () => {
        gone = true;
      },
    },
    seen,
    (url) => {
      const wire = new TestWire(url);
      wires.push(wire);
      return wire;
    },
  );
  return { socket, wires, heard, lost, isGone: () => gone, last: () => wires.at(-1) as TestWire };
}

test("it comes back with the number that it heard last", () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const { socket, last, wires, lost } = viewer(5);
  socket.open();
  assert.match(last().url, /seen=5$/);
  last().open();
  last().tell({ t: "tick", seq: 9 });
  last().cut(1006);
  assert.equal(wires.length, 1);
  mock.timers.tick(1000);
  assert.equal(wires.length, 2);
  assert.match(last().url, /seen=9$/);
  last().open();
  assert.deepEqual(lost, [false, false]); // so short a break was nobody's business
  socket.close();
  mock.timers.reset();
});

test("a longer break is told, and its end as well", () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const { socket, last, lost } = viewer();
  socket.open();
  last().open();
  last().cut(1006);
  for (let n = 0; n < 6; n += 1) {
    mock.timers.tick(1000);
    if (last().readyState === 0) last().cut(1006);
  }
  assert.deepEqual(lost, [false, true]);
  socket.now();
  last().open();
  assert.deepEqual(lost, [false, true, false]);
  socket.close();
  mock.timers.reset();
});

test("of no show it does not come back", () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const { socket, last, wires, isGone } = viewer(7);
  socket.open();
  last().open();
  last().cut(NOT_HERE);
  mock.timers.tick(60_000);
  assert.equal(wires.length, 1);
  assert.ok(isGone());
  mock.timers.reset();
});

test("a wire that says nothing for too long is given up", () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const { socket, last, wires } = viewer();
  socket.open();
  last().open();
  for (let n = 0; n < 5; n += 1) {
    mock.timers.tick(10_000);
    last().tell({ t: "tick", seq: 1 });
  }
  assert.equal(wires.length, 1);
  mock.timers.tick(25_000);
  mock.timers.tick(1000);
  assert.equal(wires.length, 2);
  socket.close();
  mock.timers.reset();
});

test("words are sent while somebody listens, and said not to be sent otherwise", () => {
  const { socket, last } = viewer();
  socket.open();
  assert.equal(socket.say({ t: "like", n: 1 }), false);
  last().open();
  assert.equal(socket.say({ t: "like", n: 1 }), true);
  assert.deepEqual(last().sent, ['{"t":"like","n":1}']);
  socket.close();
});

test("waits grow, are spread by chance, and end somewhere", () => {
  const longest = (tries: number): number => waitMs(tries, 1006, 1);
  assert.deepEqual([0, 1, 2, 3].map(longest), [400, 800, 1600, 3200]);
  assert.equal(longest(30), 10_000);
  assert.equal(waitMs(30, 1006, 0), 5000);
  assert.ok(waitMs(9, COME_BACK, 1) <= 400);
  assert.equal(waitMs(0, 1008, 0), 30_000); // whoever was too loud waits
  assert.ok(waitMs(0, 1013, 0) >= 3000); // and whoever finds the house full
});
