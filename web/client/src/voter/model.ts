/** What the phone shows of secret polls, over what it shows of named ones. No DOM here. */

import type { Model, Row } from "../page/bind";
import { type BoxState, type HearingState, type PollState, type QuestionState } from "../page/state";
import { clock, groups, t } from "../page/texts";
import { placeIn } from "../phone/ballots";
import type { Facts } from "../phone/model";
import type { Verdict } from "./check";
import { coming, offersFor } from "./offers";
import type { Boxed } from "./sender";

/** A ballot that is being encrypted, or is and waits for the voter's decision. */
export interface Sealing {
  readonly poll: string;
  /** How much is done, from 0 to 1; and whether it takes long enough to be told. */
  readonly share: number;
  readonly slow: boolean;
  readonly hash?: string;
  /** Whether the voter is asked if the ballot shall be opened, the choice is being carried out, or it failed. */
  readonly asking?: boolean;
  readonly busy?: boolean;
  readonly failed?: boolean;
}

/** What this device knows of secret polls beyond the public state. */
export interface Voter {
  readonly verdicts: { readonly [poll: string]: Verdict };
  readonly sealing: Sealing | null;
  /** Whether offering has failed for long, and whether sending has. */
  readonly unready: boolean;
  readonly kept: (kind: Boxed["kind"], poll: string) => Boxed | null;
  /** Whether this device holds the code of a credential for an election. */
  readonly holds: (election: string) => boolean;
  /** The picture that leads a second device to a ballot. */
  readonly picture: (poll: string, hash: string) => string;
}

/** Why this device cannot vote now, or "". */
type Obstacle = "" | "role" | "closed" | "cast" | "absent" | "elsewhere" | "preparing" | "checking" | "missing" | "bad";

/** What else of the public state is read here. */
interface More {
  readonly names: { readonly [member: string]: string };
  readonly keys: { readonly holders: readonly { readonly member: string; readonly accepted: boolean }[] } | null;
}

/** The page again, with what is different where polls are secret. */
export function over(facts: Facts, shown: Model, voter: Voter): Model {
  const { state, acts, route } = facts;
  const polls: { [id: string]: PollState } = {};
  for (const poll of state.polls) polls[poll.id] = poll;
  const rows = (all: unknown): Row[] => (all as Row[]).map((row) => ({ ...row, ...ofRow(facts, polls[row.id] as PollState, voter) }));
  const poll = polls[route[1] as string];
  const refused = coming(facts).map((election) => offersFor(acts, election).pop()).filter((sent) => sent && sent.state === "refused")[0];
  return {
    open: rows(shown.open),
    over: rows(shown.over),
    ballot: poll && (poll.box ? onBallot(facts, shown.ballot as Model, poll, voter) : { ...(shown.ballot as Model), named: true }),
    item: shown.item && onItem(shown.item as Model),
    key: holding(facts),
    unready: voter.unready,
    unoffered: refused && { title: refused.title, detail: refused.detail },
  };
}

/** What somebody who holds a key has to do: make it, or open a box with it; null for everybody else. */
function holding({ state, member, revoked }: Facts): Model | null {
  const { keys, polls, phase } = state as HearingState & More;
  const mine = keys && keys.holders.filter((one) => one.member === member)[0];
  const boxes = polls.filter(({ box }) => box && box.holders.indexOf(member) >= 0).map(({ box }) => box as BoxState);
  if (revoked || (!mine && !boxes.length)) return null;
  const asked = boxes.some(({ openable, decrypted }) => openable && decrypted.indexOf(member) < 0);
  const what = asked ? "open" : mine && !mine.accepted ? "make" : "kept";
  return { [phase === "adjourned" ? "over" : what]: true };
}

/** An item of the agenda whose questions are answered in secret. */
function onItem(item: Model): Model {
  const boxed = (item.questions as QuestionState[]).some(({ visibility }) => visibility === "secret");
  return boxed ? { ...item, how: t("ballot-boxed") } : item;
}

function obstacle({ me, role, acts }: Facts, poll: PollState, voter: Voter): Obstacle {
  const { election, ready } = poll.box as BoxState;
  const known = placeIn(me, poll.id);
  const cast = voter.kept("ballots", poll.id);
  const verdict = voter.verdicts[poll.id];
  const offered = offersFor(acts, election).some(({ state }) => state === "received");
  if (role !== "representative") return "role";
  if (cast && (cast.state !== "refused" || cast.lost)) return "cast";
  if (poll.stage !== "open") return "closed";
  if (known && !known.may_vote) return "absent";
  if (!offered || !voter.holds(election)) return "elsewhere";
  if (!ready) return "preparing";
  if (!known || !verdict) return "checking";
  return verdict.is === "good" ? "" : verdict.is === "late" ? "elsewhere" : verdict.is;
}

