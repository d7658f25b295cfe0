// Read questions and choices and count polls as the page does, for Python to compare.
// count.mjs CASES.json, a list of {question, choices, poll}; a poll has eligible, electorate, ballots, voidReason, and
// a secret one a box with totals, the numbers of its ballots and offers, and the hash of its archive.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const outdir = mkdtempSync(join(tmpdir(), "client-count-"));
try {
  const outfile = join(outdir, "count.mjs");
  const modules = ["question", "choices", "count", "schema", "../core/encoding"];
  const contents = modules.map((name) => `export * from "./${name}";`).join("\n");
  const stdin = { contents, resolveDir: join(here, "../src/verify"), loader: "ts" };
  await esbuild.build({ stdin, outfile, bundle: true, platform: "node", format: "esm" });
  const { readQuestion, isValid, count, write, utf8, Malformed } = await import(pathToFileURL(outfile).href);
  /** The question, or why it is none. */
  function read(raw) {
    try {
      return { question: readQuestion(utf8(raw)) };
    } catch (error) {
      if (error instanceof Malformed) return { error: error.message };
      throw error;
    }
  }

  function answer({ question: raw, choices, poll }) {
    const { question, error } = read(raw);
    if (!question) return { error };
    const told = { valid: choices.map((choice) => isValid(question, choice)) };
    if (!poll) return told;
    const electorate = new Map(poll.electorate.map((member) => [member.id, member]));
    const ballots = new Map(poll.ballots.map(([member, choice]) => [member, { choice }]));
    const box = poll.box && {
      ...poll.box,
      ballots: { size: poll.box.ballots },
      offers: { size: poll.box.offers },
      totals: poll.box.totals.map((row) => row.map(BigInt)),
    };
    return { ...told, result: write(count({ ...poll, question, electorate, ballots, box: box || null })) };
  }

  process.stdout.write(JSON.stringify(JSON.parse(readFileSync(process.argv[2], "utf8")).map(answer)));
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
