/** The worker of the verification page: audits while the page stays alive. */

import { type Answer, inSlices, type Question } from "./verify/runner";
import { Session } from "./verify/session";

// The page's types are in force here, those of workers are not.
const page = self as unknown as Worker;
const tell = (answer: Answer): void => page.postMessage(answer);
let session = new Session();

page.onmessage = ({ data }: MessageEvent<Question>): void => {
  if (data.brought) return tell({ held: session.hold(data.brought) });
  if (!data.bundle) return;
  session = new Session();
  const fail = (error: unknown): void => {
    // Reported as the worker's error: the page then tries by itself.
    setTimeout(() => {
      throw error;
    });
  };
  inSlices(session.run(data.bundle), (progress) => tell({ progress })).then((report) => tell({ report }), fail);
};
