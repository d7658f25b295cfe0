/** How ballots are filled in: what the exact JSON of a choice says in a question (docs/spec.md, section 13). */

import { ids, type Question } from "./question";
import { marked, parse } from "./schema";
import { declared } from "./settings";

/** One option; marks or a ranking; a number by option. */
export type Choice = string | readonly string[] | ReadonlyMap<string, number>;

/** Read a choice; null if it is no valid one. Its JSON is canonical, as everything in an act is. */
export function readChoice(question: Question, json: string): Choice | null {
  const said = parse(json);
  switch (question.method) {
    case "motion":
    case "agreement":
    case "positions":
      return typeof said === "string" && ids(question).indexOf(said) >= 0 ? said : null;
    case "approval":
      return marks(question, said, question.options.length);
    case "plurality":
      return marks(question, said, declared(question, "plurality").seats);
    case "grading":
      return numbers(question, said, 0, declared(question, "grading").scale.length - 1);
    case "majority_judgment":
      return numbers(question, said, 0, declared(question, "majority_judgment").grades.length - 1);
    case "score": {
      const { low, high } = declared(question, "score");
      return numbers(question, said, low, high);
    }
    default:
      return ranking(question, said);
  }
}

/** Whether a choice's exact JSON is a vote in this question. */
export function isValid(question: Question, json: string): boolean {
  return readChoice(question, json) !== null;
}

/** Whether a ballot says nothing: an abstention (弃权). */
export function isEmpty(choice: Choice): boolean {
  if (typeof choice === "string") return false;
  return (choice instanceof Map ? choice.size : (choice as readonly string[]).length) === 0;
}

/** Options best first, each once. */
function ranking(question: Question, said: unknown): readonly string[] | null {
  const known = ids(question);
  if (!Array.isArray(said) || !said.every((one) => known.indexOf(one as string) >= 0)) return null;
  return new Set(said).size === said.length ? (said as string[]) : null;
}

/** Options in the order of the question, each once, at most so many. */
function marks(question: Question, said: unknown, most: number): readonly string[] | null {
  const found = ranking(question, said);
  if (!found || found.length > most) return null;
  return ids(question).filter((option) => found.indexOf(option) >= 0).join() === found.join() ? found : null;
}

/** A number for some or all options, in the order of the question. */
function numbers(question: Question, said: unknown, low: number, high: number): ReadonlyMap<string, number> | null {
  if (typeof said !== "object" || said === null || Array.isArray(said)) return null;
  const given = said as { readonly [name: string]: number };
  const names = Object.keys(given);
  const options = ids(question).filter((option) => names.indexOf(marked(option)) >= 0);
  const inOrder = options.every((option, place) => marked(option) === names[place]);
  if (!inOrder || options.length !== names.length) return null;
  const found = new Map(options.map((option) => [option, given[marked(option)] as number]));
  return Array.from(found.values()).every((number) => number >= low && number <= high) ? found : null;
}
