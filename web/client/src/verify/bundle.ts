/** An audit bundle's files, and what is wrong with the archive as such. */

import { sha256 } from "@noble/hashes/sha2";
import { hex } from "../core/encoding";
import { finding, type Finding } from "./findings";
import { isWrittenSo, NoBundle, readZip } from "./zip";

/** What README.txt of every bundle of this version hashes to; the build computes it. */
declare const README_SHA256: string;
const NEEDED = ["checkpoint", "hearing.json", "log.jsonl"];
const NAME =
  /^(README\.txt|checkpoint|hearing\.json|log\.jsonl|blobs\/[0-9a-f]{64}|results\/[0-9a-f]{64}\.json|secret\/[0-9A-Za-z-]{1,64}\.bel|cvr\/[0-9a-f]{64}\.(json|blt|abif))$/;
const LF = 10;

export interface Bundle {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The entries' exact bytes. */
  readonly entries: readonly Uint8Array[];
  readonly findings: readonly Finding[];
}

/** Read a bundle as far as it can be read; throws `NoBundle`. */
export function readBundle(bytes: Uint8Array): Bundle {
  const { files, repeated } = readZip(bytes);
  const missing = NEEDED.filter((name) => !files.has(name));
  if (missing.length) throw new NoBundle(`no ${missing[0] as string}`);
  const findings = repeated.map((name) => finding("repeated-name", name));
  files.forEach((data, name) => {
    if (!NAME.test(name)) findings.push(finding("unknown-file", name));
    if (name.startsWith("blobs/") && hex(sha256(data)) !== name.slice(6)) findings.push(finding("blob-bytes", name));
  });
  if (hex(sha256(files.get("README.txt") || new Uint8Array())) !== README_SHA256) findings.push(finding("readme", "README.txt"));
  const log = files.get("log.jsonl") as Uint8Array;
  if (log[log.length - 1] !== LF) findings.push(finding("log-end", "log.jsonl"));
  if (!isWrittenSo(bytes, files)) findings.push(finding("archive-bytes", ""));
  return { files, entries: lines(log), findings };
}

function lines(log: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let start = 0; start < log.length; ) {
    const end = log.indexOf(LF, start);
    found.push(log.subarray(start, end < 0 ? log.length : end));
    start = end < 0 ? log.length : end + 1;
  }
  return found;
}
