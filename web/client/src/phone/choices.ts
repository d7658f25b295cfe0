/** What stands on a ballot, whatever its form: read, written as canonical JSON text, and told in words. No DOM here. */

import type { Numbers, Option, QuestionState } from "../page/state";
import { pick, t, type Text } from "../page/texts";

/** The options that somebody has picked, in the order in which they did; each with its number where the form has numbers. */
export type Picks = readonly (readonly [option: string, number: number])[];

/** A choice is `"for"`, `["a","c"]`, `{"a":3,"b":0}`: marks and numbers in the order of the question; blank `[]`, `{}`. */
export function write({ form, options }: QuestionState, picks: Picks): string {
  const ids = picks.map(([id]) => id);
  if (form.kind === "one") return JSON.stringify(ids[0]);
  if (form.kind === "ranking") return JSON.stringify(ids);
  const ordered = options.map(({ id }) => id).filter((id) => ids.indexOf(id) >= 0);
  if (form.kind === "marks") return JSON.stringify(ordered);
  // By hand: an object would put options that look like numbers first.
  return `{${ordered.map((id) => `"${id}":${numberOf(picks, id)}`).join()}}`;
}

/** The picks that a choice tells of. */
export function read({ options }: QuestionState, choice: string): Picks {
  const said = JSON.parse(choice) as string | readonly string[] | { readonly [id: string]: number };
  if (typeof said === "string") return [[said, 0]];
  if (Array.isArray(said)) return said.map((id: string) => [id, 0]);
  const numbers = said as { readonly [id: string]: number };
  return options.filter(({ id }) => id in numbers).map(({ id }) => [id, numbers[id] as number]);
}

/** The number that an option was given, if it was. */
export function numberOf(picks: Picks, id: string): number | undefined {
  const found = picks.filter(([one]) => one === id)[0];
  return found && found[1];
}

/** What a number is called: by its word on a scale of grades. */
export function called({ words, low }: Numbers, number: number): string {
  return words ? pick(words[number - low] as Text) : `${number}`;
}

/** What options are called, in one line. */
export function names({ options }: QuestionState, ids: readonly string[]): string {
  return ids.map((id) => pick((options.filter((one) => one.id === id)[0] as Option).text)).join(t("and"));
}

/** The picks in words, a line each. */
export function lines(question: QuestionState, picks: Picks): string[] {
  const { form } = question;
  return picks.map(([id, number], i) => {
    const option = names(question, [id]);
    if (form.kind === "ranking") return `${i + 1}. ${option}`;
    return form.kind === "numbers" ? t("given", { option, number: called(form, number) }) : option;
  });
}

/** The same in one line. */
export function words(question: QuestionState, picks: Picks): string {
  return lines(question, picks).join(t("and")) || t("blank");
}
