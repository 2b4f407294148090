// What every file of whole-page tests starts with: one server and one browser for all its tests.
import { after, before } from "node:test";
import { launch } from "./browser.mjs";
import { MonscopePage } from "./monscope-page.mjs";
import { serve } from "./server.mjs";

/** Starts server and browser around the tests of this file; returns `withPage(options, use)`. */
export function harness() {
  let server;
  let browser;

  before(async () => {
    server = await serve();
    browser = await launch();
  });

  after(async () => {
    await browser?.close();
    await server?.close();
  });

  /** Calls `use` with a fresh `MonscopePage` and closes it whatever happens. */
  return async function withPage(options, use) {
    const page = await MonscopePage.create(browser, server.origin, options);
    try {
      await use(page);
    } finally {
      await page.close();
    }
  };
}
