/**
 * Archives (`.bel`): an election as a chain of events with their data, in old tar members without an end.
 *
 * Bytes are compared, not interpreted: what is read must be exactly what this would write.
 */

import { equal, Malformed, utf8 } from "../core/encoding";
import { integer, words, write } from "../verify/schema";
import { decode, Fault, hashHex, hold, option, record } from "./form";
import { type SizedForm, sizedShape, writeSized } from "./tally";

const BLOCK = 512;
const FIRST = "BELENIOS";

/** The kinds of events, and the data before each: the last one is its payload. */
const PARTS: { readonly [kind: string]: readonly Part[] } = {
  Setup: ["election", "trustees", "credentials", "setup"],
  Ballot: ["ballot"],
  EndBallots: [],
  EncryptedTally: ["tally", "sized"],
  PartialDecryption: ["decryption", "owned"],
  Result: ["result"],
};
type Part =
  | "election"
  | "trustees"
  | "credentials"
  | "setup"
  | "ballot"
  | "tally"
  | "sized"
  | "decryption"
  | "owned"
  | "result";

const text = words(Infinity);
const whole = integer(-Number.MAX_SAFE_INTEGER);
const headerShape = record({ version: whole, timestamp: text });
const eventShape = record({ parent: option(text), height: whole, type: text, payload: option(text) });
const setupShape = record({ election: text, trustees: text, credentials: text });
export const ownedShape = record({ owner: whole, payload: text });

/** An event with the exact bytes of its data. */
export interface Step {
  readonly height: number;
  readonly kind: string;
  readonly parts: { readonly [part in Part]?: Uint8Array };
}

/** Writes an archive step by step; `bytes` is what there is so far, and stays a prefix of what will be. */
export class Writer {
  private readonly members: Uint8Array[] = [];
  private parent: string | undefined;
  private height = 0;
  private size = 0;

  /** @param timestamp seconds since 1970 */
  constructor(private readonly timestamp: number) {
    this.add(FIRST, utf8(write({ version: 1, timestamp: String(timestamp) })));
  }

  /** The archive so far. */
  get bytes(): Uint8Array {
    const all = new Uint8Array(this.size);
    let at = 0;
    for (const member of this.members) {
      all.set(member, at);
      at += BLOCK * Math.ceil(member.length / BLOCK);
    }
    return all;
  }

  /** The election, its keys and its credentials. */
  setup(election: Uint8Array, trustees: Uint8Array, credentials: Uint8Array): void {
    const named = { election: hashHex(election), trustees: hashHex(trustees), credentials: hashHex(credentials) };
    this.event("Setup", [election, trustees, credentials, utf8(write(named))]);
  }

  ballot(raw: Uint8Array): void {
    this.event("Ballot", [raw]);
  }

  endBallots(): void {
    this.event("EndBallots", []);
  }

  /** The sum of so many ballots, which weigh so much together. */
  encryptedTally(tally: Uint8Array, ballots: number, weight: bigint): void {
    this.event("EncryptedTally", [tally, utf8(writeSized(hashHex(tally), ballots, weight))]);
  }

  /** What an owner, numbered from 1, has made of the tally. */
  partialDecryption(owner: number, raw: Uint8Array): void {
    this.event("PartialDecryption", [raw, utf8(write({ owner, payload: hashHex(raw) }))]);
  }

  result(raw: Uint8Array): void {
    this.event("Result", [raw]);
  }

  private event(type: string, parts: readonly Uint8Array[]): void {
    for (const part of parts) this.add(`${hashHex(part)}.data.json`, part);
    const last = parts[parts.length - 1];
    const raw = utf8(write({ parent: this.parent, height: this.height++, type, payload: last && hashHex(last) }));
    this.parent = hashHex(raw);
    this.add(`${this.parent}.event.json`, raw);
  }

  private add(name: string, body: Uint8Array): void {
    this.members.push(frame(name, body.length, this.timestamp), body);
    this.size += BLOCK + body.length + padding(body.length);
  }
}

function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

/** A member's frame: 512 bytes of the old tar format. */
function frame(name: string, size: number, timestamp: number): Uint8Array {
  const made = new Uint8Array(BLOCK);
  const put = (at: number, field: string): void => made.set(utf8(field), at);
  const octal = (number: number, digits: number): string => number.toString(8).padStart(digits, "0");
  put(0, name);
  put(100, `0000644\0${"0000000\0".repeat(2)}${octal(size, 11)}\0${octal(timestamp, 11)}\0        0`);
  const sum = made.reduce((sum, byte) => sum + byte, 0);
  put(148, `${octal(sum, 6)}\0 `);
  return made;
}

/**
 * The events of an archive, one after the other; whether their order makes sense is another question.
 * @throws Fault at the first byte that does not belong; `where` names the event, and the member if it is one
 */
