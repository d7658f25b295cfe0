/** What one voter does in one election: make a body, then cast it or open it, never both. */

import { must } from "../core/encoding";
import { type Choices, hashOf, type Made, makeBody, sign } from "./ballot";
import { publicOf, secretOf } from "./credentials";
import { type Election, readElection } from "./election";
import { Fixed, random } from "./group";
import { writeSpoiled } from "./spoil";

/** A ballot that is ready to be cast. */
export interface Signed {
  readonly ballot: Uint8Array;
}

export class Booth {
  private readonly election: Election;
  private readonly secret: bigint;
  private readonly y: Fixed;
  private made: { readonly made: Made; readonly choices: Choices } | null = null;

  /**
   * @param raw the election's exact bytes
   * @param code the voter's credential
   * @throws Malformed where one of them is not what it should be
   */
  constructor(raw: Uint8Array, code: string) {
    this.election = readElection(raw);
    this.secret = secretOf(code, this.election.uuid);
    this.y = new Fixed(this.election.publicKey);
  }

  /** Encrypt choices; yields the share that is done, and gives the hash to show before anything else is decided. */
  *make(choices: Choices): Generator<number, string> {
    this.made = null;
    const made = yield* makeBody(this.election, this.y, publicOf(this.secret), choices, random);
    this.made = { made, choices };
    return hashOf(made.body);
  }

  /** Sign what was made. What opens it is forgotten: it would prove to others how one voted. */
  sign(): Signed {
    return { ballot: sign(this.taken().made.body, this.secret, random) };
  }

  /** Open what was made, to test the machine: the exact text of a spoiled ballot. It can no longer be cast. */
  reveal(): string {
    const { made, choices } = this.taken();
    return writeSpoiled(this.election.uuid, made, choices, this.secret, random);
  }

  private taken(): { readonly made: Made; readonly choices: Choices } {
    const { made } = this;
    must(made, "nothing was made, or it is signed or opened already");
    this.made = null;
    return made;
  }
}
