/** The key holder's page: who holds keys, how far they are, this device's next step, and opening a closed poll. */

import { Device } from "./core/device";
import { Fork } from "./core/heads";
import { pause, request } from "./core/http";
import { Live } from "./core/live";
import type { Sent } from "./core/outbox";
import { Problem } from "./core/problem";
import type { HallState } from "./hall/state";
import { refuseMessage } from "./keys/acts";
import type { Own, Picture, Progress, Trouble } from "./keys/holder";
import { Keeper, type KeptSeed } from "./keys/keeper";
import type { Message, StepName } from "./keys/making";
import { keysModel } from "./keys/model";
import { showSheet } from "./keys/sheet";
import { HolderWorker, WorkerTrouble } from "./keys/worker";
import { fill, listen, type Row } from "./page/bind";
import type { MemberState } from "./page/state";
import { sentences, t } from "./page/texts";

const DOWNLOAD = 120_000; // ms; a record of a long meeting over a slow line
/** Steps that follow from what the holder wanted, and ask nothing. */
const BY_ITSELF: readonly StepName[] = ["show", "deal", "check"];

const { hearing, worker: script } = document.body.dataset as { hearing: string; worker: string };
const loaded = Date.now();
let own: Keeper | null = null;
const device = Device.open(hearing, () => void follow());
const worker = new HolderWorker(script);
if (device) own = new Keeper(device.store, device.seat.member);

let state: HallState | null = null;
let picture: Picture | null = null;
let progress: Progress | null = null;
let answers = true;
let forked = false;
/** Whether the service no longer knows this device; and for what size of the record it was asked. */
let ended = false;
let askedAt = 0;
let trouble = "";
let blamed: Trouble | null = null;
let again = false;
let scanned = location.hash.slice(1);
/** What the picture was made for, and whether one is being made. */
let lookedFor = "";
let looking = false;
let failures = 0;
/** The step that was taken by itself over which record, so that it is not tried twice. */
let taken = "";
let computing = false;

const sentOf = (kind?: string): Sent[] => (device ? device.acts().filter((sent) => sent.state === "received" && (!kind || sent.kind === kind)) : []);
const received = (): number => sentOf().length;
const isBusy = (): boolean => computing || (device !== null && device.acts().some((sent) => sent.state === "waiting"));
const seedAtHand = (): KeptSeed | null => {
  if (!own || !picture) return null;
  const making = picture.step.name === "make" || picture.step.name === "back-up";
  return own.of(picture.mine) || (making ? own.seeds().filter(({ safe }) => !safe).pop() || null : null);
};

/** Whether this device still acts for its holder, has made a key, and has shown it before this making of keys. */
const standing = (keeper: Keeper): { ended: boolean; held: boolean; anew: boolean } => {
  return { ended, held: keeper.seeds().length > 0, anew: sentOf("key.certificate").length > 1 };
};

function draw(): void {
  if (!device || !own) return fill(document.body, { nobody: true });
  const { store, seat } = device;
  const keeper = own;
  const percent = progress ? Math.floor((100 * progress.done) / Math.max(1, progress.of)) : null;
  const kept = seedAtHand();
  const shown = { member: seat.member, picture, kept, percent, busy: isBusy(), blamed, again, asks: (election: string) => keeper.asks(election) };
  fill(document.body, {
    starting: !state,
    lost: !answers || device.outbox.troubled,
    fragile: !store.durable,
    forked: forked || device.heads.alarm() !== null,
    trouble,
    ...(state ? keysModel({ ...shown, ...standing(own), state }) : {}),
  });
  if (state) showSheet(kept, state, seat.member);
}

/** What a picture depends on: the keys, what became of the secret polls, and what this device has done. */
function wanted(): string {
  const { keys = null, polls = [] } = state || {};
  const boxes = polls.map(({ id, stage, box }) => box && [id, stage, box.openable, box.decrypted, box.objections]);
  return JSON.stringify([keys, boxes, received(), own && own.seeds().length]);
}

function pinned(): Own {
  const { trust, heads, seat } = device as Device;
  const proofs = (device as Device).acts().filter((sent) => sent.state === "received");
  return {
    member: seat.member,
    kept: (own as Keeper).seeds(),
    opened: (own as Keeper).opened(),
    pins: {
      trust,
      heads: heads.kept().map(({ size, root }) => ({ size, root })),
      proofs: proofs.map(({ leaf, receipt }) => ({ leaf: leaf as string, seq: Number((/\nindex (\d+)\n/.exec(receipt || "") as RegExpExecArray)[1]) })),
    },
  };
}

/** Download the record and verify it, whenever something in it matters here. */
async function follow(): Promise<void> {
  draw();
  if (!device || !state || looking || lookedFor === wanted()) return;
  looking = true;
  const asked = wanted();
  try {
    await device.heads.refresh();
    const bundle = await request(`/h/${hearing}/${hearing}.zip`, {}, DOWNLOAD);
    const bytes = new Uint8Array(await bundle.arrayBuffer());
    picture = await worker.look([bytes, pinned()], (how) => {
      progress = how;
      draw();
    });
    if (!picture.older) lookedFor = asked;
    if (picture.step.name !== "check") blamed = null;
    failures = 0;
  } catch (error) {
    if (error instanceof Fork) forked = true;
    else if (error instanceof WorkerTrouble) tell(error);
    failures++;
  }
  looking = false;
  progress = null;
  draw();
  if (lookedFor !== wanted() && !forked) setTimeout(() => void follow(), pause(failures));
  else await goOn();
}

