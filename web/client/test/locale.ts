/** The words of the phone page with secret polls, in English, where it looks for them. Import it after the browser, before the page. */

import { readFileSync } from "node:fs";
import { join } from "node:path";

declare const VECTORS: string;

const script = ["phone", "booth"].map((name) => {
  const path = join(VECTORS, `../../web/locale/${name}.en.json`);
  return (JSON.parse(readFileSync(path, "utf8")) as { script: object }).script;
});
const textContent = JSON.stringify(Object.assign({}, ...script));
Object.assign(document, { getElementById: () => ({ textContent }) });
