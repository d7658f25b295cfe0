// What a phone finds of the setups in a file, by name: setup.mjs CASES.json; see setup.ts.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const outdir = mkdtempSync(join(tmpdir(), "client-setup-"));
try {
  const outfile = join(outdir, "setup.mjs");
  await esbuild.build({
    entryPoints: [join(here, "setup.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node18",
  });
  const { judge } = await import(pathToFileURL(outfile).href);
  process.stdout.write(JSON.stringify(await judge(JSON.parse(readFileSync(process.argv[2], "utf8")))));
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
