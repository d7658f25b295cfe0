/** What the page is told of an audit: plain data, which can travel between threads. */

import { fingerprint } from "../core/fingerprint";
import { base64, fromB64url, fromHex } from "../core/encoding";
import { anchorOf } from "../core/token";
import type { Audited } from "./audit";
import type { Text } from "./blobs";
import type { Box } from "./box";
import type { Result } from "./count";
import type { Finding } from "./findings";
import type { ActOf } from "./kinds";
import type { Log } from "./log";
import type { Question } from "./question";
import { isOpen, type Moment, type Poll, type State } from "./state";

/** A file that was audited; `noBundle` says why where it could not be. */
export interface Report {
  readonly noBundle: string | null;
  readonly findings: readonly Finding[];
  readonly hearing: HearingReport | null;
}

export interface HearingReport {
  readonly id: string;
  readonly title: Text;
  readonly community: Text;
  readonly starts: string;
  readonly zone: string;
  readonly origin: string;
  readonly anchor: string;
  readonly rehearsal: boolean;
  readonly finished: boolean;
  readonly size: number;
  /** The latest time of an act. */
  readonly latest: string;
  /** Entries of the roll. */
  readonly seats: number;
  readonly polls: readonly PollReport[];
  readonly moments: readonly MomentReport[];
}

export interface PollReport {
  readonly id: string;
  readonly question: Question;
  readonly stage: "open" | "closed" | "published" | "void";
  readonly voidReason: string | null;
  /** The recount, of a poll whose tally is published. */
  readonly result: Result | null;
  /** The ballots that count, in the order of the record; none of a secret poll. */
  readonly votes: readonly Vote[];
  readonly box: BoxReport | null;
}

/** The box of a secret poll: how many could vote, did, and tested their phones; and the keys that open it. */
export interface BoxReport {
  readonly issued: number;
  readonly cast: number;
  readonly spoiled: number;
  readonly objections: number;
  readonly holders: number;
  readonly threshold: number;
  readonly decrypted: number;
}

/** How one entry of the roll voted: the exact JSON of the choice, null while it is sealed. */
export interface Vote {
  readonly member: string;
  readonly choice: string | null;
}

export interface MomentReport {
  readonly what: Moment["what"];
  readonly poll: string | null;
  readonly fingerprint: string;
}

export function reportOf({ findings, state, log }: Audited): Report {
  const act = state && state.convene;
  return { noBundle: null, findings, hearing: state && act && hearingOf(state, act, log) };
}

function hearingOf(state: State, act: ActOf<"hearing.convene">, { tree, latest }: Log): HearingReport | null {
  const { notice } = state;
  return (
    notice && {
      id: act.hearing,
      title: notice.title,
      community: notice.community.name,
      starts: notice.starts,
      zone: notice.community.zone,
      origin: act.origin,
      anchor: anchorOf(fromB64url(act.root, 32)),
      rehearsal: act.rehearsal,
      finished: state.phase === "adjourned",
      size: tree.size,
      latest,
      seats: state.seats.size,
      polls: Array.from(state.polls.values(), pollOf),
      moments: state.moments.map(({ what, poll, size }) => {
        const root = base64(fromHex(tree.root(size) as string));
        return { what, poll, fingerprint: fingerprint(`${act.origin}\n${size}\n${root}\n`) };
      }),
    }
  );
}

function pollOf(poll: Poll): PollReport {
  const { id, question, voidReason, recount } = poll;
  const decided = voidReason !== null ? "void" : recount && "published";
  const stage = decided || (isOpen(poll) ? "open" : "closed");
  const votes = Array.from(poll.ballots, ([member, { choice }]) => ({ member, choice }));
  return { id, question, stage, voidReason, result: recount, votes, box: poll.box && boxOf(poll.box) };
}

function boxOf({ offers, ballots, spoiled, objections, keys, decryptions }: Box): BoxReport {
  return {
    issued: offers.size,
    cast: ballots.size,
    spoiled: spoiled.size,
    objections: objections.size,
    holders: keys.holders.length,
    threshold: keys.threshold,
    decrypted: decryptions.size,
  };
}
