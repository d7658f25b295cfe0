// Audit every bundle in a folder as the page does, and print what was found, for Python to compare.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const outdir = mkdtempSync(join(tmpdir(), "client-verify-"));
try {
  const outfile = join(outdir, "session.mjs");
  const entry = join(here, "../src/verify/session.ts");
  await esbuild.build({ entryPoints: [entry], outfile, bundle: true, platform: "node", format: "esm" });
  const { Session } = await import(pathToFileURL(outfile).href);
  const folder = process.argv[2];
  const told = {};
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".zip"))) {
    const session = new Session();
    const report = session.finish(new Uint8Array(readFileSync(join(folder, name))));
    const receipts = readdirSync(folder).filter((file) => file.startsWith(`${name}.`));
    told[name] = {
      ...report,
      receipts: receipts.map((file) => session.receipt(readFileSync(join(folder, file), "utf8"))),
    };
  }
  process.stdout.write(JSON.stringify(told));
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
