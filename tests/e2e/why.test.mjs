// Why, Inspect and Log: what somebody does who wants to understand what they saw.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { harness } from "./harness.mjs";

const withPage = harness();
const LEADER_DIES = "?scenario=leader-dies&seed=21&t=24600&autoplay=0";

const panel = (page, name) => page.region.getByRole("tabpanel", { name });
const tab = (page, name) => page.region.getByRole("tab", { name });
const lines = (page) => panel(page, "Log").getByRole("listbox", { name: "Log" }).getByRole("option");
const selectedLine = (page) => lines(page).and(page.region.getByRole("option", { selected: true }));
const clock = (page) => page.region.getByRole("status", { name: "Virtual time" });

/** The rows of the decision list, as a person reads them. */
async function rows(page, procedure) {
  const list = panel(page, "Why").getByRole("list", { name: procedure });
  await list.waitFor();
  return list.getByRole("listitem").allInnerTexts();
}

/** Chooses the first line of the log that says this. */
async function choose(page, text) {
  await tab(page, "Log").click();
  const log = panel(page, "Log");
  await log.getByRole("button", { name: "Hold" }).click();
  await lines(page).filter({ hasText: text }).first().click();
}

test("Why follows the latest of interest: what happened, the decision list, what changed, and because of what", () =>
  withPage({}, async (page) => {
    await page.open(LEADER_DIES);
    const why = panel(page, "Why");
    await why.getByRole("heading", { name: "mon.e got victory 6 from mon.b" }).waitFor();
    await why.getByText("Elector::handle_victory").waitFor();
    await why.getByText("mon.b has won epoch 6, and mon.e follows.").waitFor();
    const said = await rows(page, "HANDLE-VICTORY");
    assert.equal(said.length, 8);
    assert.match(said[0], /1\s+sender’s rank 1 < mine 4\s+yes/);
    assert.match(said[3], /message epoch 6 ≠ mine 5 \+ 1\s+no/);
    assert.match(said[4], /it is the epoch after mine\s+yes\s+→ take epoch 6\s+HVIC-5/);
    await why.getByText("electing → peon").waitFor();
    await why.getByRole("button", { name: /the script killed mon\.a/ }).waitFor();
    page.assertNoComplaints();
  }));

test("a line of the log is gone to and explained; so is a cause of it", () =>
  withPage({}, async (page) => {
    await page.open(LEADER_DIES);
    await choose(page, "propose 5 from b acked");
    assert.match(await clock(page).textContent(), /^19\.46/);
    assert.match(await selectedLine(page).innerText(), /propose 5 from b/);
    await tab(page, "Why").click();
    await panel(page, "Why").getByRole("heading", { name: "mon.c got propose 5 from mon.b" }).waitFor();
    const said = await rows(page, "HANDLE-PROPOSE");
    assert.match(said.at(-2), /7a\s+acked nobody, or rank none ≥ sender’s 1\s+yes/);
    assert.match(said.at(-1), /7b\s+acked a lower one\s+–/);
    await panel(page, "Why").getByRole("button", { name: /without a lease/ }).first().click();
    await panel(page, "Why").getByRole("heading", { name: "mon.b: 10 s without a lease" }).waitFor();
    assert.match(await clock(page).textContent(), /^19\.34/);
    // What was known of the future is known still: the next event of this monitor is one step away.
    await page.button("Next event of mon.b").click();
    await panel(page, "Why").getByRole("heading", { name: "mon.b got probe reply from mon.c" }).waitFor();
    await page.button("Follow what happens").click();
    page.assertNoComplaints();
  }));

test("an id leads to its entry in the reference, and back", () =>
  withPage({}, async (page) => {
    await page.open(LEADER_DIES);
    await panel(page, "Why").getByRole("button", { name: "HVIC-4 in the reference" }).click();
    const reference = page.region.getByRole("dialog", { name: "Every branch, by procedure" });
    await reference.waitFor();
    const entry = reference.locator(".here");
    assert.match(await entry.innerText(), /^HVIC-4\s+The epoch is not the one after its own/);
    assert.ok((await entry.boundingBox()).y < 860, "it stands in sight");
    await page.page.keyboard.press("Escape");
    await reference.waitFor({ state: "detached" });
    page.assertNoComplaints();
  }));

test("the log is filtered by kind, monitor and branch", () =>
  withPage({}, async (page) => {
    await page.open(LEADER_DIES);
    await tab(page, "Log").click();
    const log = panel(page, "Log");
    const count = async () => Number(/^(\d+)/.exec(await log.locator(".logtools .dim").innerText())[1]);
    const all = await count();
    await log.getByRole("combobox", { name: "Kinds of lines" }).selectOption("what was done");
    assert.equal(await count(), 2);
    await log.getByRole("combobox", { name: "Kinds of lines" }).selectOption("everything");
    assert.ok((await count()) > all);
    await log.getByRole("combobox", { name: "Monitors" }).selectOption("mon.d");
    await log.getByRole("searchbox", { name: "branch" }).fill("propose-7");
    const said = await lines(page).allInnerTexts();
    assert.ok(said.length > 0);
    for (const line of said.filter((text) => !/you:|script:/.test(text))) assert.match(line, /PROPOSE-7/);
    page.assertNoComplaints();
  }));

