// Runs on this process and a worker, and the same on one machine; in one the worker dies. Prints what they
// came to as JSON.
import { Buffer } from 'node:buffer';
import console from 'node:console';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import process from 'node:process';
import { latestCheckpoint } from '../../../dist/run/checkpoint-folder.js';
import { readHistory } from '../../../dist/run/history.js';
import { writeSample } from '../../../dist/sample/write-sample.js';
import { Running, startWorker } from './processes.mjs';

const [folder] = process.argv.slice(2);
const root = join(folder, 'sample');
await writeSample({ root, width: 128, height: 64, counts: { train: 8, val: 2 } });

const WORKER = '127.0.0.1:5000';
const SPACE = ['--layers', '2', '--blocks', '1'];

/** A run; three epochs of two steps, four images a step, two replicas. */
function run(program, name, ...more) {
  const data = ['--data', 'sample', '--root', root, '--preset', 'tiny', '--backend', 'tensorflow'];
  const size = ['--crop', '33', '--filter-multiplier', '1', '--epochs', '3', '--replicas', '2'];
  const options = [...size, '--workers', '0', '--no-tensorboard'];
  return new Running([...program, ...data, ...options, '--out', join(folder, name), ...more]);
}

async function wellEnded(running) {
  const { code, errors } = await running.end;
  if (code !== 0) {
    throw new Error(`expected exit code 0, got ${code}: ${errors}`);
  }
}

/** Losses, and a digest of every number of the last checkpoint. */
async function resultOf(name) {
  const { rows } = await readHistory(join(folder, name, 'history.arrow'));
  const { checkpoint } = await latestCheckpoint(join(folder, name, 'checkpoints'));
  const digest = createHash('sha256');
  for (const group of Object.keys(checkpoint.groups).sort()) {
    for (const [key, { data }] of Object.entries(checkpoint.groups[group]).sort()) {
      digest.update(`${group}/${key}`);
      digest.update(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    }
  }
  const losses = rows.filter(({ kind }) => kind === 'epoch').map(({ loss }) => loss);
  return { step: checkpoint.step, losses, numbers: digest.digest('hex') };
}

const SEARCH = ['search'];
const NARROW = ['--stem-widths', '4,8', '--head-filters', '8'];
const RETRAIN = ['retrain', join(folder, 'search alone'), ...NARROW]; // of what it found
const results = {};
const [worker] = await Promise.all([
  startWorker(5000),
  wellEnded(run(SEARCH, 'search alone', ...SPACE)),
]);

await wellEnded(run(SEARCH, 'search', ...SPACE, '--cluster', WORKER));
await worker.says('ready at', 2); // it outlives its chief, and serves the next

const doctor = new Running(['doctor', '--cluster', WORKER, '--json']);
const alone = wellEnded(run(RETRAIN, 'retrain alone'));
results.doctor = await doctor.end;
await worker.says('ready at', 3);

const chief = run(RETRAIN, 'retrain', '--cluster', WORKER, '--checkpoint-every', '1');
await chief.says('epoch 1/3');
process.kill(worker.inner, 'SIGKILL');
results.killed = await chief.end;
results.left = (await resultOf('retrain')).step;
await Promise.all([wellEnded(run(['retrain'], 'retrain', '--resume')), alone]);

for (const name of ['search', 'search alone', 'retrain', 'retrain alone']) {
  results[name] = await resultOf(name);
}
worker.child.kill('SIGTERM');
await worker.end;
console.log(JSON.stringify(results));
process.exit(0);
