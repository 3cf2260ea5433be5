import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { sgd } from '../../../lib/optimizer/sgd.js';
import { compile } from '../../../lib/runtime/compile.js';
import { backends, useBackend } from '../../helpers/backends.js';
import { smallSupernet, train, trainingProblem } from '../../helpers/runtime/training.js';

describe.runIf(backends.includes('tensorflow'))('a program as one graph', () => {
  beforeAll(() => useBackend('tensorflow'));

  it('keeps its state between calls, gives it out and takes it back', () => {
    const program = compile(
      { total: tf.scalar(1) },
      {
        add: {
          inputs: { x: { shape: [] } },
          step: ({ total }, { x }) => {
            const sum = tf.add(total, x);
            return { outputs: { sum }, state: { total: sum } };
          },
        },
      },
    );
    expect(program.mode).toBe('graph');
    expect(program.run('add', { x: tf.scalar(2) }).sum.dataSync()[0]).toBe(3);
    expect(program.run('add', { x: tf.scalar(4) }).sum.dataSync()[0]).toBe(7);
    program.load({ total: tf.scalar(-1) });
    expect(program.run('add', { x: tf.scalar(4) }).sum.dataSync()[0]).toBe(3);
    expect(program.state(['total']).total.dataSync()[0]).toBe(3);
    program.dispose();
  });

  it('loads a part of its state and keeps the rest', () => {
    const program = compile({ a: tf.scalar(1), b: tf.tensor1d([2, 3]) }, {}, { mode: 'graph' });
    const before = tf.memory().numTensors;
    const five = tf.scalar(5);
    program.load({ a: five });
    five.dispose();
    expect(tf.memory().numTensors).toBe(before);
    const { a, b } = program.state();
    expect([a.dataSync()[0], [...b.dataSync()]]).toEqual([5, [2, 3]]);
    program.dispose();
  });

  it('leaves no tensor behind', () => {
    const { initial, steps } = trainingProblem(smallSupernet, sgd());
    const program = compile(initial, steps);
    train(program, 1);
    const before = tf.memory().numTensors;
    train(program, 3);
    expect(tf.memory().numTensors).toBe(before);
    program.dispose();
    tf.dispose(initial);
  });
});
