/** What a secret poll was set up with, as a voter's device checks it before it votes. */

import { equal, utf8 } from "../core/encoding";
import { publicOf, readList, secretOf, writeList } from "./credentials";
import { writeElection } from "./election";
import { hashHex, hold } from "./form";
import { line, sheets, type Shown } from "./sheets";
import { readTrustees } from "./trustees";

/** The texts that `poll.setup` names. */
export interface Texts {
  readonly election: string;
  readonly trustees: string;
  readonly credentials: string;
}

/** What a device knows before: the id of the election it offered for, its own code, and what it shows. */
export interface Due {
  readonly uuid: string;
  readonly code: string;
  readonly question: Shown;
}

/** Texts that were found to be in order. */
export interface Checked {
  /** The SHA-256 of each text in hex: what the act must name. */
  readonly hashes: Texts;
  readonly holders: number;
  readonly threshold: number;
  /** Whether the device's own credential is listed. */
  readonly listed: boolean;
}

/**
 * Check the texts of a setup: the election is on the question shown, under the key of these trustees and no other.
 * @throws Fault where they are not
 */
export function checkSetup(texts: Texts, { uuid, code, question }: Due): Checked {
  const [election, trustees, credentials] = [utf8(texts.election), utf8(texts.trustees), utf8(texts.credentials)];
  const { items, electionKey, current } = readTrustees(trustees);
  const [item] = items;
  hold(item && items.length === 1 && current, "other-trustees", "$", "other trustees than a hearing has");
  const { title, text } = question;
  const draft = { uuid, name: line(title), description: line(text), questions: sheets(question), publicKey: electionKey };
  hold(equal(writeElection(draft), election), "other-election", "$", "another election than on the question shown");
  const list = readList(credentials);
  const rising = writeList(Array.from(list.values(), ({ key }) => key.element));
  hold(rising === texts.credentials, "other-credentials", "$", "a list that is not in rising order, which may tell something");
  const listed = list.has(String(publicOf(secretOf(code, uuid))));
  const hashes = { election: hashHex(election), trustees: hashHex(trustees), credentials: hashHex(credentials) };
  return { hashes, holders: item.keys.length, threshold: item.threshold, listed };
}
