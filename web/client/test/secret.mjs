// What the browser's secret ballots do, for Python to compare: secret.mjs COMMAND FOLDER, see secret.ts beside this.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const outdir = mkdtempSync(join(tmpdir(), "client-secret-"));
try {
  const outfile = join(outdir, "secret.mjs");
  await esbuild.build({
    entryPoints: [join(here, "secret.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node18",
  });
  const { commands } = await import(pathToFileURL(outfile).href);
  const [command, folder] = process.argv.slice(2);
  process.stdout.write(JSON.stringify(commands[command](folder)));
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
