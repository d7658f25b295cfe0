/** Every counting method by its name. */

import { ids } from "../question";
import { total } from "../rules";
import type { MethodName } from "../settings";
import { grading } from "./grading";
import { irv } from "./irv";
import { majorityJudgment } from "./judgment";
import { approval, plurality } from "./marks";
import { meek } from "./meek";
import type { Method } from "./method";
import { rankedPairs, schulze } from "./pairwise";
import { borda, score } from "./points";
import { stv } from "./stv";

/** One option a ballot: everybody's weights under the option that they chose. */
const count: Method["count"] = (question, papers) => ({
  totals: new Map(
    ids(question).map((option) => {
      const members = papers.filter(({ choice }) => choice === option).map(({ member }) => member);
      return [option, total(question.rule, members)];
    }),
  ),
  chosen: [],
  tied: [],
  vacant: 0,
});

export const METHODS: { readonly [M in MethodName]: Method } = {
  motion: { decider: "rule", count },
  agreement: { decider: "rule", count },
  positions: { decider: "nobody", count },
  approval,
  plurality,
  grading,
  score,
  majority_judgment: majorityJudgment,
  borda,
  schulze,
  ranked_pairs: rankedPairs,
  irv,
  stv,
  meek,
};
