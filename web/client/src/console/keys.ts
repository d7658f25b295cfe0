/** The keys of the secret polls at the console: how far their holders are, having them made anew, ballots that wait. */

import { confirmed } from "../hall/dialog";
import type { DeskMember, Office } from "../hall/office";
import { nameOf } from "../hall/people";
import { type HallState, type HolderState, keyAsked, type KeysState, type Pending } from "../hall/state";
import { restartKeys } from "../keys/acts";
import type { Model, Row } from "../page/bind";
import { t } from "../page/texts";

const WAITING_PAUSE = 3_000; // ms between two questions how many ballots wait
const MOST = 9; // holders
const STAGES = ["accepted", "share", "polynomial", "certificate"] as const;

/** What the card shows and does. `changed` is called whenever some of it is new. */
export class Keys {
  private open = false;
  private chosen: readonly string[] = [];
  private threshold = 0;
  /** How many ballots wait to come in with others, of the secret poll that is open. */
  waiting = 0;
  /** How many were in the record when they were counted: those that have come in since wait no longer. */
  private beside = 0;
  private asked = 0;

  constructor(
    private readonly office: Office,
    private readonly changed: () => void,
  ) {}

  /** Ask how many ballots wait: the record grows by batches, and nobody should close because it seems to stand. */
  refresh(state: HallState): void {
    const poll = state.polls.filter(({ stage, box }) => stage === "open" && box && box.ready)[0];
    const cast = poll ? poll.cast : 0;
    if (!poll || cast !== this.beside) [this.waiting, this.asked, this.beside] = [0, 0, cast];
    if (!poll || Date.now() < this.asked + WAITING_PAUSE) return;
    this.asked = Date.now();
    void this.office.read<{ waiting: number }>(`polls/${poll.id}/waiting`).then((told) => {
      if (told && this.beside === cast) this.waiting = told.waiting;
      this.changed();
    });
  }

  /** Show or put away the form by which the keys are made anew. */
  toggle(): void {
    const { state } = this.office;
    const keys = state && state.keys;
    this.open = !this.open && keys !== null;
    if (keys) {
      this.chosen = keys.holders.filter(({ left }) => !left).map(({ member }) => member);
      this.threshold = keys.threshold;
    }
    this.need(0);
  }

  /** One more or one less of those who will hold keys. */
  choose({ member }: Row): void {
    const one = String(member);
    const without = this.chosen.filter((other) => other !== one);
    this.chosen = without.length < this.chosen.length ? without : [...this.chosen, one].slice(0, MOST);
    this.need(0);
  }

  /** How many of them open a poll together: more than half, so that no two groups of them both can. */
  need(by: number): void {
    const { length } = this.chosen;
    this.threshold = Math.max(Math.floor(length / 2) + 1, Math.min(length, this.threshold + by));
    this.changed();
  }

  async restart(): Promise<void> {
    const { office, chosen, threshold } = this;
    if (!chosen.length || !office.state) return;
    const names = chosen.map((one) => this.named(one)).join(t("comma"));
    const waits = office.state.pending.some(({ kind }) => kind === "key.restart");
    const says = t("says-restart", { names, holders: chosen.length, threshold }) + (waits ? t("restart-replaces") : "");
    const answer = await confirmed(t("do-restart"), says, { reason: t("reason-label") });
    if (!answer) return;
    office.act(restartKeys(chosen, threshold, answer.reason));
    this.open = false;
    this.changed();
  }

  /** Everything that the page binds to for the keys. */
  model(state: HallState): Model {
    const { keys } = state;
    if (!keys) return {};
    const { device, role } = this.office;
    const me = device ? device.seat.member : "";
    const chair = role === "chair";
    const over = state.phase === "adjourned";
    return {
      keys: true,
      keys_says: keysSays(keys, (member) => this.named(member)),
      keys_waits: restartSays(state.pending, (member) => this.named(member)),
      keys_rule: t("keys-rule", { holders: keys.holders.length, threshold: keys.threshold }),
      keys_holders: keys.holders.map((one) => holderRow(one, (member) => this.named(member))),
      keys_mine: me !== "" && keys.holders.some(({ member }) => member === me),
      keys_asked: keyAsked(state, me),
      keys_again: chair && !over,
      keys_open: this.open && chair && !over,
      keys_expanded: String(this.open),
      keys_choices: this.open ? this.office.people.filter((one) => this.mayHold(one, keys)).map((one) => this.choiceRow(one)) : [],
      keys_threshold: t("keys-threshold", { holders: this.chosen.length, threshold: this.threshold }),
    };
  }

  /** A holder by name, as this officer may read it. */
  named(member: string): string {
    const { people, state } = this.office;
    const found = people.filter(({ id }) => id === member)[0];
    return found ? nameOf(found) : (state && state.names[member]) || t("somebody");
  }

  /** Officers and observers, and whoever holds a key now: of the roll that the notice names, as phones ask for. */
  private mayHold({ id, role, late }: DeskMember, { holders }: KeysState): boolean {
    return !late && (role !== "representative" || holders.some(({ member }) => member === id));
  }

  private choiceRow(one: DeskMember): Row {
    const { id, role } = one;
    return { id: `key-${id}`, member: id, name: nameOf(one), role: t(`role-${role}`), pressed: String(this.chosen.indexOf(id) >= 0) };
  }
}

/** What waits for a supervisor, as the chair has asked for it last; empty if nothing does. */
export function restartSays(pending: readonly Pending[], named: (member: string) => string): string {
  const waiting = pending.filter(({ kind }) => kind === "key.restart").pop();
  if (!waiting) return "";
  const { added, threshold } = waiting;
  return t("restart-waits", { names: added.map(named).join(t("comma")), holders: added.length, threshold });
}

/** How far the keys are, in one sentence. */
export function keysSays(keys: KeysState, named: (member: string) => string): string {
  if (keys.ready) return t("keys-ready");
  const left = keys.holders.filter((one) => one.left);
  if (left.length) return t("keys-left", { names: left.map(({ member }) => named(member)).join(t("comma")) });
  const refusing = keys.holders.filter(({ refuses }) => refuses !== null)[0];
  if (refusing) return t("keys-stopped", { name: named(refusing.member), other: named(refusing.refuses as string) });
  const stage = STAGES.slice().reverse().filter((one) => keys.holders.some((holder) => !holder[one]))[0] || "accepted";
  const missing = keys.holders.filter((holder) => !holder[stage]);
  const values = { done: keys.holders.length - missing.length, all: keys.holders.length };
  return t(`keys-${stage}`, { ...values, names: missing.map(({ member }) => named(member)).join(t("comma")) });
}

function holderRow(one: HolderState, named: (member: string) => string): Row {
  const stage = STAGES.filter((name) => one[name])[0] || "none";
  const progress = one.left ? t("stage-key-left") : one.refuses ? t("stage-key-refuses", { name: named(one.refuses) }) : t(`stage-key-${stage}`);
  return { id: `holder-${one.member}`, name: named(one.member), progress };
}