test("the log is read by keyboard: up, Enter, and Why says it", () =>
  withPage({}, async (page) => {
    await page.open(LEADER_DIES);
    await tab(page, "Why").focus();
    await page.page.keyboard.press("ArrowRight");
    await page.page.keyboard.press("ArrowRight");
    const list = panel(page, "Log").getByRole("listbox", { name: "Log" });
    await list.focus();
    const before = await clock(page).textContent();
    for (let i = 0; i < 6; i += 1) await page.page.keyboard.press("ArrowUp");
    await page.page.keyboard.press("Enter");
    await selectedLine(page).waitFor();
    assert.notEqual(await clock(page).textContent(), before);
    page.assertNoComplaints();
  }));

test("two panels stand side by side where there is room", () =>
  withPage({ viewport: { width: 1920, height: 1080 } }, async (page) => {
    await page.open(LEADER_DIES);
    await panel(page, "Why").waitFor();
    await panel(page, "Log").waitFor();
    page.assertNoComplaints();
  }));

test("Inspect shows what a monitor believes, and prints it as Ceph does", () =>
  withPage({}, async (page) => {
    await page.open("?scenario=leader-dies&seed=21&t=15000&autoplay=0");
    await tab(page, "Inspect").click();
    const inspect = panel(page, "Inspect");
    await inspect.getByRole("combobox", { name: "Monitor" }).selectOption("mon.d");
    await inspect.getByText("rank 3 · 10.0.0.4:6789 · peon").waitFor();
    const leader = inspect.getByRole("row", { name: /^leader/ });
    assert.match(await leader.innerText(), /leader\s+mon\.a\s+none/);
    await inspect.getByText(/^\d\.\d\d of 10 s$/).waitFor();
    await inspect.getByRole("button", { name: "As Ceph prints it" }).click();
    const printed = async () => JSON.parse(await inspect.locator("pre").innerText());
    assert.equal((await printed()).state, "peon");
    await inspect.getByRole("combobox", { name: "Command" }).selectOption("quorum_status");
    assert.equal((await printed()).quorum_leader_name, "a");
    await inspect.getByRole("combobox", { name: "Monitor" }).selectOption("mon.a");
    await inspect.getByText("mon.a does not run: nobody answers.").waitFor();
    page.assertNoComplaints();
  }));

test("timers count while time passes", () =>
  withPage({}, async (page) => {
    await page.open("?scenario=leader-dies&seed=21&t=15000&autoplay=0");
    await tab(page, "Inspect").click();
    await panel(page, "Inspect").getByRole("combobox", { name: "Monitor" }).selectOption("mon.d");
    const left = panel(page, "Inspect").getByText(/^\d\.\d\d of 10 s$/);
    const before = await left.innerText();
    await page.button("Play").click();
    await page.page.waitForFunction(
      (text) => !document.querySelector("mon-scope").shadowRoot.textContent.includes(text),
      before,
    );
    page.assertNoComplaints();
  }));

test("a cluster of one's own says what a loss would come to, and each answer can be opened", () =>
  withPage({}, async (page) => {
    await page.open("?autoplay=0");
    assert.equal(await tab(page, "What if").count(), 0);
    await page.drop(await readFile(new URL("../pasted/quorum_status.peon_down.json", import.meta.url), "utf8"));
    await tab(page, "What if").click();
    const whatIf = panel(page, "What if");
    await whatIf.getByText("You can lose one more monitor and keep a quorum.").waitFor({ timeout: 15_000 });
    const row = whatIf.getByRole("row", { name: /^mon\.a/ });
    await row.getByText("1 2 3").waitFor({ timeout: 15_000 });
    assert.match(await row.innerText(), /mon\.a\s*leader\s+b\s+1 2 3\s+1\d\.\d s/);
    const pair = whatIf.getByRole("button", { name: "Open the run without mon.b and mon.d: nobody leads, 2 are left" });
    await pair.waitFor();

    await page.hurry();
    await row.getByRole("button", { name: /Open the run without mon\.a: mon\.b leads after/ }).click();
    await page.expectMonitor("a", "down");
    await page.expectVerdict("mon.b leads in epoch");
    await whatIf.getByRole("row", { name: /^mon\.a/ }).and(page.region.locator(".here")).waitFor();
    page.assertNoComplaints();
  }));

test("what happened can stop the run when it happens again", () =>
  withPage({}, async (page) => {
    await page.open(LEADER_DIES);
    await panel(page, "Why").getByRole("button", { name: "Stop here next time" }).click();
    await page.region.getByText("branch HVIC-5 mon 4", { exact: true }).waitFor();
    page.assertNoComplaints();
  }));

test("on a telephone the stage makes way for who reads on, and nothing scrolls sideways", () =>
  withPage({ viewport: { width: 360, height: 740 } }, async (page) => {
    await page.open(LEADER_DIES);
    const height = async () => (await page.region.getByRole("group", { name: "The cluster" }).boundingBox()).height;
    await rows(page, "HANDLE-VICTORY");
    const before = await height();
    const heading = panel(page, "Why").getByRole("heading", { level: 2 });
    await heading.hover();
    await page.page.mouse.wheel(0, 120);
    await page.page.waitForTimeout(300);
    assert.ok((await height()) < before / 2);
    assert.equal(await page.overhang(), 0);
    await page.page.mouse.wheel(0, -400);
    await page.page.waitForTimeout(300);
    assert.equal(await height(), before);
    for (const name of ["Inspect", "Log", "Tools"]) {
      await tab(page, name).click();
      assert.equal(await page.overhang(), 0);
    }
    page.assertNoComplaints();
  }));
