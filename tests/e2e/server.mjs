// A static server for tests: the built page below a path, as a documentation site would have it, and the pages in
// fixtures/ beside it, all under the security policy that the page promises to run under.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));

/** Where requests below a prefix are answered from. */
const FOLDERS = {
  "/docs/monscope/": path.resolve(here, "../../dist"),
  "/fixtures/": path.join(here, "fixtures"),
};

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
};

export const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'";

/** The file that an address stands for, or undefined. */
async function find(pathname) {
  for (const [prefix, folder] of Object.entries(FOLDERS)) {
    if (!pathname.startsWith(prefix)) continue;
    const file = path.join(folder, pathname.slice(prefix.length) || "index.html");
    const inside = file.startsWith(folder + path.sep);
    if (inside && (await stat(file).catch(() => undefined))?.isFile()) return file;
  }
  return undefined;
}

async function answer(request, response) {
  const { pathname } = new URL(request.url, "http://localhost");
  const file = await find(decodeURIComponent(pathname));
  if (!file) {
    response.writeHead(404, { "content-type": "text/plain" }).end(`no such file: ${pathname}\n`);
    return;
  }
  response.writeHead(200, {
    "content-security-policy": POLICY,
    "content-type": TYPES[path.extname(file)] ?? "application/octet-stream",
    "cache-control": "no-store",
  });
  createReadStream(file).pipe(response);
}

/** Starts the server on a free port: `{ origin, close() }`. */
export async function serve() {
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.writeHead(500).end(String(error)));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
