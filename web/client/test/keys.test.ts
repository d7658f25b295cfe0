/** A key holder's page: before each box a restored key asks once; who opened, was replaced or is no longer named is told so. */

import { wipe } from "./browser";
import "./locale";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Store } from "../src/core/store";
import type { HallState } from "../src/hall/state";
import type { Picture, PollPicture } from "../src/keys/holder";
import { Keeper } from "../src/keys/keeper";
import { keysModel, type Shown } from "../src/keys/model";
import type { Model, Row } from "../src/page/bind";

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

/** The page of a holder with a key, before a box. */
function page(poll: PollPicture, changes: Partial<Shown> = {}, step = "ready"): Model {
  const state = { title: { zh: "", en: "" }, names: {}, items: [], keys: { holders: [], threshold: 2 } } as unknown as HallState;
  const picture = { size: 9, findings: [], holders: [], threshold: 2, step: { name: step, on: [] }, roles: {}, polls: [poll] };
  const before = { kept: null, percent: null, busy: false, blamed: null, again: false, ended: false, held: true, anew: false };
  return keysModel({ member: "m1", state, picture: picture as unknown as Picture, ...before, asks: () => false, ...changes });
}

/** What the page offers for a box that waits: to say that it is closed still, to open it, to open it all the same. */
function offers(own: Keeper, election: string, objections = 0): boolean[] {
  const [row] = page(closed(election, objections), { asks: (one) => own.asks(one) })["polls"] as Row[];
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

test("who has used the key is asked for nothing more, and told that others are awaited", () => {
  assert.equal(page(closed(FIRST, 0))["step_says"], "step-open");
  const mine = { ...closed(FIRST, 0), decrypted: ["m1"], examined: null };
  assert.equal(page(mine)["step_says"], "step-opened");
  assert.equal(page({ ...mine, stage: "open", decrypted: [] })["step_says"], "step-ready");
});

test("a device that the service does not know any more offers nothing", () => {
  const { accept } = page(closed(FIRST, 0), {}, "accept");
  const { ended, accept: none, any_polls } = page(closed(FIRST, 0), { ended: true }, "accept");
  assert.deepEqual([accept, ended, none, any_polls], [true, true, undefined, false]);
});

test("who held a key and is named no more is told so; others hold none", () => {
  const told = ({ dropped, not_holder }: Model): unknown[] => [dropped, not_holder];
  assert.deepEqual(told(page(closed(FIRST, 0), {}, "none")), [true, false]);
  assert.deepEqual(told(page(closed(FIRST, 0), { held: false }, "none")), [false, true]);
});

test("while keys are made anew their holder hears that key and sheet stay good", () => {
  assert.deepEqual([true, false].map((anew) => page(closed(FIRST, 0), { anew }, "accept")["anew"]), [true, false]);
});
