// Reads BPMN and DMN files and writes them back. Arguments: paths. Prints {path: {warnings, same}}:
// `same` says that the Modeler's own writer would give back the same bytes.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { BpmnModdle } from 'bpmn-moddle';
import { DmnModdle } from 'dmn-moddle';

const require = createRequire(`${process.cwd()}/`);
const camunda = require('camunda-bpmn-moddle/resources/camunda.json');

const read = {};
for (const path of process.argv.slice(1)) {
  const table = path.endsWith('.dmn');
  const moddle = table ? new DmnModdle() : new BpmnModdle({ camunda });
  const before = readFileSync(path, 'utf8');
  const { rootElement, warnings } = await moddle.fromXML(before, table ? 'dmn:Definitions' : 'bpmn:Definitions');
  const { xml } = await moddle.toXML(rootElement, { format: true });
  read[path] = { warnings: warnings.map(({ message }) => message), same: xml.trim() === before.trim() };
}
console.log(JSON.stringify(read));
