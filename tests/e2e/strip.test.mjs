// The strip of time and the transport: travel, look closer, select, stop, loop, and the way back to a run that was
// left.
import assert from "node:assert/strict";
import { test } from "node:test";
import { harness } from "./harness.mjs";

const withPage = harness();

/** The page at an instant of the scenario in which the leader is killed at 12 s. */
async function at(page, ms, query = "") {
  await page.open(`?scenario=leader-dies&seed=21&t=${ms}&autoplay=0${query}`);
  const strip = page.region.getByRole("slider", { name: "Time: what happened when" });
  await strip.waitFor();
  const clock = async () => parseFloat(await page.region.getByRole("status", { name: "Virtual time" }).textContent());
  /** A checksum of what is painted. */
  const painted = () =>
    strip.locator("canvas").evaluate((canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let sum = 0;
      for (let i = 0; i < data.length; i += 4) sum = (sum * 31 + data[i] + data[i + 1] * 3 + data[i + 3] * 7) | 0;
      return sum;
    });
  return { strip, clock, painted, box: await strip.boundingBox(), keys: page.page.keyboard, mouse: page.page.mouse };
}

const settle = (page) =>
  page.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 30))));

test("the strip goes by keyboard, says where it is, and comes back to the same picture", () =>
  withPage({}, async (page) => {
    const { strip, clock, painted, keys } = await at(page, 25_000);
    await strip.focus();
    assert.match(await strip.getAttribute("aria-valuetext"), /^25\.000 seconds\. mon\.b leads in epoch 6/);
    const before = await painted();
    await keys.press("ArrowLeft");
    const back = await clock();
    assert.ok(back < 25, "one event back");
    await keys.press("ArrowLeft");
    await keys.press("ArrowRight");
    assert.equal(await clock(), back, "a step undoes a step back");
    await keys.press("Home");
    assert.equal(await clock(), 0);
    assert.equal(await strip.getAttribute("aria-valuemax"), "25000", "the future stays known");
    assert.notEqual(await painted(), 0);
    await keys.press("End");
    assert.equal(await clock(), 25);
    await settle(page);
    assert.equal(await painted(), before, "going back and forth changes nothing");
    page.assertNoComplaints();
  }));

test("marks and events of interest are jumped to, both ways", () =>
  withPage({}, async (page) => {
    const { clock, keys } = await at(page, 20_000);
    await keys.press("Shift+M");
    assert.equal(await clock(), 12, "mon.a is killed");
    await keys.press("m");
    assert.ok((await clock()) > 24, "mon.b wins");
    await keys.press("b");
    assert.ok((await clock()) < 24);
    await page.button("To the next election event").click();
    assert.ok((await clock()) > 24);
    page.assertNoComplaints();
  }));

test("dragging the axis travels, and so does a drag in the lanes", () =>
  withPage({}, async (page) => {
    const { clock, box, mouse } = await at(page, 25_000);
    await mouse.move(box.x + 600, box.y + box.height - 10);
    await mouse.down();
    const there = await clock();
    assert.ok(there > 12 && there < 25, `${there}`);
    await mouse.move(box.x + 200, box.y + box.height - 10);
    const earlier = await clock();
    assert.ok(earlier < there);
    await mouse.up();
    await mouse.move(box.x + 300, box.y + 60);
    assert.equal(await clock(), earlier, "nothing is pressed any more");
    await mouse.down();
    await mouse.move(box.x + 420, box.y + 62, { steps: 4 });
    await mouse.up();
    assert.ok((await clock()) > earlier);
    page.assertNoComplaints();
  }));

test("a hover tells what is there and lets its family stand out; a click keeps it, Escape lets it go", () =>
  withPage({}, async (page) => {
    const { painted, box, mouse, keys } = await at(page, 25_000);
    await settle(page);
    const plain = await painted();
    // The bar of mon.a, which leads there.
    await mouse.move(box.x + 300, box.y + 34);
    const tip = page.region.getByText(/victory 4|election timer|propose|ack|probe/).last();
    await tip.waitFor();
    assert.notEqual(await painted(), plain);
    await mouse.down();
    await mouse.up();
    await mouse.move(box.x + 300, box.y - 60);
    await settle(page);
    assert.notEqual(await painted(), plain, "selected");
    await keys.press("Escape");
    await settle(page);
    assert.equal(await painted(), plain);
    page.assertNoComplaints();
  }));

test("wheel and keys look closer, elsewhere, and at all of it", () =>
  withPage({}, async (page) => {
    const { strip, painted, clock, box, mouse, keys } = await at(page, 25_000);
    const shown = [await painted()];
    const changed = async (what) => {
      await settle(page);
      const now = await painted();
      assert.notEqual(now, shown.at(-1), what);
      shown.push(now);
    };
    await mouse.move(box.x + 500, box.y + 60);
    await mouse.wheel(0, -300);
    await changed("closer");
    await mouse.wheel(200, 0);
    await changed("elsewhere");
    await strip.focus();
    await keys.press("Shift+ArrowRight");
    await changed("further on");
    await keys.press("-");
    await changed("less close");
    await keys.press("0");
    await changed("all of it");
    await page.button("Real time").click();
    await changed("in real time");
    await mouse.move(box.x + 500, box.y + 60);
    await keys.down("Shift");
    await mouse.down();
    await mouse.move(box.x + 300, box.y + 60, { steps: 3 });
    await mouse.up();
    await keys.up("Shift");
    assert.equal(await clock(), 25, "who looks elsewhere doesn't travel");
    page.assertNoComplaints();
  }));

