// node validate_templates.mjs FILE…: what the Modeler's validator says of each element template.
import { readFileSync } from 'node:fs';
import { validate } from '@bpmn-io/element-templates-validator';

const said = {};
for (const file of process.argv.slice(1)) {
  const { valid, errors, warnings } = validate(readFileSync(file, 'utf-8'));
  said[file] = { valid, errors: (errors || []).map(({ message }) => message), warnings: (warnings || []).map(({ message }) => message) };
}
process.stdout.write(JSON.stringify(said));