export function* readArchive(raw: Uint8Array): Generator<Step> {
  let { end: offset, timestamp } = readFirst(raw);
  let parent: string | undefined;
  let height = 0;
  let data: Uint8Array[] = [];
  while (offset < raw.length) {
    const place = `event ${height}, member ${data.length}`;
    const { name, body, end } = member(raw, offset, timestamp, place);
    offset = end;
    const hash = hashHex(body);
    if (name === `${hash}.data.json`) {
      data.push(body);
      continue;
    }
    hold(name === `${hash}.event.json`, "wrong-name", place, "not named by the hash of its bytes");
    yield readStep(height, parent, data, body);
    parent = hash;
    height++;
    data = [];
  }
  hold(!data.length, "unfinished", `event ${height}`, "data that no event follows");
}

function readFirst(raw: Uint8Array): { end: number; timestamp: number } {
  const known = equal(raw.subarray(0, FIRST.length + 1), utf8(`${FIRST}\0`));
  hold(known, "no-archive", FIRST, "no archive of an election begins like this");
  const size = sizeAt(raw, 0, FIRST);
  const header = inside(FIRST, () => decode(raw.subarray(BLOCK, BLOCK + size), headerShape), true);
  hold(header.version === 1, "unknown-version", FIRST, "only version 1 is known");
  const stamp = header.timestamp;
  hold(/^(0|[1-9][0-9]{0,9})$/.test(stamp), "bad-timestamp", FIRST, "not seconds since 1970");
  return { end: member(raw, 0, Number(stamp), FIRST).end, timestamp: Number(stamp) };
}

function member(
  raw: Uint8Array,
  offset: number,
  timestamp: number,
  where: string,
): { name: string; body: Uint8Array; end: number } {
  const size = sizeAt(raw, offset, where);
  const [start, stop] = [offset + BLOCK, offset + BLOCK + size];
  const end = stop + padding(size);
  const name = String.fromCharCode(...raw.subarray(offset, offset + 100)).replace(/\0+$/, "");
  const due = /^[\0-\x7f]*$/.test(name) && equal(raw.subarray(offset, start), frame(name, size, timestamp));
  hold(due, "bad-member", where, "a frame with another name, time, size or checksum than is due");
  const filled = end <= raw.length && raw.subarray(stop, end).every((byte) => !byte);
  hold(filled, "bad-member", where, "cut off, or filled up with something else than zeros");
  return { name, body: raw.subarray(start, stop), end };
}

function sizeAt(raw: Uint8Array, offset: number, where: string): number {
  const field = String.fromCharCode(...raw.subarray(offset + 124, offset + 135));
  hold(raw.length >= offset + BLOCK && /^[0-7]{11}$/.test(field), "bad-member", where, "no frame of a member");
  return parseInt(field, 8);
}

function readStep(height: number, parent: string | undefined, data: readonly Uint8Array[], raw: Uint8Array): Step {
  const event = inside(`event ${height}`, () => decode(raw, eventShape));
  const where = `event ${height} ${event.type}`;
  const names = Object.prototype.hasOwnProperty.call(PARTS, event.type) ? PARTS[event.type] : undefined;
  hold(names, "unknown-event", where, "no event of an election without a mixnet");
  hold(event.parent === parent, "wrong-parent", where, "it does not follow the event before it");
  hold(event.height === height, "wrong-height", where, `it says that it is event ${event.height}`);
  hold(names.length === data.length, "wrong-members", where, `${data.length} members where ${names.length} belong`);
  const last = data[data.length - 1];
  hold(event.payload === (last && hashHex(last)), "wrong-payload", where, "its payload is not the member before it");
  const parts: { [part in Part]?: Uint8Array } = {};
  names.forEach((name, i) => (parts[name] = data[i] as Uint8Array));
  checkLinks(where, parts);
  return { height, kind: event.type, parts };
}

/** Data that name other data name those that stand there. */
function checkLinks(where: string, { setup, sized, owned, ...parts }: Step["parts"]): void {
  const link = (from: string, field: string, hash: string, part: Part): void => {
    const same = hash === hashHex((parts as Step["parts"])[part] as Uint8Array);
    hold(same, "wrong-members", `${where} ${from} $.${field}`, "not the hash of what stands there");
  };
  if (setup) {
    const named = inside(`${where} setup`, () => decode(setup, setupShape), true);
    for (const part of ["election", "trustees", "credentials"] as const) link("setup", part, named[part], part);
  }
  if (sized) {
    const { encrypted_tally } = inside(`${where} sized`, (): SizedForm => decode(sized, sizedShape), true);
    link("sized", "encrypted_tally", encrypted_tally, "tally");
  }
  if (owned) {
    link("owned", "payload", inside(`${where} owned`, () => decode(owned, ownedShape), true).payload, "decryption");
  }
}

/** What `run` gives; its faults are in this event or member, with `fields` in that field of it. */
function inside<T>(where: string, run: () => T, fields = false): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    const { code, where: field } = error instanceof Fault ? error : { code: "malformed", where: "$" };
    throw new Fault(code, fields ? `${where} ${field}` : where, error.message);
  }
}
