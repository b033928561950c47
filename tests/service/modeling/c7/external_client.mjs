// A worker made with Camunda's own client: node external_client.mjs ADDRESS TOKEN WORKER TOPIC PACKAGES
// Prints one line per step when the engine has taken its result.
import { createRequire } from 'node:module';
import { writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [ address, token, workerId, topic, packages ] = process.argv.slice(2);
const found = createRequire(packages + '/').resolve('camunda-external-task-client-js');
const { Client, Variables } = await import(pathToFileURL(found));

const bearer = (config) => ({ ...config, headers: { ...config.headers, authorization: `Bearer ${token}` } });
const client = new Client({
  baseUrl: address,
  workerId,
  maxTasks: 4,
  asyncResponseTimeout: 2000,
  lockDuration: 4000,
  interval: 50,
  interceptors: bearer,
});

client.on('complete:success', ({ id }) => writeSync(1, `done ${id}\n`));
client.on('complete:error', ({ id }, error) => writeSync(1, `lost ${id} ${error.message}\n`));
client.on('poll:error', (error) => writeSync(1, `poll ${error.message}\n`));

client.subscribe(topic, async ({ task, taskService }) => {
  const number = task.variables.get('number');
  await new Promise((resolve) => setTimeout(resolve, 20));
  const variables = new Variables().set('answer', number * 2).set('by', workerId).set('pages', [ number, null ]);
  await taskService.complete(task, variables);
});
