/**
 * The strict verifier of an archive: every rule, every proof, every sum; whatever the bytes, it only reports.
 *
 * Stricter than belenios-tool 2.0, which passes over events out of order. Codes and places of findings are those of
 * Python's `ballots/secret/verify.py`. An election that is still running is a prefix of a whole one, and the report
 * says how far it has come.
 */

import { equal, Malformed, utf8 } from "../core/encoding";
import { type Finding, finding } from "../verify/findings";
import { ownedShape, readArchive, type Step } from "./archive";
import { checkBallot, type Ballot, trackerOf } from "./ballot";
import { type Listed, readList } from "./credentials";
import { type Election, readElection } from "./election";
import { decode, Fault, type Grid, hold } from "./form";
import { Fixed } from "./group";
import {
  checkDecryption,
  combine,
  decryptionShape,
  type Factors,
  holds,
  readCount,
  readResult,
  readTally,
  sizedShape,
  type Sums,
  sum,
  writeTally,
} from "./tally";
import { readTrustees, type Trustees } from "./trustees";

/** Which kinds of events may follow on each; "" is the beginning. */
const AFTER: { readonly [kind: string]: readonly string[] } = {
  "": ["Setup"],
  Setup: ["Ballot", "EndBallots"],
  Ballot: ["Ballot", "EndBallots"],
  EndBallots: ["EncryptedTally"],
  EncryptedTally: ["PartialDecryption"],
  PartialDecryption: ["PartialDecryption", "Result"],
  Result: [],
};

/** What an archive was found to be. */
export interface Report {
  /** What does not fit; nothing where all is well. */
  readonly findings: Finding[];
  /** The kind of the last event that was in order; `Result` in an election that is over, "" in none. */
  stage: string;
  election: Election | null;
  trustees: Trustees | null;
  /** The public credentials, and what their votes weigh. */
  listed: ReadonlyMap<string, Listed>;
  /** The credential and the tracker of each logged ballot that is good, in order. */
  readonly voted: (readonly [string, string])[];
  /** How many ballots count (of each credential the last), and what they weigh together. */
  tallied: number;
  weight: bigint;
  /** Who has decrypted, by number from 1. */
  readonly owners: number[];
  /** The sum of the ballots that count, as computed here. */
  sums: Sums | null;
  /** The result, if it was published and is right. */
  totals: Grid<bigint> | null;
}

/** How much is checked, of how much: credentials and ballots. */
export interface Checking {
  readonly done: number;
  readonly of: number;
}

/** Check an archive in full, step by step. Never throws, whatever the bytes. */
export function* verifyArchive(raw: Uint8Array): Generator<Checking, Report> {
  const report: Report = {
    findings: [],
    stage: "",
    election: null,
    trustees: null,
    listed: new Map(),
    voted: [],
    tallied: 0,
    weight: 0n,
    owners: [],
    sums: null,
    totals: null,
  };
  const steps: Step[] = [];
  note(report, "", () => {
    for (const step of readArchive(raw)) steps.push(step);
  });
  const good = steps.filter((step) => isInOrder(report, step));
  if (good.length) yield* new Check(report, good).run();
  return report;
}

/** Whether an event comes where it may; one that does not is a finding. */
function isInOrder(report: Report, { kind, height }: Step): boolean {
  const { stage, findings } = report;
  if ((AFTER[stage] as readonly string[]).indexOf(kind) < 0) {
    findings.push(finding(disorder(stage, kind), `event ${height} ${kind}`, `after ${stage || "nothing"}`));
    return false;
  }
  report.stage = kind;
  return true;
}

function disorder(stage: string, kind: string): string {
  if (!stage) return "no-setup";
  if (kind === "Setup") return "second-setup";
  if (stage === "Result") return "after-result";
  if (kind === "Ballot") return "ballot-after-end";
  const over = stage !== "Setup" && stage !== "Ballot";
  if (over && kind === "EndBallots") return "second-end";
  return over && kind === "EncryptedTally" ? "second-tally" : "too-early";
}

/** Do something; a fault in there is a finding. `whole` leaves out the field. */
function note(report: Report, where: string, run: () => void, whole = false): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    const [code, field] = error instanceof Fault ? [error.code, error.where] : ["malformed", "$"];
    const place = [where, whole ? "" : field].filter(Boolean).join(" ");
    report.findings.push(finding(code, place, error.message));
  }
}

/** The rules, over events that are in order. */
class Check {
  private done = 0;
  private tally: Sums = [];
  private readonly factors = new Map<number, Factors>();

  constructor(
    private readonly report: Report,
    private readonly steps: readonly Step[],
  ) {}

  /** All of it. What cannot be understood without what is wrong before it is not looked at. */
  *run(): Generator<Checking, void> {
    if (!(yield* this.setup(this.steps[0] as Step))) return;
    const election = this.report.election as Election;
    const sums = yield* this.ballots(election);
    this.report.sums = sums;
    for (const step of this.steps) {
      if (step.kind === "EncryptedTally" && !this.sum(election, step, sums)) return;
      if (step.kind === "PartialDecryption") this.decryption(election, step);
      if (step.kind === "Result") this.result(election, step);
      if (step.kind !== "Ballot") yield this.progress();
    }
  }

