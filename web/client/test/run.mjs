// Bundle every *.test.ts beside this file and run it with Node's own test runner.
// What rests on hashes runs twice: with the usual ones, and with those of the phone page.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const outdir = mkdtempSync(join(tmpdir(), "client-tests-"));
const alias = { "@noble/hashes/sha2": join(here, "../src/small/sha2.ts") };

function bundle(names, extra) {
  return esbuild.build({
    entryPoints: names.map((name) => join(here, name)),
    outdir,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node18",
    outExtension: { ".js": ".mjs" },
    define: { VECTORS: JSON.stringify(join(here, "../../../tests/vectors")) },
    logLevel: "warning",
    ...extra,
  });
}

try {
  await bundle(readdirSync(here).filter((name) => name.endsWith(".test.ts")));
  await bundle(["evidence.test.ts", "outbox.test.ts", "vectors.test.ts"], { alias, entryNames: "small-[name]" });
  const files = readdirSync(outdir).map((name) => join(outdir, name));
  process.exitCode = spawnSync(process.execPath, ["--test", ...files], { stdio: "inherit" }).status ?? 1;
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
