import { totalmem } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { sgd } from '../../lib/optimizer/sgd.js';
import { compile } from '../../lib/runtime/compile.js';
import { defaultMemoryLimit, fitMemory, memoryNotes } from '../../lib/runtime/memory.js';
import { availableMemory } from '../../lib/runtime/available-memory.js';
import { gibibytes } from '../../lib/text.js';
import { backends, useBackend } from '../helpers/backends.js';
import { traced } from '../helpers/runtime/traced.js';
import { trainingProblem, widerSupernet } from '../helpers/runtime/training.js';

describe('the memory of this machine', () => {
  it('bounds what a program may take by default', () => {
    expect(availableMemory()).toBeLessThanOrEqual(totalmem());
    expect(defaultMemoryLimit()).toBeCloseTo(0.9 * availableMemory(), 0);
  });

  it('is written in GiB', () => {
    expect(gibibytes(1.5 * 2 ** 30)).toBe('1.5 GiB');
  });
});

describe('fitMemory', () => {
  beforeAll(() => useBackend('wasm'));

  it('counts the state, the largest step and the process', () => {
    const step = traced((_, { a }) => ({ outputs: { y: tf.exp(a) } }), ['a']);
    const options = { recompute: 'none', memoryLimit: 2 ** 40 } as const;
    const memory = (vectors: number) =>
      fitMemory([step, step], { v: tf.zeros([1000 * vectors]) }, options).tried.at(-1)!;
    expect(memory(3).state).toBe(3 * 4000);
    expect(memory(3).step).toBeCloseTo(1.3 * 4000, 6);
    expect(memory(4).total - memory(3).total).toBeCloseTo(4000, 6);
  });
});

describe('memoryNotes', () => {
  it('says how much, and what is computed again; nothing of eager steps', () => {
    const memory = { recompute: 'all', state: 1, step: 1, total: 2 ** 31 } as const;
    expect(memoryNotes({ memory })).toEqual([
      'memory: about 2.0 GiB; cells computed again in the backward pass',
    ]);
    expect(memoryNotes({})).toEqual([]);
  });
});

describe.runIf(backends.includes('tensorflow'))('a compiled step', () => {
  beforeAll(() => useBackend('tensorflow'));

  it('computes parts again only where memory is short, and refuses what does not fit', () => {
    const { initial, steps } = trainingProblem(widerSupernet, sgd(), 97);
    const totalOf = (recompute: 'none' | 'all') => {
      const program = compile(initial, steps, { mode: 'graph', recompute });
      program.dispose();
      return program.memory!.total;
    };
    const [most, least] = [totalOf('none'), totalOf('all')];
    const roomy = compile(initial, steps, { mode: 'graph', memoryLimit: 8 * most });
    expect(roomy.memory?.recompute).toBe('none');
    roomy.dispose();
    const tight = compile(initial, steps, { mode: 'graph', memoryLimit: least + 1 });
    expect(tight.memory?.recompute).toBe('all');
    tight.dispose();
    expect(() => compile(initial, steps, { mode: 'graph', memoryLimit: least - 1 })).toThrow(
      /memory: expected steps that need at most .* GiB, got about .* GiB .*smaller crop or batch .*option accumulate/,
    );
    tf.dispose(initial);
  });
});
