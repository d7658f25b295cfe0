/** From the anchor on a paper card to the key that signs the record: the chain that a phone pins. */

import { verifyJws, splitJws } from "./jws";
import { fromB64url, hex, must, text } from "./encoding";
import { leafHash } from "./merkle";
import { noteKey } from "./note";
import { parseEntry } from "./receipt";
import { anchorOf } from "./token";

/** What a device knows of a hearing's record before it has seen more than its first entry. */
export interface Trust {
  readonly hearing: string;
  readonly community: string;
  readonly anchor: string;
  readonly origin: string;
  /** The public key of the service, b64url. */
  readonly service: string;
  /** The root, in hex, of the record's first entry alone. */
  readonly genesis: string;
}

/** The first entry in the bytes of an entry tile (tlog-tiles: uint16 length ‖ entry). */
export function firstEntry(tile: Uint8Array): Uint8Array {
  const length = ((tile[0] || 0) << 8) | (tile[1] || 0);
  must(length && tile.length >= length + 2, "not an entry tile");
  return tile.slice(2, length + 2);
}

/** Verify a record's first entry: the community of this anchor has convened this hearing. */
export function readConvene(entry: Uint8Array, hearing: string, community: string, anchor: string): Trust {
  const { seq, jws } = parseEntry(entry);
  const parts = splitJws(jws);
  const said = JSON.parse(text(parts.payload)) as { [member: string]: string };
  const root = fromB64url(String(said.root), 32);
  must(seq === 0 && said.act === "hearing.convene" && anchorOf(root) === anchor, "not convened by this community");
  must(verifyJws(parts, root), "the notice is not signed by the community's key");
  must(said.hearing === hearing && said.community === community, "the notice of another hearing");
  const { origin, service } = said as { origin: string; service: string };
  must(origin.split("/").indexOf(hearing) > 0, "the origin of another hearing");
  noteKey(origin, fromB64url(service, 32));
  return { hearing, community, anchor, origin, service, genesis: hex(leafHash(entry)) };
}
