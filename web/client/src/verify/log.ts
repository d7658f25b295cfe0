/** The log, read strictly; what cannot be read is named and left out, but stays a leaf of the tree. */

import { hex, Malformed, fromB64url } from "../core/encoding";
import { thumbprint, verify } from "../core/ed25519";
import { type Jws, splitJws } from "../core/jws";
import { leafHash } from "../core/merkle";
import { parseEntry } from "../core/receipt";
import { finding, type Finding } from "./findings";
import { type Act, readAct } from "./kinds";
import type { Place } from "./state";
import { Tree } from "./tree";

/** One readable line: an act, where it stands, and how it is signed. */
export interface Line {
  readonly place: Place;
  readonly act: Act;
  readonly jws: Jws;
  /** The key that it names, if the record has introduced it by then. */
  readonly key: Uint8Array | undefined;
}

export class Log {
  readonly tree = new Tree();
  readonly lines: Line[] = [];
  private readonly keys = new Map<string, Uint8Array>();
  /** The latest time of an act. */
  latest = "";

  constructor(private readonly findings: Finding[]) {}

  /** Read the next entry. */
  read(raw: Uint8Array): void {
    const seq = this.tree.size;
    const leaf = leafHash(raw);
    this.tree.append(leaf);
    const where = `log.jsonl:${seq}`;
    try {
      const entry = parseEntry(raw);
      const jws = splitJws(entry.jws);
      const act = readAct(jws.payload);
      if (entry.seq !== seq) {
        this.findings.push(finding("out-of-order", where, `it says ${entry.seq}`));
        return;
      }
      if (entry.at < this.latest) this.findings.push(finding("time-backwards", where, `${entry.at} < ${this.latest}`));
      else this.latest = entry.at;
      this.introduce(act);
      const place = { seq, at: entry.at, leaf: hex(leaf), kid: jws.kid };
      this.lines.push({ place, act, jws, key: this.keys.get(jws.kid) });
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.findings.push(finding("bad-entry", where, error));
    }
  }

  /** Every key that the record shows. Whether it was admitted, the fold decides. */
  private introduce(act: Act): void {
    let shown: string[] = [];
    if (act.act === "hearing.convene") shown = [act.root, act.service];
    if (act.act === "device.enrol") shown = [act.token, act.device];
    for (const text of shown) {
      const key = fromB64url(text, 32);
      this.keys.set(thumbprint(key), key);
    }
  }
}

/** Whether an act is signed by the key that it names; true where that key is unknown: the fold refuses it. */
export function isSigned({ key, jws }: Line): boolean {
  return !key || verify(jws.signature, jws.signed, key);
}
