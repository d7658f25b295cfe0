/**
 * Long texts are made to fit their picture: smaller in steps down to what is read at ten metres, then cut at the end.
 * A list that is still too long is shown by pages that turn by themselves, so that everybody on it is read.
 */

const FLOOR = 48; // px
const STEPS = [1.25, 1.1, 1, 0.9, 0.8, 0.7, 0.6];
const TURN = 7_000; // ms that a page of a list is shown
const LISTS = ".standings li, .plan li, .units li";

let fitted = "";
let rows: HTMLElement[] = [];
/** At which row each page begins; one page where all rows fit. */
let pages: number[] = [];

/** Fit the picture that is shown, where something in it has changed; and turn the page of a long list. */
export function fit(): void {
  const section = Array.from(document.querySelectorAll<HTMLElement>("main > section")).filter((one) => !one.hidden)[0];
  if (!section) return;
  const now = `${section.className} ${innerWidth} ${innerHeight} ${section.textContent}`;
  if (now !== fitted) refit(section);
  fitted = now;
  if (pages.length > 1) turn(section, Math.floor(Date.now() / TURN) % pages.length);
}

function refit(section: HTMLElement): void {
  const entries = Array.from(section.querySelectorAll("li"));
  for (const entry of entries) entry.hidden = false;
  [rows, pages] = [[], []];
  const all = Array.from(section.querySelectorAll<HTMLElement>(".words, h2, .plan, .chosen, .standings ul"));
  const texts = all.filter((one) => one.offsetParent && one.textContent);
  section.removeAttribute("data-cut");
  section.removeAttribute("data-page");
  for (const text of texts) text.removeAttribute("style");
  const sizes = texts.map((text) => parseFloat(getComputedStyle(text).fontSize));
  for (const step of STEPS) {
    texts.forEach((text, i) => (text.style.fontSize = `${Math.max(FLOOR, Math.round((sizes[i] as number) * step))}px`));
    if (excess(section) <= 0) return;
  }
  section.setAttribute("data-cut", ""); // the page says where the rest is to be read
  texts.reverse(); // a title stays whole for longer than what stands below it
  for (const least of [2, 1]) for (const text of texts) cut(section, text, least);
  if (excess(section) > 0) paginate(section);
  const others = entries.filter((entry) => rows.indexOf(entry) < 0);
  while (others.length > 1 && excess(section) > 0) (others.pop() as HTMLElement).hidden = true;
}

/** Divide a long list into pages, each with as many rows as fit; at least one. What stands beside it gives way. */
function paginate(section: HTMLElement): void {
  rows = Array.from(section.querySelectorAll<HTMLElement>(LISTS)).filter((one) => one.offsetParent);
  section.setAttribute("data-page", "");
  for (let from = 0; from < rows.length; ) {
    pages.push(from);
    turn(section, pages.length - 1);
    let to = rows.length;
    while (to > from + 1 && excess(section) > 0) (rows[--to] as HTMLElement).hidden = true;
    from = to;
  }
  even(section);
}

/** Pages as long as each other, where that fits: not one name alone on the last of them. */
function even(section: HTMLElement): void {
  const full = pages;
  const size = Math.ceil(rows.length / full.length);
  pages = full.map((_, i) => i * size);
  for (let page = 0; page < pages.length; page++) {
    turn(section, page);
    if (excess(section) > 0 || (pages[page] as number) >= rows.length) pages = full;
  }
}

/** Show one page, and which of how many it is. */
function turn(section: HTMLElement, page: number): void {
  const [from, to] = [pages[page] as number, page + 1 < pages.length ? (pages[page + 1] as number) : rows.length];
  rows.forEach((row, i) => (row.hidden = i < from || i >= to));
  section.setAttribute("data-page", pages.length > 1 ? `${page + 1} / ${pages.length}` : "");
}

/** How far the picture reaches beyond its frame, in px. */
function excess(section: HTMLElement): number {
  return section.scrollHeight - section.clientHeight;
}

/** Leave so many lines of a text that the picture fits, but no fewer than `least`. */
function cut(section: HTMLElement, text: HTMLElement, least: number): void {
  const over = excess(section);
  if (over <= 0) return;
  const line = parseFloat(getComputedStyle(text).lineHeight);
  const lines = Math.max(least, Math.floor((text.clientHeight - over) / line));
  text.style.setProperty("--lines", String(lines));
}