  private progress(): Checking {
    const ballots = this.steps.filter(({ kind }) => kind === "Ballot").length;
    return { done: this.done, of: this.report.listed.size + ballots };
  }

  private note({ height, kind }: Step, part: string, run: () => void, whole = false): void {
    note(this.report, `event ${height} ${kind} ${part}`, run, whole);
  }

  /** Election, keys and credentials; whether ballots can be checked against them. */
  private *setup(step: Step): Generator<Checking, boolean> {
    const { report } = this;
    const before = report.findings.length;
    const { election, trustees, credentials } = step.parts as { [part: string]: Uint8Array };
    this.note(step, "election", () => (report.election = readElection(election as Uint8Array)));
    this.note(step, "trustees", () => (report.trustees = readTrustees(trustees as Uint8Array)), true);
    this.note(step, "election", () => {
      const same = !report.election || !report.trustees || report.election.publicKey === report.trustees.electionKey;
      hold(same, "wrong-key", "$.public_key", "not the key that the trustees have made");
    });
    this.note(step, "credentials", () => (report.listed = readList(credentials as Uint8Array)));
    for (const { key } of Array.from(report.listed.values())) {
      const where = `$[${this.done++}]`;
      const member = key.isMember();
      this.note(step, "credentials", () => {
        hold(member, "not-in-group", where, "a credential that is not in the group");
      });
      if (!member) break;
      yield this.progress();
    }
    return report.findings.length === before;
  }

  /** Every ballot, and the sum of those that count. */
  private *ballots(election: Election): Generator<Checking, Sums> {
    const { report } = this;
    const y = new Fixed(election.publicKey);
    const seen = new Set<string>();
    const last = new Map<string, Ballot>();
    for (const step of this.steps.filter(({ kind }) => kind === "Ballot")) {
      const raw = step.parts.ballot as Uint8Array;
      this.note(step, "ballot", () => {
        const ballot = checkBallot(raw, election, y, report.listed);
        const { credential, hash } = ballot;
        hold(!seen.has(hash), "repeated-ballot", "$", "a copy of an earlier ballot, which it would restore");
        seen.add(hash);
        last.set(credential, ballot);
        report.voted.push([credential, trackerOf(raw)]);
      });
      this.done++;
      yield this.progress();
    }
    const weighted = Array.from(last.values(), ({ credential, answers }) => {
      return { answers, weight: (report.listed.get(credential) as Listed).weight };
    });
    report.tallied = weighted.length;
    report.weight = weighted.reduce((all, { weight }) => all + weight, 0n);
    return sum(election, weighted);
  }

  /** The published sum; whether it can be decrypted at all. */
  private sum(election: Election, step: Step, sums: Sums): boolean {
    const { tallied, weight } = this.report;
    const raw = step.parts.tally as Uint8Array;
    let readable = false;
    this.note(step, "tally", () => {
      this.tally = readTally(election, raw);
      readable = true;
      hold(equal(raw, utf8(writeTally(sums))), "tally-differs", "$", "not the sum of the ballots that count");
    });
    this.note(step, "sized", () => {
      const { num_tallied, total_weight } = decode(step.parts.sized as Uint8Array, sizedShape);
      hold(num_tallied === tallied, "wrong-count", "$.num_tallied", `${tallied} ballots count`);
      const weighs = readCount(total_weight, "$.total_weight");
      hold(weighs === weight, "wrong-count", "$.total_weight", `they weigh ${weight}`);
    });
    return readable;
  }

  /** What one owner has made of the sum. */
  private decryption(election: Election, step: Step): void {
    const { owners, trustees } = this.report;
    const { keys } = trustees as Trustees;
    this.note(step, "owned", () => {
      const { owner } = decode(step.parts.owned as Uint8Array, ownedShape);
      const key = keys[owner - 1];
      hold(key !== undefined, "unknown-owner", "$.owner", `there are ${keys.length} trustees`);
      hold(owners.indexOf(owner) < 0, "second-decryption", "$.owner", `trustee ${owner} has decrypted before`);
      owners.push(owner);
      this.note(step, "decryption", () => {
        const part = decode(step.parts.decryption as Uint8Array, decryptionShape);
        this.factors.set(owner, checkDecryption(election, this.tally, key, part));
      });
    });
  }

  /** The totals. */
  private result(election: Election, step: Step): void {
    const { report, factors, tally } = this;
    this.note(step, "result", () => {
      const said = readResult(election, step.parts.result as Uint8Array);
      const combined = combine(report.trustees as Trustees, factors);
      hold(combined, "not-enough", "", "these trustees do not suffice to decrypt");
      hold(holds(tally, combined, said), "result-differs", "$.result", "not what the decryptions give");
      const bounded = said.every((row) => row.every((count) => count <= report.weight));
      hold(bounded, "result-differs", "$.result", "more votes than all ballots have together");
      report.totals = said;
    });
  }
}
