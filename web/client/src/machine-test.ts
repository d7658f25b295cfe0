/** A second device: what is in a ballot that a phone has opened to be tested. */

import { Malformed, text } from "./core/encoding";
import { getJson, pause, request } from "./core/http";
import { Problem } from "./core/problem";
import { fill, type Row } from "./page/bind";
import { rememberSize } from "./page/size";
import { groups, t } from "./page/texts";
import type { Reopened } from "./secret/voter-worker";
import { Helper } from "./voter/helper";

const { hearing, worker } = document.body.dataset as { hearing: string; worker: string };
const helper = new Helper(worker);
const EVERY = 3_000; // ms

const BOTH = /^([^/]*[\u4e00-\u9fff][^/]*) \/ ([^/\u4e00-\u9fff]+)$/; // Chinese, then another language, as the election has them

/** Lines in the language of the page; as they stand where that would make two of them the same. */
function inOne(lines: readonly string[]): readonly string[] {
  const side = document.documentElement.lang.slice(0, 2) === "zh" ? 1 : 2;
  const told = lines.map((line) => (BOTH.exec(line) || [])[side] || line);
  return told.every((one, i) => told.indexOf(one) === i) ? told : lines;
}

/** What the ballot says, sheet by sheet. */
function sheets({ name, questions, choice: choices }: Reopened): Row[] {
  const titles = inOne(questions.map(({ question }) => question));
  return questions.map(({ question, answers, blank }, i) => {
    const choice = choices[i] as readonly number[];
    const marks = blank ? choice.slice(1) : choice;
    const lines = inOne(answers).filter((_, j) => marks[j]);
    return { id: `${i}`, question: question !== name && titles[i], lines: lines.map((line, j) => ({ id: `${j}`, line })), none: !lines.length && (blank ? t("blank") : t("none")) };
  });
}

async function look(poll: string, hash: string): Promise<void> {
  const path = `/api/h/${hearing}/polls/${poll}`;
  const shown = { hash: groups(hash) };
  const wait = (offline: boolean): void => fill(document.body, { ...shown, waiting: true, offline });
  wait(false);
  for (let tries = 0; ; ) {
    try {
      const spoiled = text(new Uint8Array(await (await request(`${path}/spoiled?hash=${encodeURIComponent(hash)}`)).arrayBuffer()));
      fill(document.body, { ...shown, working: true });
      const { election } = await getJson<{ election: string }>(`${path}/setup`);
      const { reopened } = await helper.ask({ reopen: { election, spoiled, hash } });
      const found = reopened as Reopened;
      return fill(document.body, { ...shown, good: true, name: inOne([found.name])[0], sheets: sheets(found) });
    } catch (error) {
      if (error instanceof Malformed) return fill(document.body, { ...shown, wrong: error.message });
      const unknown = error instanceof Problem;
      wait(!unknown);
      tries = unknown ? 0 : tries + 1;
      await new Promise((done) => setTimeout(done, unknown ? EVERY : pause(tries)));
    }
  }
}

function start(): void {
  // Some scanners write these two otherwise.
  const named = location.hash.replace(/%2B/gi, "+").replace(/%2F/gi, "/");
  const [, poll, hash] = /^#([0-9a-f]{64})\.([A-Za-z0-9+/]{43})$/.exec(named) || [];
  if (poll && hash) void look(poll, hash);
  else fill(document.body, { incomplete: true });
}

const other = document.querySelector<HTMLAnchorElement>("nav a");
if (other) other.hash = location.hash; // the page in the other language is about the same ballot
addEventListener("hashchange", () => location.reload());
rememberSize();
start();
