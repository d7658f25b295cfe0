/** A key holder's side of the record, in the worker: verifies a bundle, says what comes next, makes what is sent. */

import { fingerprint } from "../core/fingerprint";
import { base64, fromHex, hex } from "../core/encoding";
import type { Text } from "../page/texts";
import { sha256 } from "@noble/hashes/sha2";
import { lock, unlock } from "../secret/backup";
import { random } from "../secret/group";
import { keysOf, newSeed } from "../secret/pki";
import { audit, type Audited } from "../verify/audit";
import { UNFINISHED } from "../verify/brought";
import { finding, type Finding } from "../verify/findings";
import { NoBundle } from "../verify/zip";
import { type Facts, isReady, type KeySet, type SecretPoll } from "./facts";
import { factsOf } from "./from";
import {
  accused,
  type Accused,
  codeOf,
  type Kept,
  type Message,
  messageOf,
  nextStep,
  seedOf,
  type Step,
  type StepName,
} from "./making";
import { decryptionOf, type Examined, examine, type Opened } from "./opening";
import { checkPins, isOlder, type Pins } from "./pins";

/** What the page knows: whose device this is, what it keeps, and what it has seen of the record. */
export interface Own {
  readonly member: string;
  readonly kept: readonly Kept[];
  readonly opened: readonly Opened[];
  readonly pins: Pins;
}

export interface HolderPicture {
  readonly member: string;
  readonly role: string;
  readonly certificate: boolean;
  readonly polynomial: boolean;
  readonly share: boolean;
  readonly accepted: boolean;
  readonly refuses: string | null;
  readonly left: boolean;
}

export interface PollPicture {
  readonly id: string;
  readonly title: Text;
  readonly stage: SecretPoll["stage"];
  readonly election: string;
  readonly ballots: number;
  readonly issued: number;
  readonly objections: number;
  readonly holders: readonly string[];
  readonly threshold: number;
  readonly decrypted: readonly string[];
  /** Of the checkpoint at the close, to compare with the screen. */
  readonly fingerprint: string;
  /** Of a poll that waits for key holders. */
  readonly examined: Examined | null;
}

/** What a bundle shows, once it is verified. */
export interface Picture {
  readonly size: number;
  /** Whether this device has seen more of the record than the bundle has. */
  readonly older: boolean;
  readonly findings: readonly Finding[];
  readonly holders: readonly HolderPicture[];
  readonly threshold: number;
  readonly ready: boolean;
  readonly step: Step;
  /** The seed for the keys that are being made or were made, as this device keeps it. */
  readonly mine: string | null;
  readonly roles: { readonly [member: string]: string };
  readonly polls: readonly PollPicture[];
}

/** What did not work, and whose message is to blame. */
export interface Trouble {
  readonly code: string;
  readonly accused: Accused | null;
}

const NOTHING = { holders: [], threshold: 0, ready: false, mine: null, roles: {}, polls: [], step: { name: "none", on: [] } } as const;

/** What a running meeting cannot have yet; and what a holder is to decide with the supervisor: it is an objection. */
const TOLERATED: readonly string[] = [...UNFINISHED, "credential-left-out"];

/** How much is done, in steps of different length, of how many in all. */
export interface Progress {
  readonly done: number;
  readonly of: number;
}

export class Holder {
  private facts: Facts | null = null;
  private own: Own | null = null;
  /** What came of examining archives, by what was examined. */
  private readonly known = new Map<string, Examined>();

  /** Verify a bundle and say what it shows. Nothing of one that has a fault is used. */
  *look(bundle: Uint8Array, own: Own): Generator<Progress, Picture> {
    this.own = own;
    this.facts = null;
    const audited = yield* read(bundle);
    if (audited instanceof NoBundle) {
      return { ...NOTHING, size: 0, older: false, findings: [finding("no-bundle", "", audited.message)] };
    }
    const { log } = audited;
    const findings = [
      ...checkPins(own.pins, audited),
      ...audited.findings.filter(({ code }) => TOLERATED.indexOf(code) < 0),
    ];
    const seen = { size: log.tree.size, older: isOlder(own.pins, log.tree.size), findings };
    if (!audited.state || findings.length) return { ...NOTHING, ...seen };
    const facts = factsOf(audited);
    this.facts = facts;
    const { keys, left } = facts;
    if (!keys) return { ...NOTHING, ...seen };
    const mine = this.mine(keys);
    const polls: PollPicture[] = [];
    for (const poll of facts.polls) polls.push(yield* this.picture(poll, facts, own));
    return {
      ...seen,
      holders: keys.holders.map((member) => pictured(keys, member, facts)),
      threshold: keys.threshold,
      ready: isReady(keys) && !left.length,
      step: nextStep(keys, own.member, mine, left),
      mine: mine && mine.seed,
      roles: facts.roles,
      polls,
    };
  }

