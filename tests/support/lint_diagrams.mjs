// Lints BPMN files as Camunda Modeler does. Arguments: paths. Prints {path: ["rule element: message", …]}.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { BpmnModdle } from 'bpmn-moddle';

const require = createRequire(`${process.cwd()}/`);
const Linter = require('bpmnlint/lib/linter');
const NodeResolver = require('bpmnlint/lib/resolver/node-resolver');
const camunda = require('camunda-bpmn-moddle/resources/camunda.json');

const config = { extends: ['bpmnlint:recommended', 'plugin:camunda-compat/camunda-platform-7-24'] };
const found = {};
for (const path of process.argv.slice(1)) {
  const { rootElement } = await new BpmnModdle({ camunda }).fromXML(readFileSync(path, 'utf8'));
  // one linter per file: its rules remember the flows they have seen
  const results = await new Linter({ config, resolver: new NodeResolver({ require }) }).lint(rootElement);
  found[path] = Object.entries(results).flatMap(([rule, reports]) =>
    reports.map(({ id, message }) => `${rule} ${id}: ${message}`));
}
console.log(JSON.stringify(found));
