// Runs in rings of two processes that are stopped, killed, hung and resumed, and the same in one process. Prints
// what they came to as JSON.
import console from 'node:console';
import { join } from 'node:path';
import process from 'node:process';
import { Running } from './processes.mjs';
import { NARROW, SmallRuns, wellEnded } from './run-results.mjs';

const small = new SmallRuns(process.argv[2]);
await small.prepare();
const results = {};

let port = 5000;

/** Both processes of a ring, each ring at ports of its own. */
function inRing(program, name, flags, ofRank1 = []) {
  const ring = `localhost:${port},localhost:${port + 2}`;
  port += 4;
  return [[], ofRank1].map((own, rank) => {
    const place = ['--ring', ring, '--rank', String(rank)];
    return small.start(program, name, ...flags, ...own, ...place);
  });
}

async function endsOf(ring) {
  const ends = await Promise.all(ring.map(({ end }) => end));
  return ends.map(({ code, signal, errors }) => ({ code, signal, errors }));
}

const OPERATIONS = 'none,skip_connect,sep_conv_3x3';
const width = ['--filter-multiplier', '1', '--crop', '33'];
const size = ['--layers', '2', '--blocks', '1', '--operations', OPERATIONS, ...width];
const search = [...size, '--epochs', '5', '--checkpoint-every', '1'];
// Two micro-batches of two images, one for each replica; class weights and draws follow from the label maps.
const oneImage = ['--image-pooling-norm', 'none'];
const parts = ['--batch-size', '2', '--accumulate', '2', ...width, ...oneImage];
const classes = ['--class-weights', 'inverse-frequency', '--rare-class-temperature', '0.01'];
const retrain = [...parts, ...classes, ...NARROW, '--epochs', '4', '--checkpoint-every', '1'];

/** A run that differs from that of rank 0; then the doctor, with another ring. */
async function otherRings() {
  results.differs = await endsOf(inRing('search', 'differs', search, ['--seed', '2']));
  const ring = ['--ring', 'localhost:6000,localhost:6002'];
  const doctors = [0, 1].map(
    (rank) => new Running(['doctor', ...ring, '--rank', `${rank}`, '--json']),
  );
  results.doctor = await doctors[0].end;
  await wellEnded(doctors[1]);
}

/** A search that is stopped, killed and resumed. */
async function searches() {
  const stopped = inRing('search', 'search', search);
  await stopped[0].says('epoch 1/5');
  stopped[1].child.kill('SIGTERM');
  results.stopped = await endsOf(stopped);
  results.stoppedAt = (await small.resultOf('search')).step;

  const killed = inRing('search', 'search', ['--resume', ...search]);
  await killed[0].says('epoch 3/5');
  killed[1].child.kill('SIGKILL');
  results.killed = await endsOf(killed);
  results.killedAt = (await small.resultOf('search')).step;

  await wellEnded(small.start('search', 'search', '--resume'));
}

/** A search in one process, and a retraining of it that hangs and is resumed. */
async function retrainings() {
  await wellEnded(small.start('search', 'search alone', ...search));
  const source = [join(process.argv[2], 'search alone')];
  const alone = small.start('retrain', 'retrain alone', ...source, ...retrain);
  const hung = inRing('retrain', 'retrain', [...source, '--step-timeout', '5', ...retrain]);
  await hung[0].says('epoch 1/4');
  hung[1].child.kill('SIGSTOP');
  results.hung = await hung[0].end;
  hung[1].child.kill('SIGKILL');
  await hung[1].end;
  results.hungAt = (await small.resultOf('retrain')).step;

  await wellEnded(...inRing('retrain', 'retrain', ['--resume']));
  await wellEnded(alone);
}

// Side by side: a process that waits for another one takes nothing.
await Promise.all([otherRings(), searches(), retrainings()]);

for (const name of ['search', 'search alone', 'retrain', 'retrain alone']) {
  results[name] = await small.resultOf(name);
}
console.log(JSON.stringify(results));
process.exit(0);
