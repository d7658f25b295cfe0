/**
 * What a question of a hearing is as an election, and what a choice is on it: as voting/secret.py and
 * deliberation/credentials.py have it, so that a phone can tell whether it is asked what it shows.
 */

import { must } from "../core/encoding";
import type { QuestionState } from "../page/state";
import type { Text } from "../page/texts";
import { isBlank } from "../verify/schema";
import type { Choices } from "./ballot";
import type { Question } from "./election";

/** What a page knows of a question. */
export type Shown = Pick<QuestionState, "title" | "text" | "form" | "options">;

/** Words in both languages, on one line; what is the same in both stands once. */
export function line({ zh, en }: Text): string {
  return (zh === en ? [zh] : [zh, en]).filter((one) => !isBlank(one)).join(" / ");
}

/** The sheets of a ballot. Throws `Malformed` for a question that is answered by a ranking. */
export function sheets({ title, form, options }: Shown): Question[] {
  const answers = options.map(({ text }) => line(text));
  const question = line(title);
  if (form.kind === "one") return [{ answers, min: 1, max: 1, question }];
  if (form.kind === "marks") return [{ answers, blank: true, min: 1, max: form.most, question }];
  must(form.kind === "numbers", "a ranking cannot be counted from totals");
  const { words } = form;
  const lines = numbers(form).map((number, i) => line(words ? (words[i] as Text) : { zh: `${number}`, en: `${number}` }));
  return options.map(({ text }) => ({ answers: lines, min: 0, max: 1, question: line(text) }));
}

/** The sheets filled in: a 0 or 1 for each line, and before them for "left blank" where a sheet may be. */
export function fillIn({ form, options }: Shown, choice: string): Choices {
  const said = JSON.parse(choice) as string | readonly string[] | { readonly [option: string]: number };
  const mark = (yes: boolean): number => (yes ? 1 : 0);
  if (form.kind === "one") return [options.map(({ id }) => mark(id === said))];
  if (form.kind === "marks") {
    const marked = said as readonly string[];
    return [[mark(!marked.length), ...options.map(({ id }) => mark(marked.indexOf(id) >= 0))]];
  }
  must(form.kind === "numbers", "a ranking cannot be counted from totals");
  const given = said as { readonly [option: string]: number };
  return options.map(({ id }) => numbers(form).map((number) => mark(given[id] === number)));
}

function numbers({ low, high }: { readonly low: number; readonly high: number }): number[] {
  return Array.from({ length: high - low + 1 }, (_, i) => low + i);
}
