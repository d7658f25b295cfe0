/** A key holder's page after the key came back from its sheet: it asks before each box, and once. */

import { wipe } from "./browser";
import "./locale";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Store } from "../src/core/store";
import type { HallState } from "../src/hall/state";
import type { Picture, PollPicture } from "../src/keys/holder";
import { Keeper } from "../src/keys/keeper";
import { keysModel } from "../src/keys/model";
import type { Row } from "../src/page/bind";

const SEED = { seed: "seed", sheet: "HK1.", safe: true };
const FIRST = "1".repeat(22);
const SECOND = "2".repeat(22);

/** The page of a device that was opened just now. */
const keeper = (): Keeper => new Keeper(new Store("abcdefghjkmn"), "m1");

const closed = (election: string, objections: number): PollPicture =>
  ({
    id: election,
    title: { zh: "表决", en: "Vote" },
    stage: "closed",
    election,
    objections,
    holders: ["m1", "m2", "m3"],
    threshold: 2,
    decrypted: [],
    fingerprint: "f",
    examined: { faults: [], ballots: 5, tally: "sum" },
  }) as unknown as PollPicture;

/** What the page offers for a box that waits: to say that it is closed still, to open it, to open it all the same. */
function offers(own: Keeper, election: string, objections = 0): boolean[] {
  const state = { title: { zh: "", en: "" }, names: {}, items: [], keys: { holders: [], threshold: 2 } } as unknown as HallState;
  const picture = { size: 9, findings: [], holders: [], threshold: 2, step: { name: "ready", on: [] }, roles: {}, polls: [closed(election, objections)] };
  const asks = (one: string): boolean => own.asks(one);
  const shown = { member: "m1", state, picture: picture as unknown as Picture, kept: null, percent: null, busy: false, blamed: null, again: false, asks };
  const [row] = keysModel(shown)["polls"] as Row[];
  return [row?.["asks"], row?.["open"], row?.["open_anyway"]] as boolean[];
}

beforeEach(wipe);

test("a device that has made its key opens without being asked", () => {
  keeper().keep(SEED);
  assert.deepEqual(offers(keeper(), FIRST), [false, true, false]);
  assert.deepEqual(offers(keeper(), FIRST, 1), [false, false, true]);
});

test("a device whose key was restored asks first, once for each box", () => {
  keeper().keep({ ...SEED, restored: true });
  assert.deepEqual(offers(keeper(), FIRST), [true, false, false]);
  assert.deepEqual(offers(keeper(), FIRST, 1), [true, false, false]);
  keeper().assure(FIRST);
  assert.deepEqual(offers(keeper(), FIRST), [false, true, false]);
  assert.deepEqual(offers(keeper(), FIRST, 1), [false, false, true]);
  assert.deepEqual(offers(keeper(), SECOND), [true, false, false]);
});

test("what this device has opened itself it does not ask about", () => {
  keeper().keep({ ...SEED, restored: true });
  assert.equal(keeper().open({ election: FIRST, tally: "sum" }), true);
  assert.deepEqual(offers(keeper(), FIRST), [false, true, false]);
  assert.equal(keeper().open({ election: FIRST, tally: "another" }), false);
});
