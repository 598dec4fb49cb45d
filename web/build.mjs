// Bundles each island of src/*.ts into look/static/built/, one file a page links.
//
//   node build.mjs           once, minified
//   node build.mjs --watch   again whenever a source changes
//   node build.mjs --tests   the tests of tests/*.test.ts into build/web-tests/, for node's runner

import { readdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, context } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const isTests = process.argv.includes("--tests");
const isWatch = process.argv.includes("--watch");
const folder = isTests ? "tests" : "src";
const ending = isTests ? ".test.ts" : ".ts";
const outdir = isTests ? `${here}../build/web-tests` : `${here}../src/firsthand/look/static/built`;

const names = (await readdir(here + folder)).filter((name) => name.endsWith(ending));
/** @type {import("esbuild").BuildOptions} */
const options = {
  absWorkingDir: here,
  entryPoints: names.map((name) => `${folder}/${name}`),
  outdir,
  bundle: true,
  format: "esm",
  platform: isTests ? "node" : "browser",
  target: isTests ? "node20" : ["chrome109", "safari16.4", "firefox115"],
  minify: !isTests && !isWatch,
  sourcemap: isTests ? "inline" : "linked",
  legalComments: "linked",
  logLevel: "info",
};

if (isTests) await rm(outdir, { recursive: true, force: true });
if (isWatch) {
  await (await context(options)).watch();
} else {
  await build(options);
}
