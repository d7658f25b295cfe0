/** One question to the officer before something that cannot be undone: a native dialog, or the same without one. */

import { t } from "../page/texts";

/** What is asked. `reason`, `check` and `choices` are the further fields that the answer needs. */
export interface Ask {
  readonly title: string;
  readonly says: string;
  /** The words on the button that does it. */
  readonly action: string;
  /** The words on the button that does not, where they are other than usual. */
  readonly no?: string;
  readonly reason?: string;
  readonly check?: string;
  readonly choice?: { readonly label: string; readonly options: readonly (readonly [value: string, label: string])[] };
}

export interface Answer {
  readonly reason: string;
  readonly checked: boolean;
  readonly choice: string;
}

const part = <E extends HTMLElement>(id: string): E => document.getElementById(`ask-${id}`) as E;

let settle: ((answer: Answer | null) => void) | null = null;
let before: Element | null = null;
let usual: string | null = null;

function finish(answer: Answer | null): void {
  if (!settle) return;
  const dialog = part<HTMLDialogElement>("dialog");
  if (typeof dialog.close === "function") dialog.close();
  else dialog.removeAttribute("open");
  const done = settle;
  settle = null;
  if (before instanceof HTMLElement) before.focus();
  done(answer);
}

/** Whether a question is on the page. */
export function isAsking(): boolean {
  return settle !== null;
}

/** Ask whether that is meant, where it cannot be undone: the title is on the button too. */
export function confirmed(title: string, says: string, more: Partial<Ask> = {}): Promise<Answer | null> {
  return ask({ title, says, action: title, ...more });
}

/** Ask; null where the officer thought better of it. */
export function ask(what: Ask): Promise<Answer | null> {
  finish(null);
  before = document.activeElement;
  part("title").textContent = what.title;
  part("says").textContent = what.says;
  part("yes").textContent = what.action;
  if (usual === null) usual = part("no").textContent;
  part("no").textContent = what.no || usual;
  const reason = part<HTMLInputElement>("reason");
  reason.value = "";
  reason.required = what.reason !== undefined;
  label("reason", what.reason);
  part<HTMLInputElement>("check").checked = false;
  label("check", what.check);
  const choice = part<HTMLSelectElement>("choice");
  label("choice", what.choice && what.choice.label);
  choice.textContent = "";
  for (const [value, words] of what.choice ? what.choice.options : []) choice.add(new Option(words, value));
  open(what.reason === undefined ? part("yes") : reason);
  return new Promise((done) => (settle = done));
}

function label(name: string, words: string | undefined): void {
  part(`${name}-field`).hidden = words === undefined;
  part(`${name}-label`).textContent = words || "";
}

function open(first: HTMLElement): void {
  const dialog = part<HTMLDialogElement>("dialog");
  if (typeof dialog.showModal === "function") dialog.showModal();
  else {
    dialog.className = "by-hand";
    dialog.setAttribute("open", "");
  }
  first.focus();
}

/** Let the dialog answer: by its buttons, by Escape, by Enter in its field. */
export function listenToDialog(): void {
  const dialog = part<HTMLDialogElement>("dialog");
  part("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const reason = part<HTMLInputElement>("reason");
    const missing = reason.required && !reason.value.trim();
    reason.setCustomValidity(missing ? t("reason-missing") : "");
    if (missing) return void reason.reportValidity();
    const { checked } = part<HTMLInputElement>("check");
    finish({ reason: reason.value.trim(), checked, choice: part<HTMLSelectElement>("choice").value });
  });
  part("reason").addEventListener("input", () => part<HTMLInputElement>("reason").setCustomValidity(""));
  part("no").addEventListener("click", () => finish(null));
  dialog.addEventListener("cancel", () => finish(null));
  // Where the browser has no modal dialog, Escape and Tab are ours to keep inside.
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Escape") finish(null);
    if (event.key !== "Tab" || typeof dialog.showModal === "function") return;
    const stops = Array.from(dialog.querySelectorAll<HTMLElement>("button, input, select")).filter((one) => one.offsetParent);
    const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
    const other = event.shiftKey ? stops[stops.length - 1] : stops[0];
    if (document.activeElement === edge && other) {
      event.preventDefault();
      other.focus();
    }
  });
}
