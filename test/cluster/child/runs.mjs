// Runs on this process and a worker, and the same on one machine; in one the worker dies. Prints what they
// came to as JSON.
import console from 'node:console';
import process from 'node:process';
import { Running, startWorker } from './processes.mjs';
import { SmallRuns, wellEnded } from './run-results.mjs';

const small = new SmallRuns(process.argv[2]);
await small.prepare();

const WORKER = '127.0.0.1:5000';
const run = (program, name, ...more) => small.start(program, name, '--epochs', '3', ...more);

const worker = await startWorker(5000);
const results = {};

await wellEnded(run('search', 'search alone'));
await wellEnded(run('search', 'search', '--cluster', WORKER));
await worker.says('ready at', 2); // it outlives its chief, and serves the next

const doctor = new Running(['doctor', '--cluster', WORKER, '--json']);
results.doctor = await doctor.end;
await worker.says('ready at', 3);

const chief = run('retrain', 'retrain', '--cluster', WORKER, '--checkpoint-every', '1');
await chief.says('epoch 1/3');
process.kill(worker.inner, 'SIGKILL');
results.killed = await chief.end;
results.left = (await small.resultOf('retrain')).step;
await wellEnded(run('retrain', 'retrain', '--resume'));
await wellEnded(run('retrain', 'retrain alone'));

for (const name of ['search', 'search alone', 'retrain', 'retrain alone']) {
  results[name] = await small.resultOf(name);
}
worker.child.kill('SIGTERM');
await worker.end;
console.log(JSON.stringify(results));
process.exit(0);
