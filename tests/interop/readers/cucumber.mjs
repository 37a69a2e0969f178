// Renders Cucumber's JSON with a third-party reporter, and prints how many scenarios of each status and how many features it counts.
//
// Takes the folder of the JSON files and a folder for the pages.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import reporter from "multiple-cucumber-html-reporter";

const [jsonDir, reportPath] = process.argv.slice(2);
reporter.generate({ jsonDir, reportPath, saveCollectedJSON: true, disableLog: true, hideMetadata: true });
const { features, scenarios } = JSON.parse(readFileSync(join(reportPath, "enriched-output.json"), "utf8"));
const { passed, failed, pending, skipped, total } = scenarios;
const index = readFileSync(join(reportPath, "index.html"), "utf8");
const named = features.filter(({ name }) => index.includes(name)).length;
const pages = readdirSync(join(reportPath, "features")).filter((name) => name.endsWith(".html")).length;
console.log(JSON.stringify({ passed, failed, pending, skipped, total, named, pages }));
