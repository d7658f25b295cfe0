/** What went wrong between this device and the service, and whether trying again can help. */

/** The service answered and said no (RFC 9457 problem details). Asking again gets the same answer. */
export class Problem extends Error {
  /**
   * @param status the HTTP status
   * @param code the stable name of the refusal, such as `poll-closed`
   * @param title what happened, in the language that was asked for
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

/** No answer, or none that can be relied on: the same request is worth sending again. */
export class Unreachable extends Error {}

const PASSING = [408, 425, 429];

/** Turn an answer that is not a success into what it means. */
export async function problemOf(response: Response): Promise<Error> {
  try {
    const details = (await response.json()) as { code?: unknown; title?: string; detail?: string };
    const lasting = response.status >= 400 && response.status < 500 && PASSING.indexOf(response.status) < 0;
    if (lasting && typeof details.code === "string") {
      return new Problem(response.status, details.code, details.title || details.code, details.detail || "");
    }
  } catch {
    // a captive portal, a proxy, or half an answer
  }
  return new Unreachable(`status ${response.status}`);
}
