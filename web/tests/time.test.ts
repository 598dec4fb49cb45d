import assert from "node:assert/strict";
import { test } from "node:test";
import { countdown, dayText, many, yuan } from "../src/lib/time";

test("a quarter of an hour counts down to nought and no further", () => {
  assert.equal(countdown(15 * 60_000), "15:00");
  assert.equal(countdown(59_001), "01:00");
  assert.equal(countdown(1), "00:01");
  assert.equal(countdown(-5_000), "00:00");
  assert.equal(countdown(3_723_000), "1:02:03");
});

test("a day is said as its readers say it, with the year only when it is another one", () => {
  assert.equal(dayText("2026-12-01", "zh", 2026), "12月1日");
  assert.equal(dayText("2027-01-05", "zh", 2026), "2027年1月5日");
  assert.equal(dayText("2026-12-01", "en", 2026), "1 Dec");
  assert.equal(dayText("2027-01-05", "en", 2026), "5 Jan 2027");
  assert.equal(dayText("soon", "en", 2026), "soon");
});

test("whole yuan are written without their fen, others with two places", () => {
  assert.equal(yuan(199_900), "¥1,999");
  assert.equal(yuan(990), "¥9.90");
  assert.equal(yuan(5), "¥0.05");
  assert.equal(yuan(-990), "−¥9.90");
});

test("large counts are short, in ten-thousands for Chinese readers", () => {
  assert.equal(many(9_999, "zh"), "9999");
  assert.equal(many(12_000, "zh"), "1.2万");
  assert.equal(many(20_000, "zh"), "2万");
  assert.equal(many(9_999, "en"), "9,999");
  assert.equal(many(12_300, "en"), "12.3k");
  assert.equal(many(2_000_000, "en"), "2M");
});
