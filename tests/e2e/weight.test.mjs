// The page's weight is a promise: everything that a visitor loads, compressed. It is aimed at 150 kB; until then this
// holds what has been reached, so that it can only fall.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { gzipSync } from "node:zlib";

const DIST = fileURLToPath(new URL("../../dist", import.meta.url));
const BUDGET_BYTES = 264_000;

test("the page does not grow heavier than it is, compressed", async (context) => {
  let total = 0;
  for (const name of (await readdir(DIST)).sort()) {
    const bytes = gzipSync(await readFile(path.join(DIST, name)), { level: 9 }).length;
    context.diagnostic(`${String(bytes).padStart(7)} ${name}`);
    total += bytes;
  }
  context.diagnostic(`${String(total).padStart(7)} together`);
  assert.ok(total <= BUDGET_BYTES, `${total} bytes`);
});