  /** A new seed. */
  make(): string {
    return newSeed(random);
  }

  /** What this device signs next. */
  message(name: StepName): Message {
    const { keys } = this.facts as Facts;
    const mine = keys && this.mine(keys);
    if (!keys || !mine) throw new Error("no key");
    return messageOf(name, keys, (this.own as Own).member, mine.seed, random);
  }

  /** The decryption of a poll that was examined and has no fault. */
  decrypt(id: string): Message {
    const poll = (this.facts as Facts).polls.filter((one) => one.id === id)[0] as SecretPoll;
    const { member, kept } = this.own as Own;
    const examined = this.known.get(this.nameOf(poll));
    if (!examined || examined.faults.length) throw new Error("not examined");
    return decryptionOf(poll, member, kept, random);
  }

  lock(seed: string, passphrase: string): string {
    return lock(seed, passphrase);
  }

  /** The seed on a sheet; `fits` where it made a certificate of this holder's. */
  unlock(sheet: string, passphrase: string): { seed: string; fits: boolean } {
    const seed = unlock(sheet, passphrase);
    keysOf(seed);
    const member = this.own ? this.own.member : "";
    return { seed, fits: this.makings().some((keys) => seedOf(keys, member, [{ seed, safe: true }]) !== null) };
  }

  /** What to tell the page of an error. */
  troubleOf(error: unknown): Trouble {
    const keys = this.facts && this.facts.keys;
    return { code: codeOf(error), accused: keys && accused(keys, error) };
  }

  private makings(): KeySet[] {
    const { keys, polls } = this.facts || { keys: null, polls: [] };
    const all = [...(keys ? [keys] : []), ...polls.map((poll) => poll.keys)];
    return all.filter((one, at) => all.indexOf(one) === at);
  }

  /** The seed of this device for keys: that of its certificate; before there is one the newest, whose sheet stays good. */
  private mine(keys: KeySet): Kept | null {
    const { member, kept } = this.own as Own;
    if (keys.holders.indexOf(member) < 0) return null;
    if (keys.certificates.has(member)) return seedOf(keys, member, kept);
    return kept[kept.length - 1] || null;
  }

  private nameOf({ archive, id }: SecretPoll): string {
    const { kept, opened } = this.own as Own;
    return [id, archive && hex(sha256(archive)), JSON.stringify([kept.map(({ seed }) => seed), opened])].join("|");
  }

  private *picture(poll: SecretPoll, { origin }: Facts, own: Own): Generator<Progress, PollPicture> {
    const { id, title, stage, election, issued, objections, decrypted, closed, keys } = poll;
    const asked = stage === "closed" && keys.holders.indexOf(own.member) >= 0 && decrypted.indexOf(own.member) < 0;
    const name = this.nameOf(poll);
    let examined = this.known.get(name) || null;
    if (asked && !examined) {
      const steps = examine(poll, own.member, own.kept, own.opened);
      let step = steps.next();
      for (; !step.done; step = steps.next()) yield step.value;
      examined = step.value;
      this.known.set(name, examined);
    }
    return {
      id,
      title,
      stage,
      election,
      ballots: poll.ballots.length,
      issued,
      objections,
      holders: keys.holders,
      threshold: keys.threshold,
      decrypted,
      fingerprint: closed ? fingerprint(`${origin}\n${closed.size}\n${base64(fromHex(closed.root))}\n`) : "",
      examined: asked ? examined : null,
    };
  }
}

function pictured({ certificates, polynomials, shares, accepted, refused }: KeySet, member: string, { roles, left }: Facts): HolderPicture {
  return {
    member,
    role: roles[member] || "",
    certificate: certificates.has(member),
    polynomial: polynomials.has(member),
    share: shares.has(member),
    accepted: accepted.has(member),
    refuses: refused.get(member) || null,
    left: left.indexOf(member) >= 0,
  };
}

function* read(bundle: Uint8Array): Generator<Progress, Audited | NoBundle> {
  try {
    const steps = audit(bundle);
    let step = steps.next();
    for (; !step.done; step = steps.next()) yield { done: step.value.done, of: step.value.all };
    return step.value;
  } catch (error) {
    if (error instanceof NoBundle) return error;
    throw error;
  }
}
