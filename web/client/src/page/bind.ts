/**
 * The page is HTML from the service; this fills in what changes.
 *
 * `data-bind="if:open text:title href:link"` shows or hides an element and sets its text and
 * attributes from a model; `each:rows` on a `<template>` makes one copy a row.
 * `data-do="name"` on a button or form names the action that it asks for.
 * Text is only ever set as text, and what has not changed is not touched: focus and typing stay.
 */

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

/** Show a model in a part of the page. */
export function fill(root: HTMLElement, model: Model): void {
  const scope = root.closest("[data-row]");
  for (const element of Array.from(root.querySelectorAll<HTMLElement>("[data-bind]"))) {
    if (element.closest("[data-row]") === scope) apply(element, model);
  }
  if (scope === root && root.dataset.bind) apply(root, model);
}

function apply(element: HTMLElement, model: Model): void {
  for (const rule of (element.dataset.bind as string).split(" ")) {
    const [what, name] = rule.split(":") as [string, string];
    const value = model[name];
    if (what === "if") element.hidden = !value;
    else if (what === "each") repeat(element as HTMLTemplateElement, (value || []) as readonly Row[]);
    else if (what === "text") {
      if (element.textContent !== (value || "")) element.textContent = String(value || "");
    } else element.setAttribute(what, String(value || ""));
  }
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
export type Actions = { readonly [name: string]: (row: Row, element: HTMLElement) => void };

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
