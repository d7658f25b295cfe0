/** Secret ballots from the command line of tests: whole elections, single steps, and what the verifier finds. */

import "./browser";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Report, verifyArchive } from "../src/secret/verify";

type Folder = string;

const bytes = (folder: Folder, name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)));

/** What the last step of a generator gives. */
export function finished<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

function told({ findings, stage, voted, tallied, weight, owners, totals, trustees }: Report): object {
  return {
    findings: findings.map(({ code, where }) => [code, where]),
    stage: stage || null,
    voted,
    tallied,
    weight: String(weight),
    owners,
    current: trustees && trustees.current,
    totals: totals && totals.map((row) => row.map(String)),
  };
}

/** Verify every archive in a folder. */
function verify(folder: Folder): object {
  const found: { [name: string]: object } = {};
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".bel"))) {
    found[name] = told(finished(verifyArchive(bytes(folder, name))));
  }
  return found;
}

export const commands = { verify };
void writeFileSync;
