/** Requests to the service: same origin, with a time limit, in the language of the page. */

import { problemOf, Unreachable } from "./problem";

const LIMIT = 10_000; // ms; a phone in a full hall is slow, and a dead connection never answers

/** The answer to a request; 304 counts as one. */
export async function request(path: string, options: RequestInit = {}): Promise<Response> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), LIMIT);
  const headers = { "Accept-Language": document.documentElement.lang, ...(options.headers as object) };
  let response: Response;
  try {
    response = await fetch(path, { ...options, headers, signal: giveUp.signal });
    // The body may stall as well as the head: it is read within the same limit.
    const body = response.status === 304 ? null : await response.arrayBuffer();
    response = new Response(body, response);
  } catch {
    throw new Unreachable("no answer");
  } finally {
    clearTimeout(timer);
  }
  if (!response.ok && response.status !== 304) throw await problemOf(response);
  return response;
}

/** The JSON answer to a GET. */
export async function getJson<T>(path: string): Promise<T> {
  return readJson<T>(await request(path));
}

/** The JSON answer to a POST of JSON text. */
export async function postJson<T>(path: string, body: string): Promise<T> {
  const headers = { "Content-Type": "application/json" };
  return readJson<T>(await request(path, { method: "POST", headers, body }));
}

/** The text of a GET. */
export async function getText(path: string): Promise<string> {
  return (await request(path)).text();
}

/** The JSON of an answer; what is not JSON did not come from the service. */
export async function readJson<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch {
    throw new Unreachable("not an answer of the service");
  }
}
