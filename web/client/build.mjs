// Bundle every page of the client: src/NAME.ts and src/style/NAME.css become dist/NAME-HASH.js and .css.
// dist/manifest.json maps each page to its files, for the templates. With --watch, again after every change.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { constants } from "./constants.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "../static/dist");
const files = {};

/** The pages in a folder: its files with this ending. */
function pages(folder, ending) {
  return readdirSync(join(here, folder))
    .filter((name) => name.endsWith(ending) && name !== "base.css")
    .map((name) => join(here, folder, name));
}

const manifest = {
  name: "manifest",
  setup(build) {
    build.onEnd(({ metafile, errors }) => {
      if (errors.length) return;
      for (const [path, { entryPoint }] of Object.entries(metafile.outputs)) {
        const page = basename(entryPoint).replace(/\.\w+$/, "");
        const kind = path.endsWith(".css") ? "css" : "js";
        if (![undefined, basename(path)].includes(files[page]?.[kind])) rmSync(join(dist, files[page][kind]), { force: true });
        files[page] = { ...files[page], [kind]: basename(path) };
      }
      const sorted = Object.fromEntries(Object.entries(files).sort());
      writeFileSync(join(dist, "manifest.json"), JSON.stringify(sorted, null, 1) + "\n");
    });
  },
};

const options = {
  absWorkingDir: here,
  entryNames: "[name]-[hash]",
  outdir: dist,
  bundle: true,
  minify: true,
  format: "iife",
  charset: "utf8",
  define: constants,
  // Old engines of phones: Chrome 78 in WeChat, Safari 14 (which has no static class fields).
  target: "chrome78",
  supported: { "class-field": false, "class-static-field": false },
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
  plugins: [manifest],
};

const isPhone = (path) => ["phone.ts", "phone-secret.ts"].includes(basename(path));
const scripts = [...pages("src", ".ts"), join(here, "src/secret/voter-worker.ts")];
const builds = [
  { ...options, entryPoints: [...scripts.filter((path) => !isPhone(path)), ...pages("src/style", ".css")] },
  // The phone's budget has no room for the usual hashes (docs/decisions/0004-browser-client.md).
  {
    ...options,
    entryPoints: scripts.filter(isPhone),
    alias: { "@noble/hashes/sha2": join(here, "src/small/sha2.ts") },
  },
];

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
for (const build of builds) {
  if (process.argv.includes("--watch")) await (await esbuild.context(build)).watch();
  else await esbuild.build(build);
}
