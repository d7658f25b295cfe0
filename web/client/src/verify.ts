/** The verification page: a bundle is read and audited here; nothing leaves the browser. */

import { crockford, fromCrockford } from "./core/crockford";
import { utf8 } from "./core/encoding";
import { fill, listen } from "./page/bind";
import { t } from "./page/texts";
import type { Brought } from "./verify/brought";
import { attempt } from "./verify/findings";
import { type Known, verifyModel } from "./verify/model";
import { Runner } from "./verify/runner";

const runner = new Runner(document.body.dataset.worker as string);
const presets = JSON.parse((document.getElementById("presets") as HTMLElement).textContent as string) as string[];
const files = document.getElementById("file") as HTMLInputElement;
const since = document.getElementById("since") as HTMLInputElement;
const openings = document.getElementById("openings") as HTMLInputElement;
const running = document.getElementById("running") as HTMLInputElement;
const anchor = document.getElementById("anchor") as HTMLInputElement;
const receipt = document.getElementById("receipt") as HTMLTextAreaElement;
let known: Known | null = null;
/** One thing at a time: a file that comes while another is audited waits. */
let work: Promise<unknown> = Promise.resolve();

function draw(): void {
  if (!known) return;
  const typed = anchor.value !== "";
  fill(document.body, verifyModel({ ...known, anchor: typedAnchor(), typed, running: running.checked, now: Date.now() }));
}

/** The anchor as it was typed or came behind the `#`; empty while it is not whole. */
function typedAnchor(): string {
  const read = attempt(() => crockford(fromCrockford(anchor.value.replace(/[\s-]/g, ""), 80), 80));
  return read instanceof Error ? "" : read;
}

async function verify(name: string, bundle: Uint8Array): Promise<void> {
  known = null;
  fill(document.body, { done: false, working: true, percent: "0", file: name, step: "" });
  const report = await runner.verify(bundle, ({ done, all, secret }) => {
    const step = secret ? t("boxes_checked", { done, all }) : "";
    fill(document.body, { working: true, percent: String(Math.floor((100 * done) / all)), file: name, step });
  });
  known = { file: name, report, anchor: "", typed: false, running: false, held: [], presets, now: 0 };
  draw();
  (document.getElementById("verdict") as HTMLElement).focus();
}

/** Any number of receipts; one earlier bundle, and one file of openings. */
async function bring(brought: Brought): Promise<void> {
  const held = known && (await runner.hold(brought));
  if (!known || !held) return;
  const { kind } = held;
  known = { ...known, held: [...known.held.filter((one) => kind === "receipt" || one.kind !== kind), held] };
  if (kind !== "receipt") (document.getElementById("more") as HTMLDetailsElement).open = true;
  draw();
}

/** What a file is, by the ending of its name. */
function kindOf({ name }: File): Brought["kind"] | "bundle" {
  if (/\.(tlog-proof|txt)$/i.test(name)) return "receipt";
  return /\.json$/i.test(name) ? "openings" : "bundle";
}

/** Bundles first: everything else is held against them. */
function take(list: FileList | null, kind?: Brought["kind"]): void {
  const chosen = Array.from(list || [], (file) => ({ file, kind: kind || kindOf(file) }));
  chosen.sort((a, b) => Number(b.kind === "bundle") - Number(a.kind === "bundle"));
  for (const { file, kind } of chosen) {
    work = work.then(async () => {
      const { name } = file;
      const bytes = await contents(file);
      return kind === "bundle" ? verify(name, bytes) : bring({ kind, name, bytes });
    });
  }
}

/** What is in a file. One that is gone, or that the device does not let be read, is told as an empty one. */
function contents(file: File): Promise<Uint8Array> {
  return file.arrayBuffer().then(
    (bytes) => new Uint8Array(bytes),
    () => new Uint8Array(),
  );
}

/** Take what is chosen, also what was chosen before this script was there; the same file can then be chosen again. */
function chosen(input: HTMLInputElement, kind?: Brought["kind"]): void {
  const taken = (): void => {
    take(input.files, kind);
    input.value = "";
  };
  input.addEventListener("change", taken);
  if (input.files && input.files.length) taken();
}

chosen(files);
chosen(since, "since");
chosen(openings, "openings");
running.addEventListener("change", draw);
anchor.addEventListener("input", draw);
for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    document.body.classList.toggle("over", kind === "dragenter" || kind === "dragover");
  });
}
document.addEventListener("drop", (event) => take(event.dataTransfer && event.dataTransfer.files));
listen({
  receipt: () => {
    // What is copied from a screen loses the end of its last line.
    const proof = `${receipt.value.trim()}\n`;
    receipt.value = "";
    if (proof.length < 2) return;
    work = work.then(() => bring({ kind: "receipt", name: t("pasted"), bytes: utf8(proof) }));
  },
});
const behind = (): void => {
  if (location.hash.length > 1) anchor.value = location.hash.slice(1);
  draw();
};
addEventListener("hashchange", behind);
behind();