/** Whether this device still acts for its holder: another one may have taken its place. */
async function stillActs(): Promise<void> {
  if (!device || !state || ended || askedAt === state.size || !received()) return;
  askedAt = state.size;
  try {
    const me = await device.read<MemberState>(`/api/h/${hearing}/me`);
    ended = me.device !== null && me.device !== device.kid;
  } catch (error) {
    ended = error instanceof Problem && error.code === "unknown-key";
    if (!ended) askedAt = 0; // the next picture asks again
  }
  draw();
}

/** Take the next step where it asks nothing of anybody. */
async function goOn(): Promise<void> {
  if (!picture || ended || isBusy() || BY_ITSELF.indexOf(picture.step.name) < 0) return;
  const { name } = picture.step;
  const key = `${name} ${picture.size}`;
  if (taken === key) return;
  taken = key;
  await submit(() => worker.call("message", name));
}

/** Sign what the worker has made, and see it into the record. */
async function submit(make: () => Promise<Message>, poll?: string): Promise<void> {
  if (!device || computing) return;
  computing = true;
  trouble = "";
  draw();
  try {
    const { says, blob } = await make();
    device.submit(says, poll ? { poll } : {}, blob ? [blob] : []);
  } catch (error) {
    if (!(error instanceof WorkerTrouble)) throw error;
    if (error.trouble.accused && !poll) blamed = error.trouble;
    else tell(error);
  }
  computing = false;
  draw();
}

function tell({ trouble: { code } }: WorkerTrouble): void {
  const known = t(`trouble-${code}`);
  trouble = known === `trouble-${code}` ? t("trouble-unknown", { code }) : known;
}

/** Do something with the seed; what goes wrong is said. */
async function withSeed(work: (keeper: Keeper) => Promise<void>): Promise<void> {
  if (!own || computing) return;
  computing = true;
  trouble = "";
  draw();
  try {
    await work(own);
  } catch (error) {
    if (!(error instanceof WorkerTrouble)) throw error;
    tell(error);
  }
  computing = false;
  await follow();
}

const field = (id: string): HTMLInputElement => document.getElementById(id) as HTMLInputElement;

function read(id: string): string {
  const { value } = field(id);
  field(id).value = "";
  return value;
}

listen({
  dismiss() {
    trouble = "";
    draw();
  },
  again() {
    again = !again;
    draw();
  },
  retry() {
    lookedFor = "";
    void follow();
  },
  print: () => print(),
  lock: () =>
    void withSeed(async (keeper) => {
      const passphrase = read("passphrase");
      const before = seedAtHand();
      const seed = before ? before.seed : await worker.call("make");
      keeper.keep({ ...before, seed, sheet: await worker.call("lock", seed, passphrase), safe: false });
    }),
  discard() {
    const kept = seedAtHand();
    if (own && kept && !kept.safe) own.keep({ ...kept, sheet: null });
    trouble = "";
    draw();
  },
  confirm: () =>
    void withSeed(async (keeper) => {
      const kept = seedAtHand();
      if (!kept || !kept.sheet) return;
      const { seed } = await worker.call("unlock", kept.sheet, read("confirm"));
      if (seed === kept.seed) keeper.keep({ ...kept, safe: true });
      lookedFor = "";
    }),
  restore: () =>
    void withSeed(async (keeper) => {
      const sheet = field("sheet-text").value;
      const { seed, fits } = await worker.call("unlock", sheet, read("sheet-pass"));
      if (!fits) throw new WorkerTrouble({ code: "not-fitting", accused: null });
      keeper.keep({ seed, sheet: sheet.trim(), safe: true, restored: true });
      read("sheet-text");
    }),
  accept: () => void submit(() => worker.call("message", "accept")),
  refuse() {
    if (!device || !blamed || !blamed.accused) return;
    const reason = t("reason-refuse", { code: blamed.code });
    device.submit(refuseMessage(blamed.accused.message, reason));
    blamed = null;
    draw();
  },
  sure(row: Row) {
    if (own) own.assure(String(row.election));
    draw();
  },
  open: (row: Row) => void open(String(row.poll)),
});

/** Open a poll: note first what is opened, so that this device never opens another sum of it. */
async function open(id: string): Promise<void> {
  const poll = picture && picture.polls.filter((one) => one.id === id)[0];
  if (!own || !poll || !poll.examined || poll.examined.faults.length || isBusy()) return;
  const { election, examined } = poll;
  if (own.asks(election)) return;
  if (own.open({ election, tally: examined.tally })) await submit(() => worker.call("decrypt", id), id);
  else tell(new WorkerTrouble({ code: "opened-another", accused: null }));
  draw();
}

/** What the service refused of this visit's acts. */
function heard(): void {
  const refused = device && device.acts().filter((sent) => sent.state === "refused" && sent.since >= loaded).pop();
  if (refused && refused.code !== "already-sent") trouble = sentences([refused.title, refused.detail]);
}

if (scanned.indexOf("HK1.") === 0) {
  field("sheet-text").value = scanned;
  history.replaceState(null, "", location.pathname);
  scanned = "";
}
draw();
if (device) {
  new Live<HallState>(
    hearing,
    (fresh) => {
      state = fresh;
      heard();
      void stillActs();
      void follow();
    },
    (link) => {
      answers = link;
      draw();
    },
  );
}
