// A cluster in the page: what somebody does who drops in what their own cluster printed, and plays with it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { harness } from "./harness.mjs";

const withPage = harness();
const pasted = (name) => readFile(new URL(`../pasted/${name}`, import.meta.url), "utf8");

/** A page on which a real `ceph mon dump` elects its leader in a hurry. */
async function withRealCluster(page) {
  await page.open();
  await page.hurry();
  await page.drop(await pasted("mon_dump.json"));
  // Not the scenario that the page began with, in which mon.a leads as well.
  await page.region.getByRole("button", { name: "Your cluster" }).waitFor();
  await page.expectVerdict("mon.a leads in epoch");
  return page;
}

test("a real ceph mon dump elects its rank 0 with the full quorum, and rank 1 when that is killed by a click", () =>
  withPage({}, async (page) => {
    await withRealCluster(page);
    await page.verdictLines.filter({ hasText: "Quorum 0 1 2 3 4" }).waitFor();
    await page.region.getByText("modern").first().waitFor();

    await page.button("Kill").click();
    await page.monitor("a").click();
    await page.expectMonitor("a", "down");
    await page.expectVerdict("mon.b leads in epoch");
    await page.verdictLines.filter({ hasText: "Quorum 1 2 3 4" }).waitFor();
    page.assertNoComplaints();
  }));

test("a monitor's own menu kills it, and undo takes that back", () =>
  withPage({}, async (page) => {
    await withRealCluster(page);
    await page.monitor("c").click();
    await page.region.getByRole("menu").getByRole("menuitem", { name: "Kill" }).click();
    await page.expectMonitor("c", "down");
    await page.region.getByRole("button", { name: "Undo: kill mon.c" }).click();
    await page.expectMonitor("c", "peon");
    page.assertNoComplaints();
  }));

test("quorum exit leaves a monitor outside, quorum enter brings it back", () =>
  withPage({}, async (page) => {
    await withRealCluster(page);
    await page.button("Quorum exit").click();
    await page.monitor("d").click();
    await page.verdictLines.filter({ hasText: "Quorum 0 1 2 4" }).waitFor();
    await page.verdictLines.filter({ hasText: "mon.d is outside it" }).waitFor();
    await page.monitor("d").click();
    await page.verdictLines.filter({ hasText: "Quorum 0 1 2 3 4" }).waitFor();
    page.assertNoComplaints();
  }));

test("in a partition the majority leads and the minority does not", () =>
  withPage({}, async (page) => {
    await withRealCluster(page);
    await page.button("Partition").click();
    await page.monitor("a").click();
    await page.monitor("b").click();
    await page.region.getByRole("button", { name: "Cut off" }).click();
    await page.expectVerdict("mon.c leads in epoch");
    await page.verdictLines.filter({ hasText: "Quorum 2 3 4" }).waitFor();
    for (const name of ["a", "b"]) {
      await page.expectMonitor(name, "(probing|electing|candidate)");
    }
    await page.button("Heal all").click();
    await page.expectVerdict("mon.a leads in epoch");
    page.assertNoComplaints();
  }));

test("a broken file is explained and leaves the page as it was", () =>
  withPage({}, async (page) => {
    await withRealCluster(page);
    const before = await page.monitor("e").getAttribute("aria-label");
    await page.drop('{ "monscope": 1, "monitors": 5,\n  "latencyy": 3 }');
    const alert = page.region.getByRole("alert");
    await alert.waitFor();
    const said = await alert.textContent();
    assert.match(said, /latencyy/);
    assert.match(said, /line 2/i);
    assert.match(said, /stays/);
    await page.expectVerdict("mon.a leads in epoch");
    assert.equal(await page.monitor("e").getAttribute("aria-label"), before);
    page.assertNoComplaints();
  }));

test("a paste without monitors names the command to use instead", () =>
  withPage({}, async (page) => {
    await page.open();
    await page.drop(await pasted("status.json"));
    assert.match(await page.region.getByRole("alert").textContent(), /ceph (mon dump|quorum_status)/);
    page.assertNoComplaints();
  }));

test("a pasted map elects in its own edition, by its own strategy", () =>
  withPage({}, async (page) => {
    await page.open();
    await page.hurry();
    await page.drop(await pasted("mon_dump.connectivity.json"));
    for (const word of [/modern/, /connectivity/]) {
      await page.region.getByText(word).first().waitFor();
    }
    await page.expectVerdict("mon.a leads in epoch");
    page.assertNoComplaints();
  }));

test("the gallery opens, plays and steps by keyboard alone", () =>
  withPage({}, async (page) => {
    await page.open("?autoplay=0");
    const picker = page.region.getByRole("button", { name: "The leader dies" });
    await picker.focus();
    await page.page.keyboard.press("Enter");
    await page.region.getByRole("menuitemradio", { name: "Cold start" }).waitFor();
    await page.page.keyboard.press("ArrowUp");
    await page.page.keyboard.press("Home");
    await page.page.keyboard.press("Enter");
    await page.region.getByRole("button", { name: "Cold start" }).waitFor();
    const clock = () => page.region.getByRole("status", { name: "Virtual time" }).textContent();
    await page.monitor("a").focus();
    await page.page.keyboard.press(".");
    const stepped = await clock();
    await page.page.keyboard.press("n");
    await page.page.keyboard.press("n");
    assert.notEqual(await clock(), stepped, "time goes on from event to event");
    await page.page.keyboard.press("?");
    await page.region.getByRole("dialog").waitFor();
    await page.page.keyboard.press("Escape");
    await page.region.getByRole("dialog").waitFor({ state: "detached" });
    await page.monitor("e").focus();
    await page.page.keyboard.press("k");
    await page.expectMonitor("e", "down");
    await page.page.keyboard.press("Enter");
    await page.region.getByRole("menuitem", { name: "Restart" }).waitFor();
    page.assertNoComplaints();
  }));

test("an address is opened where it says, and what it gets wrong is named", () =>
  withPage({}, async (page) => {
    await page.open("?scenario=quorum-exit-enter&t=9000&autoplay=0&speed=fast&colour=red");
    const alert = page.region.getByRole("alert");
    await alert.waitFor();
    const said = await alert.textContent();
    assert.match(said, /speed/);
    assert.match(said, /colour/);
    await page.expectVerdict("mon.a leads in epoch 4");
  }));
