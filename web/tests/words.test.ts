import assert from "node:assert/strict";
import { test } from "node:test";
import { cookie, pressKey } from "../src/lib/api";
import { fill, WORDS } from "../src/lib/words";

test("a sentence takes its values, and leaves a name alone for which there is none", () => {
  assert.equal(fill("{n} left of {m}", { n: 3 }), "3 left of {m}");
});

test("whatever a script can say, it can say in both languages", () => {
  for (const [name, said] of Object.entries(WORDS)) {
    assert.ok(said.zh && said.en, name);
    assert.match(said.zh, /[\u4e00-\u9fff]/, name);
  }
});

test("a cookie is found by its whole name", () => {
  assert.equal(cookie("token", "mytoken=a; token=b%20c"), "b c");
  assert.equal(cookie("token", "mytoken=a"), "");
});

test("every press has a name of its own, of the form that PostgreSQL reads as uuid", () => {
  const keys = new Set(Array.from({ length: 200 }, pressKey));
  assert.equal(keys.size, 200);
  for (const key of keys) assert.match(key, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
