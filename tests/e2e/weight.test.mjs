// The page's weight is a promise: everything that a visitor waits for, compressed. It is aimed at 150 kB; until then
// this holds what has been reached, so that it can only fall.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { gzipSync } from "node:zlib";

const DIST = fileURLToPath(new URL("../../dist", import.meta.url));
const FIRST_PICTURE_BYTES = 240_000;
const ALL_BYTES = 418_000;

/** What is fetched when the first picture is there, or when somebody asks for it. */
const comesLater = (name) => /^split_|^panels\.|\.txt$/.test(name);

test("the page does not grow heavier than it is, compressed", async (context) => {
  let [first, all] = [0, 0];
  for (const name of (await readdir(DIST)).sort()) {
    const bytes = gzipSync(await readFile(path.join(DIST, name)), { level: 9 }).length;
    context.diagnostic(`${String(bytes).padStart(7)} ${name}${comesLater(name) ? " (later)" : ""}`);
    all += bytes;
    if (!comesLater(name)) first += bytes;
  }
  context.diagnostic(`${String(first).padStart(7)} until the first picture, ${all} together`);
  assert.ok(first <= FIRST_PICTURE_BYTES, `${first} bytes until the first picture`);
  assert.ok(all <= ALL_BYTES, `${all} bytes together`);
});
