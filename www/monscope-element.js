// <mon-scope>: a cluster of Ceph monitors in a shadow root of its own. Any number of them may stand on a page; the wasm
// and the style sheet are fetched once, beside this file.
import init, { mount } from "./monscope.js";

const beside = (name) => new URL(name, import.meta.url);

async function fetchSheet(name) {
  const response = await fetch(beside(name));
  if (!response.ok) throw new Error(`${name}: ${response.status} ${response.statusText}`);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(await response.text());
  return sheet;
}

let loading;

/** The style sheet, once the wasm is ready too. A failure is forgotten, so that a later element tries again. */
function load() {
  loading ??= Promise.all([fetchSheet("monscope.css"), init({ module_or_path: beside("monscope_bg.wasm") })]).then(
    ([sheet]) => sheet,
    (error) => {
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

let panels;

/** The style sheet of what comes after the first picture; `undefined` if it can't be had. */
function loadPanels() {
  panels ??= fetchSheet("panels.css").catch(() => (panels = undefined));
  return panels;
}

class MonScope extends HTMLElement {
  #mounted;
  #starting = false;

  constructor() {
    super();
    this.attachShadow({ mode: "open" });
  }

  connectedCallback() {
    if (!this.#mounted && !this.#starting) this.#start();
  }

  disconnectedCallback() {
    // Moving an element takes it out and puts it back in at once: its cluster survives that.
    queueMicrotask(() => {
      if (!this.isConnected) this.#stop();
    });
  }

  async #start() {
    this.#starting = true;
    try {
      const sheet = await load();
      if (!this.isConnected) return;
      this.shadowRoot.adoptedStyleSheets = [sheet];
      this.shadowRoot.replaceChildren();
      this.#mounted = mount(this, this.shadowRoot, beside(".").href);
      const later = await loadPanels();
      if (later) this.shadowRoot.adoptedStyleSheets = [sheet, later];
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#starting = false;
    }
  }

  #stop() {
    this.#mounted?.unmount();
    this.#mounted = undefined;
  }

  #fail(error) {
    const message = `monscope could not start: ${error?.message ?? error}`;
    const text = document.createElement("p");
    text.className = "failure";
    text.setAttribute("role", "alert");
    text.textContent = message;
    this.shadowRoot.replaceChildren(text);
    this.dispatchEvent(new CustomEvent("monscope-error", { bubbles: true, composed: true, detail: { message } }));
  }
}

if (!customElements.get("mon-scope")) customElements.define("mon-scope", MonScope);
