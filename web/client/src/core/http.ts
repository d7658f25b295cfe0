/**
 * Requests to the service, with a time limit.
 * What fails with a `Problem` was refused; after any other error the same request is worth sending again.
 */

import { problemOf } from "./problem";

const LIMIT = 10_000; // ms; a phone in a full hall is slow, and a dead connection never answers

const LONGEST_PAUSE = 4_000; // ms

/** How long to wait before try number `n` (from 0), in ms: doubling, capped, spread. */
export function pause(n: number, chance = Math.random()): number {
  return Math.min(LONGEST_PAUSE, 500 * 2 ** n) * (0.5 + chance / 2);
}

/** The answer to a request; 304 counts as one. `limit` is how long it may take, in ms. */
export async function request(path: string, options: RequestInit = {}, limit = LIMIT): Promise<Response> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), limit);
  try {
    const answer = await fetch(path, { ...options, signal: giveUp.signal });
    // The body may stall as well as the head: it is read within the same limit.
    const body = await answer.arrayBuffer();
    const same = answer.status === 304;
    const response = new Response(same ? null : body, answer);
    if (!answer.ok && !same) throw await problemOf(response);
    return response;
  } finally {
    clearTimeout(timer);
  }
}

/** The JSON of an answer. */
export function readJson<T>(response: Response): Promise<T> {
  return response.json() as Promise<T>;
}

/** The JSON answer to a GET. */
export async function getJson<T>(path: string): Promise<T> {
  return readJson<T>(await request(path));
}

/** The JSON answer to a POST of JSON text. */
export async function postJson<T>(path: string, body: string): Promise<T> {
  return readJson<T>(await request(path, { method: "POST", headers: { "Content-Type": "application/json" }, body }));
}

/** The text of a GET. */
export async function getText(path: string): Promise<string> {
  return (await request(path)).text();
}
