/** What a secret ballot asks, sheet by sheet, and what follows from its totals alone (docs/spec.md, section 18). */

import type { Question as Sheet } from "../secret/election";
import type { Text } from "./blobs";
import type { Choice } from "./choices";
import { ids, type Question } from "./question";
import { isBlank } from "./schema";

/** A text as elections have it: both languages, where they say something; once, where they say the same. */
export function line({ zh, en }: Text): string {
  return (zh === en ? [zh] : [zh, en]).filter((one) => !isBlank(one)).join(" / ");
}

/** The sheets of a ballot on a question whose method looks at each option by itself. */
export function sheetsOf({ options, title, settings }: Question): readonly Sheet[] {
  const answers = options.map(({ text }) => line(text));
  const question = line(title);
  if (!settings) return [{ answers, min: 1, max: 1, question }];
  if (settings.method === "approval") return [{ answers, blank: true, min: 1, max: options.length, question }];
  if (settings.method === "plurality") return [{ answers, blank: true, min: 1, max: settings.seats, question }];
  const lines = linesOf(settings);
  return options.map(({ text }) => ({ answers: lines, min: 0, max: 1, question: line(text) }));
}

/** What each number on a ballot is called, the lowest first. */
function linesOf(settings: NonNullable<Question["settings"]>): string[] {
  if (settings.method === "grading") return settings.scale.map(line);
  if (settings.method === "majority_judgment") return settings.grades.map(line);
  const lines: string[] = [];
  if (settings.method !== "score") return lines;
  for (let points = settings.low; points <= settings.high; points++) lines.push(`${points}`);
  return lines;
}

/**
 * So many choices that have exactly these totals: as good for the count as those that were cast.
 *
 * The marks are dealt out to the ballots in turn, line by line.
 * @returns null where no valid ballots can have these totals
 */
export function choicesOf(question: Question, totals: readonly (readonly bigint[])[], number: number): Choice[] | null {
  const sheets = sheetsOf(question);
  const sums = totals.map((row) => row.map(Number));
  const marked = sums.map((row, i) => row.slice((sheets[i] as Sheet).blank ? 1 : 0));
  const blank = (sheets[0] as Sheet).blank ? (sums[0] as number[])[0] as number : 0;
  const filled = number - blank;
  const fits = sheets.every(({ min, max }, i) => {
    const marks = (marked[i] as number[]).reduce((sum, one) => sum + one, 0);
    return min * filled <= marks && marks <= max * filled && (marked[i] as number[]).every((one) => one <= filled);
  });
  if (filled < 0 || !fits) return null;
  const dealt = Array.from({ length: filled }, (): [number, number][] => []);
  let turn = 0;
  marked.forEach((row, at) =>
    row.forEach((marks, line) => {
      for (let mark = 0; mark < marks; mark++) (dealt[turn++ % filled] as [number, number][]).push([at, line]);
    }),
  );
  const choices = dealt.map((marks) => choiceOf(question, marks));
  for (let empty = 0; empty < blank; empty++) choices.push([]);
  return choices;
}

/** What a ballot with these marks says: sheet and line of each, in order. */
function choiceOf(question: Question, marks: readonly (readonly [number, number])[]): Choice {
  const { settings } = question;
  const names = ids(question);
  const lines = marks.map(([, line]) => line);
  if (!settings) return names[lines[0] as number] as string;
  if (settings.method === "approval" || settings.method === "plurality") {
    return lines.sort((a, b) => a - b).map((line) => names[line] as string);
  }
  const low = settings.method === "score" ? settings.low : 0;
  return new Map(marks.map(([at, line]): [string, number] => [names[at] as string, low + line]));
}
