// The page is up, keeps its promises to its host, and says so when it can't start.
import assert from "node:assert/strict";
import { test } from "node:test";
import { harness } from "./harness.mjs";

const withPage = harness();

test("the page loads without a complaint and without asking any other host", () =>
  withPage({}, async (page) => {
    await page.open();
    assert.equal(await page.region.count(), 1);
    assert.equal(await page.page.title(), "monscope");
    page.assertNoComplaints();
  }));

for (const colorScheme of ["light", "dark"]) {
  test(`nothing scrolls sideways on a telephone (${colorScheme})`, () =>
    withPage({ viewport: { width: 360, height: 740 }, colorScheme }, async (page) => {
      await page.open();
      assert.equal(await page.overhang(), 0);
    }));
}

test("two elements share one wasm, and no style leaks either way", () =>
  withPage({}, async (page) => {
    const loads = [];
    page.page.on("request", (request) => {
      if (request.url().endsWith(".wasm")) loads.push(request.url());
    });
    await page.openFixture("two.html");
    await page.region.nth(1).waitFor();
    assert.equal(await page.region.count(), 2);
    const firstParts = loads.filter((url) => url.endsWith("/monscope_bg.wasm"));
    assert.equal(firstParts.length, 1);
    assert.equal(new Set(loads).size, loads.length, "nothing is fetched twice");

    const border = (locator) => locator.evaluate((element) => getComputedStyle(element).borderTopWidth);
    assert.equal(await border(page.region.first()), "0px", "the host page's rule for sections stays outside");
    assert.equal(await border(page.page.locator("#other")), "7px");
    const sheets = await page.page.evaluate(() => document.adoptedStyleSheets.length + document.styleSheets.length);
    assert.equal(sheets, 1, "the element adds no style to the document");
    page.assertNoComplaints();
  }));

test("an element that is moved keeps its page, one that is removed lets it go", () =>
  withPage({}, async (page) => {
    await page.openFixture("two.html");
    await page.region.nth(1).waitFor();
    const kept = await page.page.evaluate(async () => {
      const left = document.getElementById("left");
      const before = left.shadowRoot.firstElementChild;
      document.body.append(left);
      await Promise.resolve();
      return before !== null && left.shadowRoot.firstElementChild === before;
    });
    assert.ok(kept, "moving is not starting anew");

    const left = await page.page.evaluateHandle(() => {
      const element = document.getElementById("left");
      element.remove();
      return element;
    });
    assert.equal(await left.evaluate((element) => element.shadowRoot.childElementCount), 0);
    await left.evaluate((element) => document.body.append(element));
    await page.region.nth(1).waitFor();
    page.assertNoComplaints();
  }));

test("when the wasm can't be had, the element says so and dispatches monscope-error", () =>
  withPage({}, async (page) => {
    await page.page.route("**/*.wasm", (route) => route.fulfill({ status: 404, body: "gone" }));
    await page.page.addInitScript(() => {
      document.addEventListener("monscope-error", (event) => {
        window.failure = event.detail;
      });
    });
    await page.page.goto(`${page.origin}/docs/monscope/`);
    const alert = page.page.getByRole("alert");
    await alert.waitFor();
    assert.match(await alert.textContent(), /^monscope could not start: ./);
    assert.equal((await page.page.evaluate(() => window.failure)).message, await alert.textContent());
  }));
