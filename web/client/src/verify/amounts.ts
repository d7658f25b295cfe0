/** How far each option came, in the terms of its method: votes, points, means, grades (as voting/standings.py says it). */

import { pick, t } from "../page/texts";
import type { Text } from "./blobs";
import type { Result } from "./count";
import type { Question } from "./question";

interface Appraised {
  readonly counts: readonly number[];
  readonly blank: number;
  readonly grade: number | null;
  readonly passed: boolean | null;
  readonly equal: readonly number[];
}

/** What the option at this place of the question has. */
export function amountOf({ settings }: Question, { options, steps }: Result, place: number): string {
  const { heads } = (options[place] as Result["options"][number]).total;
  const step = <T>(list: string): T => (steps as { readonly [list: string]: readonly T[] })[list]?.[place] as T;
  if (!settings || !steps) return String(heads);
  if (settings.method === "grading") return appraised(step<Appraised>("options"), settings.scale);
  if (settings.method === "majority_judgment") {
    const { median } = step<{ readonly median: number | null }>("judgments");
    return median === null ? "—" : pick(settings.grades[median] as Text);
  }
  if (settings.method === "score") {
    const { sum, of } = step<{ readonly sum: number; readonly of: number }>("means");
    return of ? mean(sum, of) : "—";
  }
  return settings.method === "borda" && settings.truncation === "average" ? halves(heads) : String(heads);
}

/** How often each grade was given, the best first, and what follows. */
function appraised({ counts, blank, grade, passed, equal }: Appraised, scale: readonly Text[]): string {
  const name = (one: number): string => pick(scale[one] as Text);
  const given = counts.map((count, one) => t("grade_given", { grade: name(one), count })).reverse();
  if (blank) given.push(t("grade_none", { count: blank }));
  const tied = equal.map(name).reverse();
  const tie = (): string => t("grades_tied", { names: tied.slice(0, -1).join(t("separator")), last: tied[tied.length - 1] as string });
  const found = (): string => t(`appraisal_${passed === null ? "none" : passed ? "passed" : "failed"}`);
  const verdict = grade !== null ? name(grade) : tied.length ? tie() : found();
  return t("grades", { counts: given.join(t("separator")), verdict });
}

/** Half points, written as such. */
function halves(total: number): string {
  const whole = Math.floor(total / 2);
  return total % 2 ? `${whole || ""}½` : String(whole);
}

/** A mean to hundredths, the even one of two that are as near; a whole one as it is. */
function mean(sum: number, of: number): string {
  const sign = sum < 0 ? "−" : "";
  const size = Math.abs(sum);
  if (size % of === 0) return `${sign}${size / of}`;
  const below = Math.floor((size * 100) / of);
  const over = 2 * ((size * 100) % of) - of;
  const hundredths = over > 0 || (over === 0 && below % 2) ? below + 1 : below;
  return `${sign}${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, "0")}`;
}
