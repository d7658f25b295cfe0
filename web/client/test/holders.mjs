// What a key holder's page makes of every NAME.zip in a folder, asked for as NAME.zip.json says; see holders.ts.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as esbuild from "esbuild";
import { constants } from "../constants.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const outdir = mkdtempSync(join(tmpdir(), "client-holders-"));
try {
  const outfile = join(outdir, "holders.mjs");
  await esbuild.build({
    entryPoints: [join(here, "holders.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node18",
    define: constants,
  });
  const { tell } = await import(pathToFileURL(outfile).href);
  const folder = process.argv[2];
  const told = {};
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".zip"))) {
    const asked = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
    told[name] = tell(new Uint8Array(readFileSync(join(folder, name))), asked);
  }
  process.stdout.write(JSON.stringify(told));
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
