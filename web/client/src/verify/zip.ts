/** The archive: read as it stands, and compared with the one way to write its files (docs/spec.md, section 14). */

import { concat, utf8 } from "../core/encoding";

/** A file that cannot be checked at all. */
export class NoBundle extends Error {}

/** The files of an archive by name, in its order; `repeated` names stood there more than once. */
export interface Archive {
  readonly files: Map<string, Uint8Array>;
  readonly repeated: readonly string[];
}

const END = 0x06054b50;
const END_LENGTH = 22;
const CENTRAL = 0x02014b50;
const CENTRAL_LENGTH = 46;
const LOCAL = 0x04034b50;
const LOCAL_LENGTH = 30;
const MANY = 0xffff;

/** Read an archive by its directory. Only stored files: nothing in a bundle is compressed. */
export function readZip(bytes: Uint8Array): Archive {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const files = new Map<string, Uint8Array>();
  const repeated: string[] = [];
  try {
    let at = view.getUint32(endOf(view) + 16, true);
    while (view.getUint32(at, true) === CENTRAL) {
      const number = (offset: number): number => view.getUint16(at + offset, true);
      const name = String.fromCharCode(...bytes.subarray(at + CENTRAL_LENGTH, at + CENTRAL_LENGTH + number(28)));
      if (number(10)) throw new NoBundle("compressed");
      if (files.has(name)) repeated.push(name);
      else files.set(name, content(bytes, view, view.getUint32(at + 42, true), view.getUint32(at + 24, true)));
      at += CENTRAL_LENGTH + number(28) + number(30) + number(32);
    }
  } catch (error) {
    throw error instanceof NoBundle ? error : new NoBundle("damaged");
  }
  return { files, repeated };
}

function endOf(view: DataView): number {
  const furthest = Math.max(0, view.byteLength - END_LENGTH - MANY);
  for (let at = view.byteLength - END_LENGTH; at >= furthest; at--) if (view.getUint32(at, true) === END) return at;
  throw new NoBundle("no archive");
}

function content(bytes: Uint8Array, view: DataView, header: number, size: number): Uint8Array {
  const start = header + LOCAL_LENGTH + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
  if (start + size > bytes.length) throw new NoBundle("damaged");
  return bytes.subarray(start, start + size);
}

/** Whether the archive has the very bytes that its files give when they are written in the one way there is. */
export function isWrittenSo(archive: Uint8Array, files: ReadonlyMap<string, Uint8Array>): boolean {
  let at = 0;
  for (const part of written(files)) {
    for (let i = 0; i < part.length; i++) if (part[i] !== archive[at + i]) return false;
    at += part.length;
  }
  return at === archive.length;
}

function* written(files: ReadonlyMap<string, Uint8Array>): Generator<Uint8Array> {
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const name of Array.from(files.keys()).sort()) {
    const data = files.get(name) as Uint8Array;
    const label = utf8(name);
    // Version 2.0, no flags, stored, 1980-01-01 00:00, no extra field.
    const common = fields("2222 2444 22", 20, 0, 0, 0, 0x21, crc32(data), data.length, data.length, label.length, 0);
    yield concat(fields("4", LOCAL), common, label);
    yield data;
    directory.push(concat(fields("42", CENTRAL, 20), common, fields("222 44", 0, 0, 0, 0, offset), label));
    offset += LOCAL_LENGTH + label.length + data.length;
  }
  const central = concat(...directory);
  const count = directory.length;
  yield central;
  if (count >= MANY) {
    yield fields("48 2244 8888", 0x06064b50, 44, 20, 20, 0, 0, count, count, central.length, offset);
    yield fields("4484", 0x07064b50, 0, offset + central.length, 1);
  }
  const small = Math.min(count, MANY);
  yield fields("4 2222 44 2", END, 0, 0, small, small, central.length, offset, 0);
}

/** Numbers one after the other, little-endian, of 2, 4 or 8 bytes each. */
function fields(widths: string, ...values: number[]): Uint8Array {
  const sizes = Array.from(widths.replace(/ /g, ""), Number);
  const view = new DataView(new ArrayBuffer(sizes.reduce((sum, size) => sum + size, 0)));
  let at = 0;
  sizes.forEach((size, i) => {
    const value = values[i] as number;
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    if (size === 8) view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
    at += size;
  });
  return new Uint8Array(view.buffer);
}

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) value = (value >>> 8) ^ (CRC[(value ^ (bytes[i] as number)) & 255] as number);
  return ~value >>> 0;
}
