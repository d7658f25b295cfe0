/** What the service says when it says no. */

/** A refusal (RFC 9457 problem details). Asking again gets the same answer. */
export class Problem extends Error {
  /**
   * @param status the HTTP status
   * @param code the stable name of the refusal, such as `poll-closed`
   * @param title what happened, in the language of the page
   * @param detail what is kept, and what to do next
   */
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
  ) {
    super(title);
  }
}

const PASSING = [408, 425, 429];

/** What an answer that is no success means: a `Problem`, or an error that may pass. */
export async function problemOf(response: Response): Promise<Error> {
  const { status } = response;
  // A captive portal or a proxy does not answer in JSON: that fails here, and passes.
  const { code, title, detail } = (await response.json()) as { code: string; title: string; detail: string };
  if (status >= 500 || PASSING.indexOf(status) >= 0 || !code) return new Error(String(status));
  return new Problem(status, code, title, detail);
}
