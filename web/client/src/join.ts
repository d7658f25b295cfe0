/** A card was scanned: this phone makes its key and joins the hearing that the card leads to. */

import { newNonce, signEnrol } from "./core/acts";
import { requestBody } from "./core/ballot";
import { firstEntry, readConvene } from "./core/community";
import { grouped } from "./core/crockford";
import type { Seat } from "./core/device";
import { keyPair } from "./core/ed25519";
import { b64url, fromB64url, random } from "./core/encoding";
import { pause, postJson, request } from "./core/http";
import { moveNumber } from "./core/move";
import type { Sent } from "./core/outbox";
import { Problem } from "./core/problem";
import { Store } from "./core/store";
import { type Card, parseCard } from "./core/token";
import { fill, listen, type Model, type Row } from "./page/bind";
import { rememberSize } from "./page/size";
import { pick, t, type Text } from "./page/texts";

interface SeatOffer {
  readonly hearing: string;
  readonly title: Text;
  readonly member: string;
  readonly role: string;
  readonly phase: string;
  readonly salt: string;
  readonly device: string | null;
  readonly rehearsal: boolean;
}

interface CardAnswer {
  readonly community: { readonly name?: Text };
  readonly replaced: boolean;
  readonly seats: readonly SeatOffer[];
}

interface MoveAnswer {
  readonly enrolled: boolean;
  readonly consent: string | null;
}

const ASK_AGAIN = 3_000; // ms between two questions whether the old phone has agreed

/** Where each role works. */
const PAGES: { readonly [role: string]: string } = { chair: "console", supervisor: "console", desk: "desk" };

const community = document.body.dataset.community as string;
const pins = new Store("community");
let card: Card | null = null;
let seats: readonly SeatOffer[] = [];
let shown: { readonly [name: string]: unknown } = {};

function render(changes: { readonly [name: string]: unknown }): void {
  shown = { ...shown, ...changes };
  fill(document.body, shown);
}

/** The newest enrolment of this member by this browser, whatever became of it. */
function enrolment(offer: SeatOffer): Sent | undefined {
  return new Store(offer.hearing)
    .all<Sent>("act/")
    .filter((sent) => sent.member === offer.member && sent.kind === "device.enrol")
    .sort((a, b) => a.since - b.since)
    .pop();
}

/** Whether this browser holds the key of the device that acts, or will act, for this member. */
function isMine(offer: SeatOffer): boolean {
  const sent = enrolment(offer);
  const seat = new Store(offer.hearing).get<Seat>("seat/" + offer.member);
  if (!sent || !seat) return false;
  return sent.state === "waiting" || keyPair(fromB64url(seat.seed, 32)).kid === offer.device;
}

function enter(offer: SeatOffer): void {
  const store = new Store(offer.hearing);
  store.set("seat", store.get<Seat>("seat/" + offer.member));
  location.replace(`/h/${offer.hearing}/${PAGES[offer.role] || "me"}`);
}

function sleep(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Problem) throw error;
      render({ retrying: true });
      await sleep(pause(tries));
    }
  }
}

/** The record's first entry, which names the service's key and is signed by the community's. */
async function convene(hearing: string): Promise<Uint8Array> {
  const answer = await patiently(() => request(`/h/${hearing}/log/tile/entries/000.p/1`));
  return firstEntry(new Uint8Array(await answer.arrayBuffer()));
}

/** Wait until the device that acts for this person agrees, or acts no more; the consent that is needed, if any. */
async function consentTo(hearing: string, jws: string, digits: string): Promise<string | null> {
  render({ working: false, seats: [], digits: grouped(digits, 4).replace("-", " ") });
  for (;;) {
    const ask = (): Promise<MoveAnswer> => postJson<MoveAnswer>(`/api/h/${hearing}/moves`, JSON.stringify({ jws }));
    const { enrolled, consent } = await patiently(ask);
    render({ retrying: false });
    if (enrolled || consent) return consent;
    await sleep(ASK_AGAIN);
  }
}

