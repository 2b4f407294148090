// Pictures of the built page for people to look at: three sizes, light and dark.
//
//   node shots.mjs FOLDER [--query 'scenario=leader-dies&t=12000&autoplay=0'] [--name NAME] [--only 360x740,light]
//                         [--do 'click button Play'] [--do 'press Space'] [--do 'wait 500'] …
//
// --do steps are done in order once the page is up: `click ROLE NAME`, `press KEY`, `wait MS`, `drop FILE`.
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { launch } from "./browser.mjs";
import { MonscopePage } from "./monscope-page.mjs";
import { serve } from "./server.mjs";

const SIZES = ["1280x860", "1920x1080", "360x740"];
const SCHEMES = ["light", "dark"];

async function act(opened, step) {
  const { page } = opened;
  const [verb, what, ...rest] = step.split(" ");
  const name = rest.join(" ");
  if (verb === "click") await page.getByRole(what, name ? { name } : {}).first().click();
  else if (verb === "press") await page.keyboard.press(what);
  else if (verb === "wait") await page.waitForTimeout(Number(what));
  else if (verb === "drop") await opened.drop(await readFile(what, "utf8"));
  else throw new Error(`--do: 'click', 'press', 'wait' or 'drop' expected, not '${verb}'`);
}

async function shoot(browser, origin, { size, colorScheme, query, steps, file }) {
  const [width, height] = size.split("x").map(Number);
  const opened = await MonscopePage.create(browser, origin, { viewport: { width, height }, colorScheme });
  try {
    await opened.open(query ? `?${query}` : "");
    for (const step of steps) await act(opened, step);
    await opened.page.waitForTimeout(300);
    await opened.page.screenshot({ path: file });
    const overhang = await opened.overhang();
    console.log(file + (overhang > 0 ? `  (scrolls sideways by ${overhang} px)` : ""));
    for (const complaint of opened.complaints) console.log(`  ${complaint}`);
  } finally {
    await opened.close();
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    query: { type: "string", default: "" },
    name: { type: "string", default: "page" },
    only: { type: "string", default: "" },
    do: { type: "string", multiple: true, default: [] },
  },
});
if (positionals.length !== 1) {
  console.error("usage: node shots.mjs FOLDER [--query …] [--name …] [--only SIZE,SCHEME] [--do STEP]…");
  process.exit(2);
}
const folder = path.resolve(positionals[0]);
const only = values.only.split(",").filter(Boolean);
const wanted = (all) => (all.some((one) => only.includes(one)) ? all.filter((one) => only.includes(one)) : all);

await mkdir(folder, { recursive: true });
const server = await serve();
const browser = await launch();
try {
  for (const size of wanted(SIZES)) {
    for (const colorScheme of wanted(SCHEMES)) {
      const file = path.join(folder, `${values.name}-${size}-${colorScheme}.png`);
      await shoot(browser, server.origin, { size, colorScheme, query: values.query, steps: values.do, file });
    }
  }
} finally {
  await browser.close();
  await server.close();
}
