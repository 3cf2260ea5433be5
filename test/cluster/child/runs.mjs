// Runs on this process and a worker, and the same on one machine; in one the worker dies. Prints what they
// came to as JSON.
import console from 'node:console';
import { join } from 'node:path';
import process from 'node:process';
import { Running, startWorker } from './processes.mjs';
import { NARROW, SmallRuns, wellEnded } from './run-results.mjs';

const [folder] = process.argv.slice(2);
const small = new SmallRuns(folder);
await small.prepare();

const WORKER = '127.0.0.1:5000';
const size = ['--crop', '33', '--filter-multiplier', '1', '--epochs', '3'];
const search = ['--layers', '2', '--blocks', '1', ...size];
const retrain = [join(folder, 'search alone'), ...NARROW, ...size]; // of what it found
const results = {};

const [worker] = await Promise.all([
  startWorker(5000),
  wellEnded(small.start('search', 'search alone', ...search)),
]);

await wellEnded(small.start('search', 'search', ...search, '--cluster', WORKER));
await worker.says('ready at', 2); // it outlives its chief, and serves the next

const doctor = new Running(['doctor', '--cluster', WORKER, '--json']);
const alone = wellEnded(small.start('retrain', 'retrain alone', ...retrain));
results.doctor = await doctor.end;
await worker.says('ready at', 3);

const chief = small.start(
  ...['retrain', 'retrain', ...retrain, '--cluster', WORKER, '--checkpoint-every', '1'],
);
await chief.says('epoch 1/3');
process.kill(worker.inner, 'SIGKILL');
results.killed = await chief.end;
results.left = (await small.resultOf('retrain')).step;
await Promise.all([wellEnded(small.start('retrain', 'retrain', ...size, '--resume')), alone]);

for (const name of ['search', 'search alone', 'retrain', 'retrain alone']) {
  results[name] = await small.resultOf(name);
}
worker.child.kill('SIGTERM');
await worker.end;
console.log(JSON.stringify(results));
process.exit(0);
