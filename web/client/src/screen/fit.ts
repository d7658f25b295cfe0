/** Long texts are made to fit their picture: smaller in steps down to what is read at ten metres, then cut at the end. */

const FLOOR = 48; // px
const STEPS = [1.25, 1.1, 1, 0.9, 0.8, 0.7, 0.6];

let fitted = "";

/** Fit the picture that is shown, where something in it has changed. */
export function fit(): void {
  const section = Array.from(document.querySelectorAll<HTMLElement>("main > section")).filter((one) => !one.hidden)[0];
  if (!section) return;
  const now = `${section.className} ${innerWidth} ${innerHeight} ${section.textContent}`;
  if (now === fitted) return;
  fitted = now;
  const entries = Array.from(section.querySelectorAll("li"));
  for (const entry of entries) entry.hidden = false;
  const all = Array.from(section.querySelectorAll<HTMLElement>(".words, h2, .plan, .chosen, .standings ul"));
  const texts = all.filter((one) => one.offsetParent && one.textContent);
  section.removeAttribute("data-cut");
  for (const text of texts) text.removeAttribute("style");
  const sizes = texts.map((text) => parseFloat(getComputedStyle(text).fontSize));
  for (const step of STEPS) {
    texts.forEach((text, i) => (text.style.fontSize = `${Math.max(FLOOR, Math.round((sizes[i] as number) * step))}px`));
    if (excess(section) <= 0) return;
  }
  section.setAttribute("data-cut", ""); // the page says where the rest is to be read
  texts.reverse(); // a title stays whole for longer than what stands below it
  for (const least of [2, 1]) for (const text of texts) cut(section, text, least);
  while (entries.length > 1 && excess(section) > 0) (entries.pop() as HTMLElement).hidden = true;
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
