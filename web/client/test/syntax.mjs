// Parse built scripts at the level of Chrome 78: ES2020 without `?.` and `??`, which came with Chrome 80.
import { readFileSync } from "node:fs";
import * as acorn from "acorn";

for (const path of process.argv.slice(2)) {
  const source = readFileSync(path, "utf8");
  acorn.parse(source, { ecmaVersion: 2020, sourceType: "script" });
  for (const token of acorn.tokenizer(source, { ecmaVersion: 2020 })) {
    if (token.type.label === "?." || token.type.label === "??") throw new Error(`${token.type.label} at ${token.start} of ${path}`);
  }
}
