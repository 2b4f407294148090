// The page as a person meets it: by roles and names. Tests say what to do; how to find it stands here.
import assert from "node:assert/strict";

export class MonscopePage {
  /** What went wrong without anybody asking: errors on the console, policy violations, requests to other hosts. */
  complaints = [];

  constructor(page, origin) {
    this.page = page;
    this.origin = origin;
    this.region = page.getByRole("region", { name: "Monitor cluster" });
  }

  /** A fresh page in a context of its own. `options` are Playwright's: viewport, colorScheme, … */
  static async create(browser, origin, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
    const opened = new MonscopePage(await context.newPage(), origin);
    await opened.#listen();
    return opened;
  }

  async #listen() {
    const complain = (text) => this.complaints.push(text);
    this.page.on("pageerror", (error) => complain(`uncaught: ${error.message}`));
    this.page.on("console", (message) => {
      if (message.type() === "error") complain(`console: ${message.text()}`);
    });
    this.page.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      if (origin !== this.origin && protocol !== "data:" && protocol !== "blob:") complain(`asks ${request.url()}`);
    });
    await this.page.exposeFunction("reportViolation", (text) => complain(`policy: ${text}`));
    await this.page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        const { violatedDirective, blockedURI, sourceFile, lineNumber } = event;
        window.reportViolation(`${violatedDirective} ${blockedURI} ${sourceFile}:${lineNumber}`);
      });
    });
  }

  /** Opens the standalone page and waits until it is up. `search` is the part of the address after its path. */
  async open(search = "") {
    await this.page.goto(`${this.origin}/docs/monscope/${search}`);
    await this.region.first().waitFor();
    return this;
  }

  /** Opens a page of fixtures/. */
  async openFixture(name) {
    await this.page.goto(`${this.origin}/fixtures/${name}`);
    return this;
  }

  assertNoComplaints() {
    assert.deepEqual(this.complaints, []);
  }

  /** By how many pixels the page could be scrolled sideways. */
  overhang() {
    return this.page.evaluate(() => {
      const root = document.scrollingElement;
      return root.scrollWidth - root.clientWidth;
    });
  }

  // -- what is on the page

  /** The headline: who leads, or that nobody does. */
  get verdict() {
    return this.region.getByRole("heading", { level: 1 });
  }

  /** What is said below the headline. */
  get verdictLines() {
    return this.region.getByRole("paragraph");
  }

  /** A monitor on the stage; its name tells rank, state and epoch. */
  monitor(name) {
    return this.region.getByRole("group", { name: "The cluster" }).getByRole("button", { name: `mon.${name},` });
  }

  button(name) {
    return this.region.getByRole("button", { name, exact: true });
  }

  /** Waits until the headline says this. */
  async expectVerdict(text) {
    await this.verdict.filter({ hasText: text }).waitFor({ timeout: 15_000 });
  }

  /** Waits until a monitor's name says this about it. */
  async expectMonitor(name, what) {
    const says = new RegExp(`^mon\\.${name}, .*${what}`);
    await this.region.getByRole("button", { name: says }).waitFor({ timeout: 15_000 });
  }

  // -- what a person does

  /** What takes minutes of virtual time passes in a moment: highest speed, never slowed down. */
  async hurry() {
    await this.region.getByRole("slider", { name: "Speed" }).press("End");
    await this.region.getByRole("checkbox", { name: "slow down while messages fly" }).uncheck();
  }

  /** Drops a file of that text on the page. */
  async drop(text, name = "dropped.json") {
    const data = await this.page.evaluateHandle(
      ([content, fileName]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([content], fileName));
        return transfer;
      },
      [text, name],
    );
    for (const type of ["dragover", "drop"]) await this.region.dispatchEvent(type, { dataTransfer: data });
  }

  close() {
    return this.page.context().close();
  }
}
