/** One process of a ring that is measured: it makes the program of a work and does steps, as it is told. */
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from 'autodeeplab';
import { openRing } from '#lib/cluster/ring/open-ring.js';
import { inputsOf, WORKS } from './works.js';

/** What a process of a ring says: how long it took, seconds. */
export interface RingReply {
  readonly seconds: number;
}

const [name, rank, processes] = process.argv.slice(2);

function say(since: number): void {
  process.send?.({ seconds: (performance.now() - since) / 1000 } satisfies RingReply);
}

await useBackend('tensorflow');
const work = WORKS.find((one) => one.name === name)!;
const request = { processes: processes.split(','), rank: Number(rank) };
const { place } = await openRing(request, { facts: { name }, work: 'branches' });
const inputs = Object.fromEntries(
  Object.entries(inputsOf(work)).map(([input, tensor]) => {
    const part = tensor.rank > 0 ? tf.split(tensor, 2)[Number(rank)] : tensor;
    return [input, part];
  }),
);
const start = performance.now();
const { program } = work.make(place);
say(start);
process.on('message', () => {
  const before = performance.now();
  tf.dispose(program.run(work.step, inputs));
  say(before);
});
process.on('disconnect', () => {
  process.exit(0);
});
