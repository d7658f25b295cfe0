// Bundle every page of the client: src/NAME.ts and src/style/NAME.css become dist/NAME-HASH.js and .css.
// dist/manifest.json maps each page to its files, for the templates.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "../static/dist");

/** The files of a folder with this ending, base.css and type declarations apart. */
function pages(folder, ending) {
  return readdirSync(join(here, folder))
    .filter((name) => name.endsWith(ending) && name !== "base.css" && !name.endsWith(".d.ts"))
    .map((name) => join(here, folder, name));
}

const manifest = {
  name: "manifest",
  setup(build) {
    build.onStart(() => {
      rmSync(dist, { recursive: true, force: true });
      mkdirSync(dist, { recursive: true });
    });
    build.onEnd(({ metafile, errors }) => {
      if (errors.length) return;
      const files = {};
      for (const [path, { entryPoint }] of Object.entries(metafile.outputs)) {
        if (!entryPoint) continue;
        const kind = path.endsWith(".css") ? "css" : "js";
        const page = basename(entryPoint).replace(/\.\w+$/, "");
        (files[page] ??= {})[kind] = basename(path);
      }
      writeFileSync(join(dist, "manifest.json"), JSON.stringify(files, Object.keys(files).sort().concat("css", "js"), 1));
    });
  },
};

const options = {
  absWorkingDir: here,
  entryPoints: [...pages("src", ".ts"), ...pages("src/style", ".css")],
  entryNames: "[name]-[hash]",
  outdir: dist,
  bundle: true,
  minify: true,
  format: "iife",
  charset: "utf8",
  // Old engines of phones: Chrome 78 in WeChat, Safari 14 (which has no static class fields).
  target: "chrome78",
  supported: { "class-field": false, "class-static-field": false },
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
  plugins: [manifest],
};

if (process.argv.includes("--watch")) {
  await (await esbuild.context(options)).watch();
} else {
  await esbuild.build(options);
}
