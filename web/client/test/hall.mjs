// Print what console and screen make of public states: hall.mjs STATES.json TEXTS.json LANG
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const [states, texts, lang] = process.argv.slice(2);
const outdir = mkdtempSync(join(tmpdir(), "client-hall-"));
try {
  const outfile = join(outdir, "hall.mjs");
  await esbuild.build({ entryPoints: [join(here, "hall.ts")], outfile, bundle: true, platform: "node", format: "esm" });
  const catalogue = { textContent: readFileSync(texts, "utf8") };
  globalThis.document = { documentElement: { lang }, getElementById: () => catalogue };
  const { tell } = await import(pathToFileURL(outfile).href);
  process.stdout.write(JSON.stringify(JSON.parse(readFileSync(states, "utf8")).map(tell)));
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