async function join(offer: SeatOffer, { key, anchor }: Card): Promise<void> {
  const { hearing, member, role } = offer;
  const trust = readConvene(await convene(hearing), hearing, community, anchor);
  const store = new Store(hearing);
  if (!store.durable) return render({ working: false, failed: t("private-window") });
  pins.set(community, anchor);
  const device = keyPair(random(32));
  const nonce = newNonce();
  const enrol = (consent: string | null): string =>
    signEnrol(hearing, { size: 1, root: trust.genesis }, offer, key, device, nonce, consent);
  let jws = enrol(null);
  if (offer.device) jws = enrol(await consentTo(hearing, jws, moveNumber(hearing, device.kid, nonce)));
  const sent: Sent = {
    id: jws.slice(-22),
    member,
    kind: "device.enrol",
    about: {},
    since: Date.now(),
    jws,
    body: requestBody({ jws, blobs: [], opening: null }),
    state: "waiting",
  };
  store.set("trust", trust);
  store.set("seat/" + member, { member, role, seed: b64url(device.seed) });
  store.set("act/" + sent.id, sent);
  if (store.durable) enter(offer);
  else render({ working: false, failed: t("private-window") });
}

/** What a seat offers to this browser. Officers work on any device, and change it by two of them, not by digits. */
function ways(offer: SeatOffer): Model {
  const taken = offer.device && !isMine(offer);
  const first = !taken && !isMine(offer);
  const office = Boolean(PAGES[offer.role]);
  return {
    join: !taken,
    office,
    person: !office,
    first_person: first && !office,
    first_office: first && office,
    taken_person: taken && !office,
    taken_office: taken && office,
  };
}

async function read(fragment: string): Promise<void> {
  try {
    card = parseCard(fragment);
  } catch {
    return render({ working: false, typing: true, failed: fragment ? t("bad-card") : "" });
  }
  const { key, anchor } = card;
  const pinned = pins.get<string>(community);
  if (pinned && pinned !== anchor) return render({ working: false, failed: t("other-anchor") });
  const answer = await patiently(() => postJson<CardAnswer>("/api/cards", JSON.stringify({ token: b64url(key.publicKey) })));
  seats = answer.seats.filter((offer) => offer.phase !== "adjourned" || isMine(offer));
  const [only] = seats;
  if (only && seats.length === 1 && isMine(only)) return enter(only);
  render({
    working: false,
    retrying: false,
    typing: false,
    failed: answer.seats.length ? "" : answer.replaced ? t("replaced") : t("no-hearing"),
    over: !seats.length && answer.seats[0],
    anchor: grouped(anchor, 4).replace(/-/g, " "),
    community: answer.community.name,
    officer: seats.filter((offer) => PAGES[offer.role]).length,
    seats: seats.map((offer) => ({
      id: offer.hearing + offer.member,
      title: pick(offer.title),
      role: t("role-" + offer.role),
      rehearsal: offer.rehearsal,
      ...ways(offer),
    })),
  });
}

/** Show why something failed; what is not a refusal of the service is a record that does not fit the card. */
async function guarded(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    const failed = error instanceof Problem ? `${error.title} ${error.detail}` : t("not-this-community");
    render({ working: false, retrying: false, digits: "", failed });
  }
}

const fragment = location.hash.slice(1);
history.replaceState(null, "", location.pathname); // the token stays out of the address bar and of shared links
rememberSize();
// A card's link opened over this very page does not load again. (What has no dot is a place on the page.)
addEventListener("hashchange", () => location.hash.indexOf(".") > 0 && location.reload());

function begin(row: Row): void {
  const offer = seats.filter((one) => one.hearing + one.member === row.id)[0];
  if (!offer || !card || shown.working) return;
  if (isMine(offer)) return enter(offer);
  render({ working: true, failed: "" });
  void guarded(join(offer, card));
}

listen({
  join: begin,
  move: begin,
  type: (_, form) => {
    const [token, anchor] = Array.from(form.querySelectorAll("input"), (input) => input.value) as [string, string];
    render({ working: true, failed: "" });
    void guarded(read(`${token}.${anchor}`));
  },
});
render({ working: true });
void guarded(read(fragment));
