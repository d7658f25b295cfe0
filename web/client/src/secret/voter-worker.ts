/** The worker of pages that vote secretly: the slow powers, while the page stays alive. */

import { Malformed, text, utf8 } from "../core/encoding";
import { Booth } from "./booth";
import { newCode, secretOf } from "./credentials";
import { type Question, readElection } from "./election";
import { hashHex, hold } from "./form";
import { random } from "./group";
import { type Place, writeOffer } from "./offer";
import { checkSetup, type Checked, type Due, type Texts } from "./setup";
import { fillIn, type Shown } from "./sheets";
import { readSpoiled, type Spoiled } from "./spoil";

/** What the worker is asked, one thing at a time. */
export interface Asked {
  /** An offer, with a new code where there is none. */
  readonly offer?: Place & { readonly code?: string };
  /** Whether a poll was set up as it should be. */
  readonly setup?: Due & { readonly texts: Texts };
  /** To make a ballot of a choice (exact JSON text); then to sign it, or to open it. */
  readonly make?: { readonly election: string; readonly code: string; readonly question: Shown; readonly choice: string };
  readonly sign?: true;
  readonly reveal?: true;
  /** What is in a ballot that was opened, the one of this hash. */
  readonly reopen?: { readonly election: string; readonly spoiled: string; readonly hash: string };
}

/** What it answers: how much is done, or what was asked for, or why that is not to be had. */
export interface Answered {
  readonly progress?: number;
  readonly offered?: { readonly code: string; readonly offer: string };
  readonly checked?: Checked;
  readonly hash?: string;
  readonly signed?: Cast;
  /** The exact text of a spoiled ballot. */
  readonly revealed?: string;
  readonly reopened?: Reopened;
  readonly wrong?: string;
}

/** A ballot that can be sent: its exact text, the SHA-256 in hex by which the record names it. */
export interface Cast {
  readonly ballot: string;
  readonly name: string;
}

/** What was found in a ballot that was opened. */
export interface Reopened extends Spoiled {
  readonly name: string;
  readonly questions: readonly Question[];
}

// The page's types are in force here, those of workers are not.
const page = self as unknown as Worker;
let booth: Booth | undefined;

function make({ election, code, question, choice }: NonNullable<Asked["make"]>): string {
  booth = new Booth(utf8(election), code);
  const steps = booth.make(fillIn(question, choice));
  let step = steps.next();
  for (; !step.done; step = steps.next()) page.postMessage({ progress: step.value });
  return step.value;
}

function sign(made: Booth): Cast {
  const { ballot } = made.sign();
  return { ballot: text(ballot), name: hashHex(ballot) };
}

function reopen({ election: raw, spoiled, hash }: NonNullable<Asked["reopen"]>): Reopened {
  const election = readElection(utf8(raw));
  const found = readSpoiled(utf8(spoiled), election);
  hold(found.hash === hash, "other-ballot", "$.body", "not the ballot of this hash");
  return { ...found, name: election.name, questions: election.questions };
}

function answer(asked: Asked): Answered {
  if (asked.offer) {
    const code = asked.offer.code || newCode(random);
    return { offered: { code, offer: writeOffer(asked.offer, secretOf(code, asked.offer.election), random) } };
  }
  if (asked.setup) return { checked: checkSetup(asked.setup.texts, asked.setup) };
  if (asked.make) return { hash: make(asked.make) };
  if (booth && asked.sign) return { signed: sign(booth) };
  if (booth && asked.reveal) return { revealed: booth.reveal() };
  if (asked.reopen) return { reopened: reopen(asked.reopen) };
  return { wrong: "nothing was made" };
}

page.onmessage = ({ data }: MessageEvent<Asked>): void => {
  let told: Answered;
  try {
    told = answer(data);
  } catch (error) {
    // Anything else is a fault of this program, and reported as the worker's error.
    if (!(error instanceof Malformed)) throw error;
    told = { wrong: error.message };
  }
  page.postMessage(told);
};
