// Print one act of each kind, as the client encodes and signs it, for Python to read.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const outdir = mkdtempSync(join(tmpdir(), "client-acts-"));
try {
  const outfile = join(outdir, "acts.mjs");
  await esbuild.build({ entryPoints: [join(here, "acts.ts")], outfile, bundle: true, platform: "node", format: "esm" });
  const { acts } = await import(pathToFileURL(outfile).href);
  process.stdout.write(JSON.stringify(acts));
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
