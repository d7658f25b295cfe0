/** Voting secretly on this phone: credentials offered, setups checked, ballots made, cast, or opened to test the phone. */

import type { Device } from "../core/device";
import { pause } from "../core/http";
import type { Sent } from "../core/outbox";
import { listen, type Model } from "../page/bind";
import { picture } from "../page/qr";
import { type PollState, type QuestionState, questionOf } from "../page/state";
import type { More } from "../phone";
import { placeIn } from "../phone/ballots";
import type { Facts } from "../phone/model";
import type { Cast } from "../secret/voter-worker";
import { checkBox, type Verdict } from "./check";
import { Helper } from "./helper";
import { over, type Sealing, type Voter } from "./model";
import { codeFor, object, Offers, offersFor } from "./offers";
import { Sender } from "./sender";

const LONG = 1000; // ms after which a voter is told how far the encryption is

/** What a phone with secret polls does and shows beyond the others. */
export function booth(device: Device, changed: () => void): More {
  const here = new Booth(device, changed);
  return (facts, shown) => here.show(facts, shown);
}

class Booth {
  private readonly helper = new Helper(document.body.dataset.worker as string);
  private readonly offers: Offers;
  private readonly sender: Sender;
  private readonly verdicts: { [poll: string]: Verdict } = {};
  /** How often checking has failed; less than 0 while it is under way. */
  private readonly checking: { [poll: string]: number } = {};
  private readonly pictures: { [hash: string]: string } = {};
  private sealing: Sealing | null = null;
  private facts: Facts | null = null;
  private seen = "";

  constructor(
    private readonly device: Device,
    private readonly changed: () => void,
  ) {
    const later = (): void => void setTimeout(changed); // it may be asked while the page is being filled in
    this.offers = new Offers(device, this.helper, later);
    this.sender = new Sender(device, later);
    listen({
      seal: () => this.seal(),
      cast: () => this.decide("sign"),
      test: () => this.set({ asking: true }),
      keep: () => this.set({ asking: false }),
      spoil: () => this.decide("spoil"),
    });
  }

  show(facts: Facts, shown: Model): Model {
    this.facts = facts;
    this.offers.follow(facts);
    this.follow(facts);
    const { device, verdicts, sealing, offers, sender } = this;
    const voter: Voter = {
      verdicts,
      sealing,
      unready: offers.troubled,
      kept: (kind, poll) => sender.kept(kind, poll),
      holds: (election) => codeFor(device, election) !== null,
      picture: (poll, hash) => this.picture(poll, hash),
    };
    return { ...over(facts, shown, voter), ...(sender.troubled && { offline: true }) };
  }

  /** Check setups as soon as they are there; ask for receipts when a box has grown. */
  private follow({ state, me, acts, revoked }: Facts): void {
    const boxes: unknown[] = [];
    for (const poll of state.polls) {
      const { box, stage, id } = poll;
      if (!box) continue;
      boxes.push(box.cast, stage);
      const known = placeIn(me, id);
      const question = questionOf(state, poll);
      const offer = offersFor(acts, box.election).filter((sent) => sent.state === "received").pop();
      const due = stage === "open" && box.ready && !revoked && known && known.may_vote && codeFor(this.device, box.election);
      if (due && question && offer && !this.verdicts[id] && !this.sender.kept("ballots", id)) void this.check(poll, question, offer);
    }
    const grown = JSON.stringify(boxes);
    if (grown !== this.seen) this.sender.wake();
    this.seen = grown;
  }

  private async check(poll: PollState, question: QuestionState, offer: Sent): Promise<void> {
    const { device, checking } = this;
    const tries = checking[poll.id] || 0;
    if (tries < 0) return; // under way
    checking[poll.id] = -1;
    try {
      const verdict = await checkBox(device, this.helper, poll, question, offer);
      this.verdicts[poll.id] = verdict;
      if (verdict.is === "missing") object(device, poll.id, offer);
    } catch {
      await new Promise((done) => setTimeout(done, pause(tries)));
      checking[poll.id] = tries + 1;
    }
    this.changed();
  }

  private set(change: Partial<Sealing>): void {
    if (this.sealing) this.sealing = { ...this.sealing, ...change };
    this.changed();
  }

  /** Encrypt what is being reviewed. */
  private seal(): void {
    const { facts, device } = this;
    const poll = facts && facts.state.polls.filter(({ id }) => id === facts.route[1])[0];
    const question = poll && questionOf((facts as Facts).state, poll);
    const choice = facts && facts.chosen;
    const verdict = poll && this.verdicts[poll.id];
    if (!poll || !poll.box || !question || !choice || !verdict || verdict.is !== "good") return;
    const sealing: Sealing = { poll: poll.id, share: 0, slow: false };
    this.sealing = sealing;
    const { title, text, form, options } = question;
    const code = codeFor(device, poll.box.election) as string;
    const make = { election: verdict.election, code, question: { title, text, form, options }, choice };
    const mine = (): boolean => Boolean(this.sealing && this.sealing.poll === poll.id && !this.sealing.hash);
    setTimeout(() => mine() && this.set({ slow: true }), LONG);
    this.helper.ask({ make }, (share) => mine() && this.set({ share })).then(
      ({ hash }) => mine() && this.set({ hash: hash as string }),
      () => mine() && this.set({ failed: true }),
    );
    location.replace(`#seal/${poll.id}`);
  }

  /** Cast what was made, or open it: never both. */
  private async decide(what: "sign" | "spoil"): Promise<void> {
    const { sealing, device, sender } = this;
    if (!sealing || !sealing.hash || sealing.busy) return;
    const { poll, hash } = sealing;
    this.set({ busy: true });
    try {
      if (what === "sign") {
        const { signed } = await this.helper.ask({ sign: true });
        const { ballot, name } = signed as Cast;
        const before = sender.kept("ballots", poll); // another tab may have voted
        if (!before || before.state === "refused") {
          sender.send({ poll, kind: "ballots", id: name, hash, body: ballot, state: "waiting" });
        }
      } else {
        const { revealed } = await this.helper.ask({ reveal: true });
        sender.send({ poll, kind: "spoiled", id: hash, hash, body: revealed as string, state: "waiting" });
      }
    } catch {
      return this.set({ failed: true });
    }
    device.store.set(`draft/${device.kid}/${poll}`, null); // what was chosen is not kept
    this.sealing = null;
    location.replace(`#poll/${poll}`);
    this.changed();
  }

  private picture(poll: string, hash: string): string {
    const address = `${location.origin}/h/${this.device.trust.hearing}/test#${poll}.${hash}`;
    return this.pictures[hash] || (this.pictures[hash] = picture(address));
  }
}
