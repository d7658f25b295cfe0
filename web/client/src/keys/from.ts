/** From an audited record to what a key holder's page needs of it. */

import type { Audited } from "../verify/audit";
import type { Facts } from "./facts";

export function factsOf(_audited: Audited): Facts {
  throw new Error("later");
}
