/** What console and screen make of a public state, for Python to read. */

import { chairStep, signables, supervisorStep } from "../src/console/steps";
import { fingerprintAt } from "../src/hall/evidence";
import type { HallState } from "../src/hall/state";
import { screenModel } from "../src/screen/model";
import { sceneOf } from "../src/screen/scene";

const WHO = { device: () => "Ann", member: () => "Bo", newcomer: () => "Cy" };
const STRANGE = { ...WHO, newcomer: () => null };

/** The steps of a chair and of a supervisor who has signed nothing yet, the scene, and all that the screen says. */
export function tell(state: HallState): object {
  const now = Date.parse(state.at);
  return {
    chair: chairStep(state, now),
    ending: chairStep(state, now, true).name,
    ends: chairStep(state, now, true).says,
    supervisor: supervisorStep(state, () => false, WHO),
    signables: signables(state, WHO),
    strange: signables(state, STRANGE),
    scene: sceneOf(state),
    screen: screenModel(state, now, null),
    fingerprints: state.moments.map((moment) => fingerprintAt(state, moment)),
  };
}
