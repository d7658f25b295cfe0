/** The phone in a hearing with secret polls: all of the other one, and a booth. */

import { extend } from "./phone";
import { booth } from "./voter/booth";

extend(booth);
