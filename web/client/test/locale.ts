/** The words of the phone page, in English, where it looks for them. Import it after the browser, before the page. */

import { readFileSync } from "node:fs";
import { join } from "node:path";

declare const VECTORS: string;

const path = join(VECTORS, "../../web/locale/phone.en.json");
const { script } = JSON.parse(readFileSync(path, "utf8")) as { script: unknown };
Object.assign(document, { getElementById: () => ({ textContent: JSON.stringify(script) }) });
