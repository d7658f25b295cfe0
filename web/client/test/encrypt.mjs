// Print encrypt.ts as one script for a page.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const entry = join(dirname(fileURLToPath(import.meta.url)), "encrypt.ts");
const { outputFiles } = await esbuild.build({
  entryPoints: [entry],
  bundle: true,
  minify: true,
  write: false,
  format: "iife",
  target: "chrome78",
});
process.stdout.write(outputFiles[0].text);
