/** What the auditor brings along, held against an audited record (docs/spec.md, section 15: 15 to 18). */

import { sha256 } from "@noble/hashes/sha2";
import { concat, equal, fromB64url, hex, text } from "../core/encoding";
import { openReceipt } from "../core/receipt";
import { type Audited, serviceKey } from "./audit";
import { type RollEntry, rollOpenings } from "./blobs";
import { readBundle } from "./bundle";
import { attempt, finding, type Finding } from "./findings";
import type { ActOf } from "./kinds";
import { readCanonical } from "./schema";
import { type State, votes } from "./state";
import { NoBundle } from "./zip";

/** A receipt, an earlier bundle, or a file of openings. */
export interface Brought {
  readonly kind: "receipt" | "since" | "openings";
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The act that a receipt proves; `kind` is empty where it cannot be read. */
export interface Proven {
  readonly seq: number;
  readonly at: string;
  readonly kind: string;
}

/** What came of it. */
export interface Held {
  readonly kind: Brought["kind"];
  readonly name: string;
  readonly findings: readonly Finding[];
  /** Of a receipt that fits. */
  readonly proven?: Proven;
  /** Entries of an earlier bundle; null where it is none. */
  readonly size?: number | null;
  /** Names by entry of the roll, as far as they fit. */
  readonly people?: { readonly [member: string]: string };
}

/** Everything the auditor knows and has. `anchor` is without blanks, and empty if none was given. */
export interface Expectations {
  readonly anchor: string;
  /** Whether the meeting may still be going on. */
  readonly running: boolean;
  readonly held: readonly Held[];
}

/** What is said of a meeting that is still going on, and of no other one. */
export const UNFINISHED: readonly string[] = ["unfinished", "no-result"];

/** Hold one thing against the record; null where there is no record to hold it against. */
export function hold({ kind, name, bytes }: Brought, audited: Audited): Held | null {
  const { state } = audited;
  if (!state || !state.convene) return null;
  if (kind === "receipt") return { kind, name, ...holdReceipt(bytes, audited, state.convene) };
  if (kind === "since") return { kind, name, ...holdEarlier(bytes, audited) };
  return { kind, name, ...holdOpenings(bytes, state, state.convene.hearing) };
}

/** All that does not fit: in the bundle, or with what the auditor brought along. `anchor` is the record's. */
export function allFindings(own: readonly Finding[], anchor: string, expected: Expectations): Finding[] {
  const found = own.filter(({ code }) => !expected.running || UNFINISHED.indexOf(code) < 0);
  if (anchor && expected.anchor && anchor !== expected.anchor) {
    found.unshift(finding("other-community", "hearing.json", `${expected.anchor} ≠ ${anchor}`));
  }
  const receipts = expected.held.filter(({ kind }) => kind === "receipt");
  for (const held of expected.held) {
    const place = held.kind === "receipt" ? `receipt ${receipts.indexOf(held) + 1}` : "";
    found.push(...held.findings.map((one) => (place ? { ...one, where: place } : one)));
  }
  return found;
}

type Fit = Omit<Held, "kind" | "name">;

function holdReceipt(bytes: Uint8Array, { log }: Audited, act: ActOf<"hearing.convene">): Fit {
  const unfit = (code: string, detail: unknown = ""): Fit => ({ findings: [finding(code, "receipt", detail)] });
  const opened = attempt(() => openReceipt(text(bytes), serviceKey(act)));
  if (opened instanceof Error) return unfit("bad-receipt", opened);
  const { checkpoint, entry, leaf } = opened;
  const root = log.tree.root(checkpoint.size);
  if (root === null) return unfit("receipt-ahead", `${checkpoint.size}, ${log.tree.size}`);
  if (root !== checkpoint.root || log.tree.leaf(entry.seq) !== leaf) return unfit("receipt-differs");
  const line = log.lines.filter(({ place }) => place.seq === entry.seq)[0];
  return { findings: [], proven: { seq: entry.seq, at: entry.at, kind: line ? line.act.act : "" } };
}

function holdEarlier(bytes: Uint8Array, { entries }: Audited): Fit {
  try {
    const earlier = readBundle(bytes).entries;
    const begins = earlier.every((raw, seq) => seq < entries.length && equal(raw, entries[seq] as Uint8Array));
    return { size: earlier.length, findings: begins ? [] : [finding("not-a-prefix", "log.jsonl")] };
  } catch (error) {
    if (!(error instanceof NoBundle)) throw error;
    return { size: null, findings: [] };
  }
}

function holdOpenings(bytes: Uint8Array, { seats }: State, hearing: string): Fit {
  const unfit = (detail: unknown): Finding => finding("bad-openings", "openings", detail);
  const read = attempt(() => readCanonical(bytes, rollOpenings));
  if (read instanceof Error) return { findings: [unfit(read)], people: {} };
  if (read.hearing !== hearing) return { findings: [unfit("of another hearing")], people: {} };
  const named = new Map(read.members.map((entry) => [entry.id, entry]));
  const findings = named.size < read.members.length ? [unfit("an entry is named twice")] : [];
  const voting = read.members.filter(({ id }) => {
    const seat = seats.get(id);
    return seat && votes(seat);
  });
  const cards = voting.map(({ token }) => token);
  new Set(cards).forEach((card) => {
    const names = voting.filter(({ token }) => token === card).map(({ name }) => name);
    if (names.length > 1) findings.push(finding("one-card-two-votes", "openings", names.join(", ")));
  });
  const people: { [member: string]: string } = {};
  for (const id of Array.from(new Set([...seats.keys(), ...named.keys()])).sort()) {
    const [seat, entry] = [seats.get(id), named.get(id)];
    const where = `roll:${id}`;
    if (!entry) findings.push(finding("unnamed", where));
    else if (!seat) findings.push(finding("not-on-roll", where, entry.name));
    else if (commitment(entry) !== seat.member.commitment) findings.push(finding("other-person", where, entry.name));
    else people[id] = entry.name;
  }
  return { findings, people };
}

/** What the roll says of a card. */
function commitment({ salt, token }: RollEntry): string {
  return hex(sha256(concat(fromB64url(salt, 32), fromB64url(token, 32))));
}
