import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Refused } from "../src/lib/api";
import { OrderDoor } from "../src/room/press";

function door(isOpen: boolean) {
  const said: Record<string, unknown>[] = [];
  const posted: unknown[] = [];
  const orderDoor = new OrderDoor(
    (words) => {
      if (isOpen) said.push(words);
      return isOpen;
    },
    <T>(body: unknown) => {
      posted.push(body);
      return Promise.resolve({ order: "over HTTP" } as T);
    },
  );
  return { orderDoor, said, posted };
}

const press = { key: "k-1", offer_id: 7 };

test("an open socket takes the press, and its answer is the answer", async () => {
  const { orderDoor, said, posted } = door(true);
  const held = orderDoor.press<{ order: string }>(press);
  assert.deepEqual(said, [{ t: "press", key: "k-1", offer_id: 7 }]);
  orderDoor.heard({ t: "answer", key: "another", status: 201 });
  const answer = { t: "answer" as const, key: "k-1", status: 201, order: "A" };
  orderDoor.heard(answer);
  assert.equal((await held).order, "A");
  assert.equal(posted.length, 0);
});

test("a no over the socket is the same no", async () => {
  const { orderDoor } = door(true);
  const pressed = orderDoor.press(press);
  const words = { code: "busy", title: "Press again.", retry_after_seconds: 1 };
  orderDoor.heard({ t: "answer", key: "k-1", status: 503, ...words });
  await assert.rejects(pressed, (fault: unknown) => {
    assert.ok(fault instanceof Refused);
    assert.equal(fault.problem.code, "busy");
    assert.equal(fault.problem.status, 503);
    assert.equal(fault.retryAfterSeconds, 1);
    return true;
  });
});

test("without a socket, or when it breaks or is silent, the same press goes over HTTP", async () => {
  const closed = door(false);
  assert.deepEqual(await closed.orderDoor.press(press), { order: "over HTTP" });
  const broken = door(true);
  const pressed = broken.orderDoor.press(press);
  broken.orderDoor.lost();
  assert.deepEqual(await pressed, { order: "over HTTP" });
  assert.deepEqual(broken.posted, [press]);
  mock.timers.enable({ apis: ["setTimeout"] });
  const silent = door(true);
  const waiting = silent.orderDoor.press(press);
  mock.timers.tick(4000);
  assert.deepEqual(await waiting, { order: "over HTTP" });
  mock.timers.reset();
});
