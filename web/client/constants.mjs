// What the scripts know of other files of the repository, put in when they are built.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const readme = readFileSync(new URL("../../ballots/bundle_readme.txt", import.meta.url));

/** For esbuild's `define`. */
export const constants = { README_SHA256: JSON.stringify(createHash("sha256").update(readme).digest("hex")) };
