// Builds everything the browser gets into training_app/web/static/build: styles, scripts, icons, and a .gz beside each file.
import { build, context } from "esbuild";
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = join(root, "training_app/web/static/build");
const copies = { "zxing_reader.wasm": join(root, "node_modules/zxing-wasm/dist/reader/zxing_reader.wasm") };
const icons = join(root, "node_modules/@tabler/icons/icons");

const entries = (styles, scripts) =>
  styles.map((name) => ({ in: `frontend/css/${name}.css`, out: name })).concat(scripts.map((name) => ({ in: `frontend/js/${name}.js`, out: name })));

const options = {
  absWorkingDir: root,
  entryPoints: entries(["office", "projector", "print"], ["office", "charts"]),
  outdir: out,
  bundle: true,
  minify: true,
  charset: "utf8",
  format: "iife",
  target: ["es2020", "chrome100", "firefox100", "safari15.4"],
  legalComments: "eof",
  loader: { ".svg": "dataurl" },
  logLevel: "warning",
};
// What a trainee's phone loads: WeChat's and old Android browsers, years behind (decision 0017).
const phone = {
  ...options,
  entryPoints: entries(["plain", "hall"], ["plain", "decoder"]),
  target: ["es2019", "chrome66"],
};

async function* filesOf(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (["static", "__pycache__", "translations"].includes(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesOf(path);
    else if (/\.(html|py|js)$/.test(entry.name)) yield path;
  }
}

// Where a name of an icon may stand: icon("x"), icon="x", "icon": "x"; any quoted word inside a Jinja expression (macro arguments);
// any quoted word of a module.py (menus) or of labels.py.
const NAMED = /icon["']?\s*[(=:]\s*["']([a-z0-9-]+)["']/g;
const QUOTED = /["']([a-z][a-z0-9-]*)["']/g;
const JINJA = /\{[{%][\s\S]*?[%}]\}/g;

function namesIn(path, text) {
  const found = new Map();
  for (const [, name] of text.matchAll(NAMED)) found.set(name, true);
  const loose = /(module|labels)\.py$/.test(path) ? [text] : path.endsWith(".html") ? text.match(JINJA) ?? [] : [];
  for (const part of loose) for (const [, name] of part.matchAll(QUOTED)) if (!found.has(name)) found.set(name, false);
  return found;
}

async function symbolOf(name) {
  const filled = name.endsWith("-filled");
  const file = filled ? join(icons, "filled", `${name.slice(0, -7)}.svg`) : join(icons, "outline", `${name}.svg`);
  if (!existsSync(file)) return null;
  const body = (await readFile(file, "utf8"))
    .replace(/^[\s\S]*?<svg[^>]*>/, "")
    .replace(/<\/svg>\s*$/, "")
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "")
    .replace(/\s*\n\s*/g, "");
  return `<symbol id="${name}" viewBox="0 0 24 24"${filled ? ' fill="currentColor" stroke="none"' : ""}>${body}</symbol>`;
}

async function sprite() {
  const wanted = new Map();
  for await (const path of filesOf(join(root, "training_app"))) {
    for (const [name, meant] of namesIn(path, await readFile(path, "utf8"))) {
      if (meant && !wanted.get(name)) wanted.set(name, relative(root, path));
      else if (!wanted.has(name)) wanted.set(name, "");
    }
  }
  const symbols = [];
  for (const name of [...wanted.keys()].sort()) {
    const symbol = await symbolOf(name);
    if (symbol) symbols.push(symbol);
    else if (wanted.get(name)) console.warn(`no icon "${name}" (${wanted.get(name)})`);
  }
  await writeFile(join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
  return symbols.length;
}

async function compress() {
  const sizes = {};
  const built = [...options.entryPoints, ...phone.entryPoints].map(({ in: from, out: name }) => name + from.slice(from.lastIndexOf(".")));
  const made = [...built, "icons.svg", ...Object.keys(copies)];
  for (const name of await readdir(out)) {
    if (!made.includes(name.replace(/\.gz$/, ""))) await rm(join(out, name), { recursive: true });
  }
  for (const name of made) {
    const data = await readFile(join(out, name));
    const packed = gzipSync(data, { level: 9 });
    await writeFile(join(out, `${name}.gz`), packed);
    sizes[name] = `${Math.ceil(data.length / 1000)} kB, ${Math.ceil(packed.length / 1000)} kB packed`;
  }
  return sizes;
}

await mkdir(out, { recursive: true });
if (process.argv.includes("--watch")) {
  for (const each of [options, phone]) await (await context({ ...each, minify: false })).watch();
  await sprite();
  console.log("watching frontend/");
} else {
  await build(options);
  await build(phone);
  for (const [name, from] of Object.entries(copies)) await copyFile(from, join(out, name));
  const count = await sprite();
  console.log(`${count} icons`);
  for (const [name, size] of Object.entries(await compress())) console.log(`${name}: ${size}`);
}
