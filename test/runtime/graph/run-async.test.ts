import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { sgd } from '../../../lib/optimizer/sgd.js';
import { isOwnBinding } from '../../../lib/ops/native-kernels.js';
import { compile } from '../../../lib/runtime/compile.js';
import type { Program } from '../../../lib/runtime/program.js';
import { backends, useBackend } from '../../helpers/backends.js';
import { smallSupernet, trainingProblem } from '../../helpers/runtime/training.js';

const SIZE = 256;

/** Products of two matrices, one after the other; each call counts. */
function slowProgram(products: number): Program {
  return compile(
    { calls: tf.scalar(0) },
    {
      slow: {
        inputs: { x: { shape: [SIZE, SIZE] } },
        step: ({ calls }, { x }) => {
          let y = x as tf.Tensor2D;
          for (let i = 0; i < products; i++) {
            y = tf.tanh(tf.matMul(y, x as tf.Tensor2D));
          }
          const count = tf.add(calls, tf.scalar(1));
          return { outputs: { count, sum: tf.sum(y) }, state: { calls: count } };
        },
      },
    },
  );
}

const square = () => tf.randomNormal([SIZE, SIZE], 0, 0.1, 'float32', 5);

/** Steps of a small training, and the bytes of the state after them. */
async function trained(run: (program: Program) => Program['runAsync']): Promise<string[]> {
  const { initial, steps } = trainingProblem(smallSupernet, sgd());
  const program = compile(initial, steps);
  const losses: number[] = [];
  for (let i = 0; i < 3; i++) {
    const inputs = {
      image: tf.randomUniform([2, 33, 33, 3], -1, 1, 'float32', 10 + i),
      labels: tf.randomUniform([2, 33, 33], 0, 4, 'int32', 20 + i),
      learningRate: tf.scalar(0.01),
      seed: tf.scalar(i, 'int32'),
      progress: tf.scalar(i / 3),
    };
    const { loss } = await run(program)('train', inputs);
    losses.push(loss.dataSync()[0]);
    tf.dispose([inputs, loss]);
  }
  const state = program.state();
  const bytes = Object.values(state).map((value) => Buffer.from(value.dataSync()).toString('hex'));
  tf.dispose([state, initial]);
  program.dispose();
  return [losses.join(), ...bytes];
}

describe.each(backends)('runAsync on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('runs calls in order, and refuses others until they have ended', async () => {
    const program = slowProgram(1);
    const x = square();
    const calls = [1, 2, 3].map(() => program.runAsync('slow', { x }));
    for (const call of [
      () => program.run('slow', { x }),
      () => program.state(),
      () => {
        program.load({ calls: tf.scalar(7) });
      },
    ]) {
      expect(call).toThrow('expected a call when no step is under way');
    }
    const outputs = await Promise.all(calls);
    expect(outputs.map(({ count }) => count.dataSync()[0])).toEqual([1, 2, 3]);
    expect(program.run('slow', { x }).count.dataSync()[0]).toBe(4);
    program.dispose();
  });

  it('says by its promise what is wrong, and goes on', async () => {
    const program = slowProgram(1);
    await expect(program.runAsync('fast', {})).rejects.toThrow('expected one of slow, got fast');
    await expect(program.runAsync('slow', { x: tf.zeros([2]) })).rejects.toThrow(
      'expected float32',
    );
    const { count } = await program.runAsync('slow', { x: square() });
    expect(count.dataSync()[0]).toBe(1);
    program.dispose();
    await expect(program.runAsync('slow', { x: square() })).rejects.toThrow('was disposed');
  });

  it('leaves no tensor behind', async () => {
    const program = slowProgram(1);
    const x = square();
    tf.dispose(await program.runAsync('slow', { x }));
    const before = tf.memory().numTensors;
    tf.dispose(await program.runAsync('slow', { x }));
    expect(tf.memory().numTensors).toBe(before);
    program.dispose();
  });
});

describe.runIf(backends.includes('tensorflow'))('runAsync as one graph', () => {
  beforeAll(() => useBackend('tensorflow'));

  it('gives the bits of run', async () => {
    const waiting = await trained((program) => async (step, inputs) => {
      await Promise.resolve();
      return program.run(step, inputs);
    });
    const beside = await trained((program) => (step, inputs) => program.runAsync(step, inputs));
    expect(beside).toEqual(waiting);
  });

  it('lets timers go on while a step computes', async () => {
    if (!isOwnBinding()) {
      return;
    }
    // As many products as take well over the ten milliseconds of the timer.
    const x = square();
    let products = 32;
    let program = slowProgram(products);
    const milliseconds = (): number => {
      const start = performance.now();
      tf.dispose(program.run('slow', { x }));
      return performance.now() - start;
    };
    milliseconds();
    while (milliseconds() < 200) {
      program.dispose();
      program = slowProgram((products *= 2));
      milliseconds();
    }
    let fired = 0;
    const timer = setInterval(() => fired++, 10);
    const outputs = await program.runAsync('slow', { x });
    const during = fired;
    clearInterval(timer);
    expect(during).toBeGreaterThan(2);
    tf.dispose([outputs, x]);
    program.dispose();
  });

  it('gives its results to the backend that computed them, whichever is current', async () => {
    const program = slowProgram(1);
    const x = square();
    const call = program.runAsync('slow', { x });
    await Promise.resolve(); // the call has begun
    await Promise.resolve();
    await tf.setBackend('cpu');
    const { count } = await call;
    expect(count.dataSync()[0]).toBe(1);
    count.dispose();
    await useBackend('tensorflow');
    program.dispose();
  });

  it('lets a step end whose program is disposed', async () => {
    const program = slowProgram(64);
    const call = program.runAsync('slow', { x: square() });
    await Promise.resolve();
    await Promise.resolve();
    program.dispose();
    expect((await call).count.dataSync()[0]).toBe(1);
  });
});
