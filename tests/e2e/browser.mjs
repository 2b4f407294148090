// Chromium, as .ci/env found it (CHROMIUM), without anything that talks to other hosts.
import { chromium } from "playwright-core";

const FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    // Root, as in containers, can't have Chromium's sandbox; the pages are our own.
    chromiumSandbox: false,
    args: FLAGS,
  });
}