function ofRow(facts: Facts, poll: PollState, voter: Voter): Model {
  const { box, stage, result } = poll;
  if (!box) return {};
  const why = obstacle(facts, poll, voter);
  const cast = voter.kept("ballots", poll.id);
  const known = placeIn(facts.me, poll.id);
  const ended = stage !== "open" && stage !== "void";
  const todo = !why || why === "preparing" || why === "checking";
  const waits = box.openable && t("decision-opening", { have: box.decrypted.length, need: box.threshold });
  const opened = stage === "published" && result && result.decision !== "unopened";
  const archived = opened && cast && cast.state === "received";
  return {
    mine: "",
    voted: false,
    todo,
    seen: !todo,
    ...(waits && { decision: waits }),
    cast: box.cast,
    electorate: box.issued, // those who may vote
    batched: stage === "open" && box.cast < box.issued,
    boxed: cast && !archived && progress(facts.state, cast, stage),
    archived,
    unvoted: ended && !cast && known && known.may_vote && voter.holds(box.election),
  };
}

/** How far an encrypted ballot has come; once its poll is no longer open, what that means for it. */
function progress({ community }: HearingState, boxed: Boxed, stage: PollState["stage"] = "open"): Model {
  const { state, lost, code, at, hash, id, title, detail, receipt, leaf } = boxed;
  const unsure = state === "waiting" && stage !== "open";
  const is = { [lost ? "lost" : code === "poll-closed" ? "late" : unsure ? "unsure" : state]: true };
  return { is, time: at ? clock(at, community.zone) : "", hash: groups(hash), name: groups(id), title, detail, receipt, leaf };
}

function onBallot(facts: Facts, shown: Model, poll: PollState, voter: Voter): Model {
  const { state, route } = facts;
  const why = obstacle(facts, poll, voter);
  const row = { ...shown, ...ofRow(facts, poll, voter) };
  const verdict = voter.verdicts[poll.id];
  const review = !why && shown.review;
  const seal = route[0] === "seal" && !why && sealed(poll, voter);
  const [cast, spoiled] = [voter.kept("ballots", poll.id), voter.kept("spoiled", poll.id)];
  const open = poll.stage === "open";
  return {
    ...row,
    secret: true,
    review,
    seal,
    choose: !review && !seal,
    sees: t("sees-secret", locks(state, poll.box as BoxState)),
    change: "", // it is said before
    may: !why,
    others: !why && verdict && verdict.is === "good" && verdict.changed && t("other-holders", locks(state, poll.box as BoxState)),
    why: open && (why === "role" ? t("no-vote-role") : why === "absent" || why === "elsewhere" ? t("no-box-" + why) : ""),
    newest: {},
    again: false,
    first: true,
    standing: "",
    over: open ? [] : [row],
    boxed: open && row.boxed,
    evidence: cast && cast.receipt && progress(state, cast),
    preparing: why === "preparing",
    checking: why === "checking",
    omitted: why === "missing",
    bad: why === "bad" && verdict && verdict.is === "bad" && verdict.why,
    tested: spoiled && !seal && (spoiled.state === "forked" || (open && !cast)) && {
      ...progress(state, spoiled),
      picture: voter.picture(poll.id, spoiled.hash),
    },
  };
}

/** A ballot whose hash is shown, before anything is decided. */
function sealed(poll: PollState, { sealing, picture }: Voter): Model | null {
  if (!sealing || sealing.poll !== poll.id) return null;
  const { hash, share, slow, asking, busy, failed } = sealing;
  const ready = hash && !busy && !failed;
  return {
    title: hash ? t("sealed") : t("sealing"),
    failed,
    working: !failed && (!hash || busy),
    slow: slow && !hash && !failed,
    share: share.toFixed(2),
    percent: Math.floor(share * 100),
    made: ready,
    decide: ready && !asking,
    asking: ready && asking,
    hash: hash && groups(hash),
    picture: hash && picture(poll.id, hash),
  };
}

/** Who holds the keys of a box, and how many open it. */
function locks(state: HearingState, { holders, threshold, least }: BoxState): { [name: string]: string | number } {
  const { names } = state as HearingState & More;
  const who = holders.map((member) => names[member] || member).join(t("and"));
  return { who, all: holders.length, need: threshold, least };
}
