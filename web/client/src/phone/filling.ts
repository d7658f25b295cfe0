/** Filling in a ballot of several options by tapping: marks, a ranking, or a number for each. No DOM here. */

import type { Model, Row } from "../page/bind";
import type { Numbers, Option, QuestionState } from "../page/state";
import { t } from "../page/texts";
import { called, numberOf, type Picks, words } from "./choices";

/** So many numbers are a row of buttons; more are stepped through. */
const ROW = 11;

/** What a tap makes of a ballot; the row is the option, or the number of one, that was touched. */
export type Tap = (picks: Picks, row: Row, question: QuestionState) => Picks;

const placeOf = (picks: Picks, id: string): number => picks.map(([one]) => one).indexOf(id);
const isFull = ({ form }: QuestionState, { length }: Picks): boolean => form.kind === "marks" && length >= form.most;
const without = (picks: Picks, id: unknown): Picks => picks.filter(([one]) => one !== id);

function move(picks: Picks, id: string, by: number): Picks {
  const at = placeOf(picks, id) + by;
  const own = picks.filter(([one]) => one === id);
  const others = without(picks, id);
  return at < 0 ? picks : [...others.slice(0, at), ...own, ...others.slice(at)];
}

/** Every tap, by what it asks for. */
export const taps: { readonly [what: string]: Tap } = {
  /** Mark it, or take the mark away; in a ranking the next one, for good. A full ballot takes no more marks. */
  pick: (picks, { id }, question) => {
    if (placeOf(picks, id) >= 0) return question.form.kind === "marks" ? without(picks, id) : picks;
    return isFull(question, picks) ? picks : [...picks, [id, 0]];
  },
  up: (picks, { id }) => move(picks, id, -1),
  down: (picks, { id }) => move(picks, id, 1),
  undo: (picks) => picks.slice(0, -1),
  /** Give it a number, or none. */
  grade: (picks, { option, number }) => {
    const others = without(picks, option);
    return number === undefined ? others : [...others, [option as string, number as number]];
  },
};

/** The ballot on the page, as far as it is filled in. */
export function filling(question: QuestionState, picks: Picks): Model {
  const { form, options } = question;
  const { length } = picks;
  if (form.kind === "numbers") return { numbers: options.map((option) => numbered(form, picks, option)) };
  const rows = options.map(({ id, text }) => {
    const place = placeOf(picks, id) + 1;
    const off = !place && isFull(question, picks);
    return { id, text, place: place || "", picked: `${!!place}`, off: `${off}`, first: `${place === 1}`, last: `${place === length}` };
  });
  const free = form.kind === "marks" && form.most >= options.length;
  return { [form.kind]: rows, marked: length, free, limited: !free, none: `${!length}`, order: length && words(question, picks) };
}

/** An option and the buttons that give it a number. */
function numbered(form: Numbers, picks: Picks, { id: option, text }: Option): Row {
  const { low, high } = form;
  const own = numberOf(picks, option);
  const button = (number: number | undefined, word: string): Row => {
    const checked = number === own;
    return { id: word, option, number, word, checked: `${checked}`, tab: checked ? 0 : -1 };
  };
  const none = button(undefined, t("no-number"));
  const row = { id: option, text };
  if (high - low >= ROW) {
    const from = own === undefined ? low : own;
    const steps = [-10, -1, 1, 10].map((by) => button(Math.max(low, Math.min(high, from + by)), by < 0 ? `−${-by}` : `+${by}`));
    return { ...row, steps: [...steps, none], given: own === undefined ? none.word : `${own}` };
  }
  const grades: Row[] = [];
  for (let number = low; number <= high; number++) grades.push(button(number, called(form, number)));
  // A scale of words is read from the best down, as on paper; numbers are counted up.
  return { ...row, grades: [...(form.words ? grades.reverse() : grades), none] };
}