test("what was painted bit by bit, while time passed, is what is painted at once", () =>
  withPage({}, async (page) => {
    const { painted } = await at(page, 19_200);
    await page.button("Play").click();
    await page.page.waitForTimeout(2_500);
    await page.button("Pause the run").click();
    await settle(page);
    const slowly = await painted();
    for (let i = 0; i < 3; i++) await page.region.getByRole("button", { name: /^Theme/ }).click();
    await settle(page);
    assert.equal(await painted(), slowly);
    page.assertNoComplaints();
  }));

test("acting in the past leaves the old run, which is offered back", () =>
  withPage({}, async (page) => {
    const { strip, clock, keys } = await at(page, 30_000);
    await page.expectVerdict("mon.b leads in epoch 6");
    await strip.focus();
    await keys.press("Home");
    for (let i = 0; i < 3; i++) await keys.press("m");
    const then = await clock();
    assert.ok(then < 30);
    await page.monitor("c").focus();
    await keys.press("k");
    await page.expectMonitor("c", "down");
    assert.equal(await strip.getAttribute("aria-valuemax"), String(Math.floor(then * 1000)), "the future is open");
    await page.button("The run you left: back to it").click();
    assert.equal(await clock(), 30);
    await page.expectMonitor("c", "peon");
    page.assertNoComplaints();
  }));

test("a break point stops the run where it becomes so; a bad one is explained", () =>
  withPage({}, async (page) => {
    const { clock } = await at(page, 11_000);
    await page.hurry();
    await page.button("Stop when …").click();
    const field = page.region.getByRole("combobox", { name: "Stop when …" });
    await field.fill("outage <= 10s");
    await field.press("Enter");
    assert.match(await page.region.getByRole("alert").textContent(), />=/);
    await field.fill("outage >= 10s");
    await field.press("Enter");
    assert.equal(await page.region.getByRole("alert").count(), 0);
    await page.button("Play").click();
    await page.region.getByText("stopped: outage >= 10s").waitFor();
    assert.equal(await clock(), 22);
    await page.button("Remove outage >= 10s").click();
    await page.button("Play").click();
    await page.expectVerdict("mon.b leads");
    page.assertNoComplaints();
  }));

test("a section is played again and again", () =>
  withPage({}, async (page) => {
    const { strip, clock, keys, box, mouse } = await at(page, 14_000);
    await keys.press("]");
    await strip.focus();
    for (let i = 0; i < 6; i++) await keys.press("ArrowLeft");
    await keys.press("[");
    const from = await clock();
    await page.region.getByRole("button", { name: /^loops .* to 14\.0 s$/ }).waitFor();
    await page.button("Play").click();
    for (let i = 0; i < 5; i++) {
      await page.page.waitForTimeout(120);
      const now = await clock();
      assert.ok(now >= from - 0.001 && now <= 14.2, `${from} <= ${now} <= 14`);
    }
    await page.button("Pause the run").click();
    await page.region.getByRole("button", { name: /^loops / }).click();
    assert.equal(await page.region.getByRole("button", { name: /^loops / }).count(), 0);
    await keys.down("Alt");
    await mouse.move(box.x + 200, box.y + 60);
    await mouse.down();
    await mouse.move(box.x + 400, box.y + 60, { steps: 3 });
    await mouse.up();
    await keys.up("Alt");
    await page.region.getByRole("button", { name: /^loops / }).waitFor();
    page.assertNoComplaints();
  }));

for (const colorScheme of ["light", "dark"]) {
  test(`on a telephone the lanes lie under the thumb and take it along (${colorScheme})`, () =>
    withPage({ viewport: { width: 360, height: 740 }, hasTouch: true, colorScheme }, async (page) => {
      const { strip, clock, box } = await at(page, 25_000);
      assert.ok(box.height >= 40 && box.y > 500, JSON.stringify(box));
      assert.equal(await page.overhang(), 0);
      await page.page.touchscreen.tap(box.x + box.width / 2, box.y + 1);
      assert.ok((await clock()) < 25);
      assert.equal(await strip.getAttribute("aria-valuemax"), "25000");
      for (const name of ["Step one event back", "Step one event", "Play", "To the next election event"]) {
        const button = await page.button(name).boundingBox();
        assert.ok(button.width >= 44 && button.height >= 44, name);
        assert.ok(button.x >= 0 && button.x + button.width <= 360 && button.y + button.height <= 740, name);
      }
      page.assertNoComplaints();
    }));
}
