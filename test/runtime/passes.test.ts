import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../lib/backend/use-backend.js';
import { peakBytes } from '../../lib/runtime/passes/peak-memory.js';
import type { InputSpec, Step } from '../../lib/runtime/program.js';
import type { TracedStep } from '../../lib/runtime/trace-graph.js';
import { traceStep } from '../../lib/runtime/trace-step.js';

const vectorInput: InputSpec = { shape: [1000] };
const BYTES = 4 * 1000;

function traced(step: Step, names: readonly string[], state: readonly string[] = []): TracedStep {
  const zeros = state.map((name) => [name, tf.zeros([1000])] as const);
  const inputs = Object.fromEntries(names.map((name) => [name, vectorInput]));
  return traceStep({ step, inputs: { ...inputs, rate: { shape: [] } } }, Object.fromEntries(zeros));
}

const kernelsOf = ({ nodes }: TracedStep) => nodes.map(({ kernel }) => kernel);

describe('the passes over a traced step', () => {
  beforeAll(async () => {
    await useBackend('wasm');
  });

  it('join a chain of sums', () => {
    const step = traced(
      (_, { a, b, c, d }) => ({ outputs: { y: tf.add(tf.add(tf.add(a, b), c), d) } }),
      ['a', 'b', 'c', 'd'],
    );
    expect(kernelsOf(step)).toEqual(['AddN']);
    expect(Object.keys(step.nodes[0].inputs)).toHaveLength(4);
  });

  it('keep a partial sum that is read elsewhere, and sums that broadcast', () => {
    const twice = traced(
      (_, { a, b, c }) => {
        const part = tf.add(a, b);
        return { outputs: { part, y: tf.add(part, c) } };
      },
      ['a', 'b', 'c'],
    );
    expect(twice.nodes).toHaveLength(2);
    const broadcast = traced(
      (_, { a, rate }) => ({ outputs: { y: tf.add(tf.add(a, rate), a) } }),
      ['a'],
    );
    expect(broadcast.nodes).toHaveLength(2);
  });

  it('sum at most eight terms in one kernel', () => {
    const names = Array.from({ length: 19 }, (_, i) => `x${i}`);
    const step = traced((_, inputs) => {
      const [first, ...rest] = names.map((name) => inputs[name]);
      return { outputs: { y: rest.reduce((sum, x) => tf.add(sum, x), first) } };
    }, names);
    const terms = step.nodes.map(({ inputs }) => Object.keys(inputs).length);
    expect(Math.max(...terms)).toBe(8);
    expect(terms.reduce((sum, n) => sum + n, 0) - (terms.length - 1)).toBe(19);
  });

  it('recognise a momentum update, weight decay included', () => {
    const step = traced(
      ({ w, v }, { gradient, rate }) => {
        const decayed = tf.add(gradient, tf.mul(w, tf.scalar(3e-4)));
        const velocity = tf.add(tf.mul(v, tf.scalar(0.75)), decayed);
        const moved = tf.add(w, tf.mul(velocity, tf.mul(rate, tf.scalar(-1))));
        return { outputs: { y: tf.sum(gradient) }, state: { w: moved, v: velocity } };
      },
      ['gradient'],
      ['w', 'v'],
    );
    expect(step.changes).toEqual([]);
    expect(step.momentum).toMatchObject([{ variable: 'w', velocity: 'v', decay: 0.75 }]);
    expect(kernelsOf(step).sort()).toEqual(['AddN', 'Multiply', 'Multiply', 'Sum']);
  });

  it('leave an update alone that only looks like momentum', () => {
    const step = traced(
      ({ w, v }, { gradient, rate }) => {
        const velocity = tf.add(tf.mul(v, tf.scalar(0.75)), gradient);
        const moved = tf.add(w, tf.mul(velocity, rate));
        // The velocity is an output, too: the fused kernel could not give it.
        return { outputs: { velocity }, state: { w: moved, v: velocity } };
      },
      ['gradient'],
      ['w', 'v'],
    );
    expect(step.momentum).toEqual([]);
    expect(step.changes.map(([name]) => name)).toEqual(['w', 'v']);
  });

  it('count the memory of a chain, of a fork and of a view', () => {
    const chain = traced((_, { a }) => ({ outputs: { y: tf.exp(tf.exp(tf.exp(a))) } }), ['a']);
    expect(peakBytes(chain)).toBe(2 * BYTES);
    const fork = traced(
      (_, { a }) => {
        const kept = tf.exp(a);
        const deep = tf.sqrt(tf.neg(tf.square(kept)));
        return { outputs: { y: tf.mul(kept, deep) } };
      },
      ['a'],
    );
    expect(peakBytes(fork)).toBe(3 * BYTES);
    const view = traced(
      (_, { a }) => ({ outputs: { y: tf.reshape(tf.exp(a), [10, 100]) } }),
      ['a'],
    );
    expect(peakBytes(view)).toBe(BYTES);
  });
});
