import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOf, isSigned } from "../src/lib/signature";

// RFC 8032, section 7.1, test 2: one byte, 0x72.
const KEY = base64("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
const SIGNATURE = base64(
  "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da" +
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
);

function base64(hex: string): string {
  return Buffer.from(hex, "hex").toString("base64");
}

test("the signature of the standard's own example is right", async () => {
  assert.equal(await isSigned(new Uint8Array([0x72]), bytesOf(SIGNATURE), bytesOf(KEY)), true);
});

test("one byte that was changed makes it wrong", async () => {
  assert.equal(await isSigned(new Uint8Array([0x73]), bytesOf(SIGNATURE), bytesOf(KEY)), false);
});

test("what is not a key is refused", async () => {
  await assert.rejects(isSigned(new Uint8Array([0x72]), bytesOf(SIGNATURE), new Uint8Array(3)));
});
