/** Texts in the language of the page; they come with it, as JSON. */

/** What one text is in both languages; an empty one falls back to the other. */
export interface Text {
  readonly zh: string;
  readonly en: string;
}

const chinese = document.documentElement.lang.slice(0, 2) === "zh";
const element = document.getElementById("texts");
const catalogue = JSON.parse((element && element.textContent) || "{}") as { [key: string]: string };

/** A text of the page, with `{names}` filled in. */
export function t(key: string, values: { readonly [name: string]: string | number } = {}): string {
  return (catalogue[key] || key).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
}

/** A text of the hearing in the language of the page. */
export function pick(text: Text): string {
  return (chinese ? text.zh || text.en : text.en || text.zh).trim();
}

/** Sentences one after the other, without those that are not there: Chinese punctuation brings its own blank. */
export function sentences(parts: readonly (string | false | null | undefined)[]): string {
  return parts.filter(Boolean).join(chinese ? "" : " ");
}

/** A time of day in the community's zone; with `day`, the date before it. */
export function clock(at: string, zone: string, day = false): string {
  const date: Intl.DateTimeFormatOptions = day ? { month: "long", day: "numeric" } : {};
  const format: Intl.DateTimeFormatOptions = { ...date, hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone };
  return new Date(at).toLocaleString(document.documentElement.lang, format);
}

/** Characters that people compare, in groups of four. */
export function groups(text: string): string {
  return (text.match(/.{1,4}/g) || []).join(" ");
}
