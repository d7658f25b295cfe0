/**
 * The page is HTML from the service; this fills in what changes.
 *
 * `data-bind` holds rules, divided by blanks: `if:NAME` shows or hides the element, `text:NAME` sets its text,
 * `text` fills the `{NAME}`s in the text that it came with, `each:NAME` on a `<template>` makes one copy a row,
 * and any other `ATTRIBUTE:NAME` sets that attribute, where NAME may be a pattern with `{NAME}`s as well.
 * A NAME is a path into the model (`state.title`); a text in two languages becomes the one of the page.
 * `data-do="ACTION"` on a button or form says what it asks for.
 *
 * Text is only ever set as text, and what has not changed is not touched: focus and typing stay.
 */

import { pick, type Text } from "./texts";

/** What a page shows: texts, flags, and rows of the same. */
export interface Model {
  readonly [name: string]: unknown;
}

/** One of several; `id` says which one it is. */
export interface Row extends Model {
  readonly id: string;
}

const models = new WeakMap<Element, Row>();
const copies = new WeakMap<Element, Map<string, HTMLElement>>();
const patterns = new WeakMap<Element, string>();

/** Show a model in a part of the page. */
export function fill(root: HTMLElement, model: Model): void {
  const scope = root.closest("[data-row]");
  for (const element of root.querySelectorAll<HTMLElement>("[data-bind]")) {
    if (element.closest("[data-row]") === scope) apply(element, model);
  }
  if (scope === root && root.dataset.bind) apply(root, model);
}

function apply(element: HTMLElement, model: Model): void {
  for (const rule of (element.dataset.bind as string).split(" ")) {
    const [what, name] = rule.split(":") as [string, string | undefined];
    if (what === "if") element.hidden = !look(model, name as string);
    else if (what === "each") repeat(element as HTMLTemplateElement, (look(model, name as string) || []) as readonly Row[]);
    else if (what === "text") setText(element, words(model, name || patternOf(element)));
    else setTo(element, what, words(model, name as string));
  }
}

function look(model: Model, path: string): unknown {
  return path.split(".").reduce<unknown>((value, name) => value && (value as Model)[name], model);
}

/** What a name or a pattern means as text. */
function words(model: Model, name: string): string {
  if (name.indexOf("{") >= 0) return name.replace(/\{([^}]*)\}/g, (_, path: string) => words(model, path));
  const value = look(model, name);
  if (value && typeof value === "object") return pick(value as Text);
  return value || value === 0 ? String(value) : "";
}

function patternOf(element: Element): string {
  const pattern = patterns.get(element) || element.textContent || "";
  patterns.set(element, pattern);
  return pattern;
}

function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

function setTo(element: Element, attribute: string, text: string): void {
  // Setting an image's address again would load it again.
  if (element.getAttribute(attribute) !== text) element.setAttribute(attribute, text);
}

function repeat(template: HTMLTemplateElement, rows: readonly Row[]): void {
  const before = copies.get(template) || new Map<string, HTMLElement>();
  const after = new Map<string, HTMLElement>();
  let last: Element = template;
  for (const row of rows) {
    const node = before.get(row.id) || copy(template);
    before.delete(row.id);
    after.set(row.id, node);
    models.set(node, row);
    fill(node, row);
    if (last.nextSibling !== node) last.after(node);
    last = node;
  }
  before.forEach((node) => node.remove());
  copies.set(template, after);
}

function copy(template: HTMLTemplateElement): HTMLElement {
  const node = (template.content.firstElementChild as HTMLElement).cloneNode(true) as HTMLElement;
  node.setAttribute("data-row", "");
  return node;
}

/** What a person can ask for; it gets the row that was touched, and the button or form. */
export type Actions = { readonly [name: string]: (row: Row, element: HTMLElement) => unknown };

/** Let buttons and forms act. */
export function listen(actions: Actions): void {
  const act = (event: Event): void => {
    const element = (event.target as Element).closest<HTMLElement>("[data-do]");
    if (!element || (element.tagName === "FORM") !== (event.type === "submit")) return;
    event.preventDefault();
    const action = actions[element.dataset.do as string];
    if (action) action(models.get(element.closest("[data-row]") as Element) as Row, element);
  };
  document.addEventListener("click", act);
  document.addEventListener("submit", act);
}
