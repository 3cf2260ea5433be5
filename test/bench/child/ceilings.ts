/** What the machine reaches at most, measured with the backend that is measured. */
import * as tf from '@tensorflow/tfjs-core';
import { compile } from 'autodeeplab';
import type { Ceilings } from '../profile-table.js';

const RUNS = 5;

/** Rows and columns of the matrices. */
const SIDE = 2048;

/** Numbers in the tensors that are added: more than caches hold. */
const NUMBERS = 2 ** 26;

/** Seconds of the fastest of several calls, after one that does not count. */
async function fastest(
  step: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  shape: readonly number[],
): Promise<number> {
  const state = { a: tf.fill([...shape], 0.5), b: tf.fill([...shape], 0.25) };
  const program = compile(state, {
    run: { inputs: {}, step: ({ a, b }) => ({ outputs: {}, state: { a: step(a, b) } }) },
  });
  tf.dispose(state);
  let least = Infinity;
  for (let i = 0; i <= RUNS; i++) {
    const start = performance.now();
    program.run('run', {});
    const seconds = (performance.now() - start) / 1000;
    least = i === 0 ? least : Math.min(least, seconds);
    await Promise.resolve();
  }
  program.dispose();
  return least;
}

/** Measures both ceilings. */
export async function measureCeilings(): Promise<Ceilings> {
  const product = await fastest((a, b) => tf.matMul(a, b), [SIDE, SIDE]);
  const addition = await fastest((a, b) => tf.add(a, b), [NUMBERS]);
  return { multiplyAdds: SIDE ** 3 / product, bytes: (3 * 4 * NUMBERS) / addition };
}
