/** Approval and plurality: the most marks are chosen, as far as the rule allows each. */

import { ids, type Question } from "../question";
import { areOk, type Figures, reaches, total } from "../rules";
import { declared } from "../settings";
import { type Count, fill, type Lot, type Method, type Paper } from "./method";

export const approval: Method = {
  decider: "count",
  count(question, papers, figures, lot) {
    const { seats } = declared(question, "approval");
    const { standings, ...count } = countMarks(question, papers, figures, seats, lot);
    return { ...count, steps: { method: "approval", standings } };
  },
};

export const plurality: Method = {
  decider: "count",
  count(question, papers, figures, lot) {
    const { seats, spare } = declared(question, "plurality");
    const { standings, ...count } = countMarks(question, papers, figures, seats, lot);
    const rerun = inRerun(question, count, spare);
    return { ...count, steps: { method: "plurality", standings, rerun } };
  },
};

/** The steps of a count of which nothing follows: nobody goes into a further round, the vote itself is held again. */
export function undecided(steps: Count["steps"]): Count["steps"] {
  return steps && steps["rerun"] ? { ...steps, rerun: [] } : steps;
}

function countMarks(question: Question, papers: readonly Paper[], figures: Figures, seats: number, lot: Lot) {
  const options = ids(question);
  const totals = new Map(
    options.map((option) => {
      const marked = papers.filter(({ choice }) => (choice as readonly string[]).indexOf(option) >= 0);
      return [option, total(question.rule, marked.map(({ member }) => member))];
    }),
  );
  const compare = mostVotes({ totals });
  const standings = options
    .slice()
    .sort(compare)
    .map((id) => {
      const comparisons = reaches(question.rule, figures, totals.get(id) as { readonly [measure: string]: bigint });
      const votes = votesOf({ totals }, id);
      return { id, votes, comparisons, reached: votes > 0 && areOk(comparisons) };
    });
  const passing = standings.filter(({ reached }) => reached).map(({ id }) => id);
  const reached = options.filter((option) => passing.indexOf(option) >= 0);
  const { chosen, tied } = fill(seats, reached, compare, question.rule.tie === "revote" ? null : lot);
  return { totals, chosen, tied, vacant: tied.length ? 0 : seats - chosen.length, standings };
}

function votesOf({ totals }: Pick<Count, "totals">, option: string): number {
  return Number((totals.get(option) as { readonly [measure: string]: bigint })["heads"]);
}

function mostVotes(count: Pick<Count, "totals">): (one: string, other: string) => number {
  return (one, other) => votesOf(count, other) - votesOf(count, one);
}

/** Who goes into a further round: those tied where the law has them voted on again; else, for vacant seats, the best. */
function inRerun(question: Question, count: Count, spare: number): readonly string[] {
  const { chosen, tied, vacant } = count;
  if (tied.length) return question.rule.tie === "revote" ? tied : [];
  const rest = ids(question).filter((option) => chosen.indexOf(option) < 0 && votesOf(count, option) > 0);
  if (!vacant || !rest.length) return [];
  const last = rest.slice().sort(mostVotes(count))[Math.min(vacant + spare, rest.length) - 1] as string;
  return rest.filter((option) => votesOf(count, option) >= votesOf(count, last));
}
