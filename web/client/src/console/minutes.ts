/** The minutes: the draft that the service makes from the record, and the chair's remarks. */

import { sha256 } from "@noble/hashes/sha2";
import { publishMinutes } from "../core/acts";
import { hex, utf8 } from "../core/encoding";
import { getText } from "../core/http";
import type { Office } from "../hall/office";

const LONGEST = 4000; // characters

/** Show the draft as the public page has it. Its text was escaped by the service, and scripts in it would not run. */
export async function showDraft(hearing: string, place: HTMLElement): Promise<void> {
  try {
    const page = new DOMParser().parseFromString(await getText(`/h/${hearing}/minutes`), "text/html");
    const draft = page.querySelector("article") || page.querySelector("main");
    if (!draft) return;
    place.textContent = "";
    for (const child of Array.from(draft.childNodes)) place.appendChild(document.importNode(child, true));
  } catch {
    // the link to the draft stays
  }
}

/** Publish the minutes with these remarks. */
export function publish(office: Office, remarks: string): void {
  const blob = utf8(JSON.stringify({ v: 1, remarks: remarks.trim().slice(0, LONGEST) }));
  office.act(publishMinutes(hex(sha256(blob))), {}, [blob]);
}
