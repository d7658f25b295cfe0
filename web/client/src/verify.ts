/** The verification page: a bundle is read and audited here; nothing leaves the browser. */

import { crockford, fromCrockford } from "./core/crockford";
import { text } from "./core/encoding";
import { fill, listen } from "./page/bind";
import { t } from "./page/texts";
import { attempt } from "./verify/findings";
import { type Known, verifyModel } from "./verify/model";
import { Runner } from "./verify/runner";

const runner = new Runner(document.body.dataset.worker as string);
const presets = JSON.parse((document.getElementById("presets") as HTMLElement).textContent as string) as string[];
const files = document.getElementById("file") as HTMLInputElement;
const anchor = document.getElementById("anchor") as HTMLInputElement;
const receipt = document.getElementById("receipt") as HTMLTextAreaElement;
let known: Known | null = null;
/** One thing at a time: a file that comes while another is audited waits. */
let work: Promise<unknown> = Promise.resolve();

function draw(): void {
  if (known) fill(document.body, verifyModel({ ...known, anchor: typedAnchor(), typed: anchor.value !== "" }));
}

/** The anchor as it was typed or came behind the `#`; empty while it is not whole. */
function typedAnchor(): string {
  const read = attempt(() => crockford(fromCrockford(anchor.value.replace(/[\s-]/g, ""), 80), 80));
  return read instanceof Error ? "" : read;
}

async function verify(name: string, bundle: Uint8Array): Promise<void> {
  known = null;
  fill(document.body, { done: false, working: true, percent: "0", file: name });
  const report = await runner.verify(bundle, ({ done, all }) => {
    fill(document.body, { working: true, percent: String(Math.floor((100 * done) / all)), file: name });
  });
  known = { file: name, report, anchor: "", typed: false, receipts: [], presets };
  draw();
  (document.getElementById("verdict") as HTMLElement).focus();
}

async function addReceipt(name: string, proof: string): Promise<void> {
  const report = known && (await runner.receipt(proof));
  if (!known || !report) return;
  known = { ...known, receipts: [...known.receipts, { name, report }] };
  draw();
}

/** Bundles first: receipts are held against them. */
function take(list: FileList | null): void {
  const isReceipt = (file: File): boolean => /\.(tlog-proof|txt)$/i.test(file.name);
  const chosen = Array.from(list || []).sort((a, b) => Number(isReceipt(a)) - Number(isReceipt(b)));
  for (const file of chosen) {
    work = work.then(async () => {
      const bytes = new Uint8Array(await file.arrayBuffer());
      if (!isReceipt(file)) return verify(file.name, bytes);
      const proof = attempt(() => text(bytes));
      return addReceipt(file.name, proof instanceof Error ? "" : proof);
    });
  }
}

files.addEventListener("change", () => {
  take(files.files);
  files.value = ""; // so that the same file can be chosen again
});
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
    if (proof.length > 1) work = work.then(() => addReceipt(t("pasted"), proof));
  },
});
const behind = (): void => {
  if (location.hash.length > 1) anchor.value = location.hash.slice(1);
  draw();
};
addEventListener("hashchange", behind);
behind();
