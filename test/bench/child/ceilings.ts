/** What the machine reaches at most, measured with the backend that is measured. */
import * as tf from '@tensorflow/tfjs-core';
import { compile } from 'autodeeplab';
import type { Ceilings } from '../profile-table.js';

const RUNS = 5;

/** Rows and columns of the matrices. */
const SIDE = 2048;

/** Numbers in the tensors that are added: more than caches hold. */
const NUMBERS = 2 ** 26;

/** Does the same to each of the tensors named a0, a1, …, with b: kernels that can run side by side. */
function besideEachOther(operation: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) {
  return ({ b, ...first }: Readonly<Record<string, tf.Tensor>>): Record<string, tf.Tensor> =>
    Object.fromEntries(Object.entries(first).map(([name, a]) => [name, operation(a, b)]));
}

/** Seconds of the fastest of several calls of as many kernels, after one that does not count. */
async function fastest(
  operation: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  shape: readonly number[],
  kernels: number,
): Promise<number> {
  const first = Array.from({ length: kernels }, (_, i): readonly [string, tf.Tensor] => [
    `a${i}`,
    tf.fill([...shape], 0.5),
  ]);
  const state: Record<string, tf.Tensor> = {
    ...Object.fromEntries<tf.Tensor>(first),
    b: tf.fill([...shape], 0.25),
  };
  const step = besideEachOther(operation);
  const program = compile(state, {
    run: { inputs: {}, step: (now) => ({ outputs: {}, state: step(now) }) },
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

/**
 * Measures both ceilings, of the whole machine.
 *
 * @param kernels - that run at the same time
 */
export async function measureCeilings(kernels: number): Promise<Ceilings> {
  const products = await fastest((a, b) => tf.matMul(a, b), [SIDE, SIDE], kernels);
  const additions = await fastest((a, b) => tf.add(a, b), [NUMBERS], kernels);
  return {
    multiplyAdds: (kernels * SIDE ** 3) / products,
    bytes: (kernels * 3 * 4 * NUMBERS) / additions,
  };
}
