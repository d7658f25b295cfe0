// Audit every bundle in a folder as the page does, and print what was found, for Python to compare.
// Beside NAME.zip may lie what the auditor brings along: NAME.zip.receipt.0, NAME.zip.since, NAME.zip.openings,
// and NAME.zip.json with an anchor and whether the meeting is still running.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as esbuild from "esbuild";
import { constants } from "../constants.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const outdir = mkdtempSync(join(tmpdir(), "client-verify-"));
try {
  const verify = join(here, "../src/verify");
  const entryPoints = [join(verify, "session.ts"), join(verify, "brought.ts")];
  await esbuild.build({
    entryPoints,
    outdir,
    bundle: true,
    platform: "node",
    format: "esm",
    define: constants,
    outExtension: { ".js": ".mjs" },
  });
  const load = (name) => import(pathToFileURL(join(outdir, name)).href);
  const [{ Session }, { allFindings }] = [await load("session.mjs"), await load("brought.mjs")];
  const folder = process.argv[2];
  const bytes = (name) => new Uint8Array(readFileSync(join(folder, name)));
  const told = {};
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".zip"))) {
    const session = new Session();
    const report = session.finish(bytes(name));
    const held = readdirSync(folder)
      .map((file) => ({ file, kind: file.startsWith(`${name}.`) ? file.slice(name.length + 1).split(".")[0] : "" }))
      .filter(({ kind }) => ["receipt", "since", "openings"].includes(kind))
      .map(({ file, kind }) => session.hold({ kind, name: file, bytes: bytes(file) }))
      .filter(Boolean);
    const options = join(folder, `${name}.json`);
    const given = existsSync(options) ? JSON.parse(readFileSync(options, "utf8")) : { anchor: "", running: false };
    const anchor = report.hearing ? report.hearing.anchor : "";
    told[name] = { ...report, held, findings: allFindings(report.findings, anchor, { ...given, held }) };
  }
  process.stdout.write(JSON.stringify(told));
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
