// Reads a JSON list of { text, isLabel } from standard input, and writes what SmartHR's rules find, one list for each.
"use strict";
const { TextlintKernel } = require("@textlint/kernel");
const { moduleInterop } = require("@textlint/module-interop");
const text = moduleInterop(require("@textlint/textlint-plugin-text"));
const preset = require("textlint-rule-preset-smarthr");

const kernel = new TextlintKernel();
const rules = (isLabel) => Object.entries(preset.rules)
  .filter(([id]) => preset.rulesConfig[id] !== false && !(isLabel && id === "ja-no-mixed-period"))
  .map(([ruleId, rule]) => ({ ruleId, rule, options: preset.rulesConfig[ruleId] ?? true }));
const [ofSentences, ofLabels] = [rules(false), rules(true)];

const lint = ({ text: said, isLabel }) => kernel.lintText(said, {
  ext: ".txt",
  filePath: "said.txt",
  plugins: [{ pluginId: "text", plugin: text }],
  rules: isLabel ? ofLabels : ofSentences,
});

(async () => {
  const asked = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
  const found = [];
  for (const each of asked) {
    const { messages } = await lint(each);
    found.push(messages.map(({ ruleId, message }) => `${ruleId}: ${message}`));
  }
  process.stdout.write(JSON.stringify(found));
})();
