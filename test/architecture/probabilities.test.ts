import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  alphaLogProbabilities,
  betaLogProbabilities,
  checkLogits,
  logSoftmax,
} from '../../lib/architecture/probabilities.js';
import { NumericError, ShapeError } from '../../lib/errors.js';
import { Random } from '../../lib/random.js';
import { PRIMITIVES } from '../../lib/search-space/operations/paper.js';
import {
  arrowProbabilities,
  operationProbabilities,
} from '../../lib/search-space/supernet/probabilities.js';
import { createTrellis } from '../../lib/search-space/trellis.js';
import { useBackend } from '../helpers/backends.js';
import { arrowNumbers } from '../helpers/brute-force-paths.js';

describe('logSoftmax', () => {
  it('gives the logarithms worked out by hand', () => {
    // e^0 : e^ln2 : e^ln5 = 1 : 2 : 5
    const values = logSoftmax('x', [0, Math.log(2), Math.log(5)]).map(Math.exp);
    [1 / 8, 2 / 8, 5 / 8].forEach((expected, i) => expect(values[i]).toBeCloseTo(expected, 14));
  });

  it('neither overflows nor loses small terms', () => {
    const values = logSoftmax('x', [1000, 0, -1000]);
    expect(values).toEqual([0, -1000, -2000]);
  });

  it('gives -Infinity to a forbidden entry', () => {
    expect(logSoftmax('x', [-Infinity, 0, 0])[0]).toBe(-Infinity);
    expect(logSoftmax('x', [-Infinity, 3])).toEqual([-Infinity, 0]);
  });

  it('ties exactly for the same numbers in another order', () => {
    const numbers = [0.1, 0.7, -0.3, 0.2, 1.9, -4.4, 0.05, 0.6];
    const backwards = [...numbers].reverse();
    expect(logSoftmax('x', backwards).reverse()).toEqual(logSoftmax('x', numbers));
  });

  it('refuses a group in which everything is forbidden', () => {
    expect(() => logSoftmax('alpha, edge 3', [-Infinity, -Infinity])).toThrow(
      'alpha, edge 3: expected at least one finite number, got only -Infinity',
    );
  });
});

describe('checkLogits', () => {
  it('names the first number that cannot be used', () => {
    expect(() => checkLogits('beta', [0, NaN], 2, 'two')).toThrow(NumericError);
    expect(() => checkLogits('beta', [0, NaN], 2, 'two')).toThrow('beta[1]: expected a finite');
    expect(() => checkLogits('beta', [Infinity], 1, 'one')).toThrow('got Infinity');
  });

  it('says how many there should be', () => {
    expect(() => checkLogits('beta', [0, 1], 7, 'one per arrow')).toThrow(ShapeError);
    expect(() => checkLogits('beta', [0, 1], 7, 'one per arrow')).toThrow(
      'beta: expected 7 numbers, one per arrow, got 2',
    );
  });
});

const logit = fc.double({ min: -50, max: 50, noNaN: true });

const CELL = { blocks: 5, operations: PRIMITIVES };

describe('alphaLogProbabilities', () => {
  it('sums to 1 over the operations of each edge', () => {
    fc.assert(
      fc.property(fc.array(logit, { minLength: 40, maxLength: 40 }), (alpha) => {
        const rows = alphaLogProbabilities(alpha, { blocks: 2, operations: PRIMITIVES });
        for (let edge = 0; edge < 5; edge++) {
          const sum = rows.slice(edge * 8, edge * 8 + 8).reduce((a, b) => a + Math.exp(b), 0);
          expect(sum).toBeCloseTo(1, 12);
        }
      }),
    );
  });

  it('says how many numbers it needs', () => {
    expect(() => alphaLogProbabilities(new Float32Array(100), CELL)).toThrow(ShapeError);
    expect(() => alphaLogProbabilities(new Float32Array(100), CELL)).toThrow(
      'alpha: expected 160 numbers, 20 edges of 8 operations, got 100',
    );
  });
});

describe('betaLogProbabilities', () => {
  const trellis = () => createTrellis({ layers: 12 });
  const betas = fc.array(logit, { minLength: 105, maxLength: 105 });
  const sums = (probabilities: Float64Array) =>
    trellis()
      .nodes.filter(({ layer }) => layer < 12)
      .map(({ outgoing }) => outgoing.reduce((a, b) => a + Math.exp(probabilities[b]), 0));

  it('sums to 1 over the outgoing arrows of every node', () => {
    fc.assert(
      fc.property(betas, (beta) => {
        for (const sum of sums(betaLogProbabilities(beta, trellis()))) {
          expect(sum).toBeCloseTo(1, 12);
        }
      }),
    );
  });

  it('makes 1/2 of equal logits at the ends and 1/3 inside', () => {
    const probabilities = betaLogProbabilities(new Float32Array(105), trellis()).map(Math.exp);
    const numbers = arrowNumbers(12);
    const at = (key: string) => probabilities[numbers.get(key) ?? NaN];
    for (const key of ['1/0/0', '1/0/1', '7/0/1', '7/3/2', '7/3/3', '12/3/3']) {
      expect(at(key)).toBeCloseTo(1 / 2, 14);
    }
    for (const key of ['2/1/0', '2/1/1', '2/1/2', '7/2/3', '12/1/1']) {
      expect(at(key)).toBeCloseTo(1 / 3, 14);
    }
  });

  it("makes all arrows equal with 'two-thirds', and sums to 2/3 at the ends", () => {
    for (const value of betaLogProbabilities(new Float32Array(105), trellis(), 'two-thirds')) {
      expect(Math.exp(value)).toBeCloseTo(1 / 3, 14);
    }
    const all = sums(betaLogProbabilities(Float64Array.from({ length: 105 }, (_, i) => Math.sin(i)), trellis(), 'two-thirds')); // oxfmt-ignore
    trellis()
      .nodes.slice(0, all.length)
      .forEach(({ level }, i) => {
        expect(all[i]).toBeCloseTo(level === 0 || level === 3 ? 2 / 3 : 1, 14);
      });
  });

  it('lets each arrow act on its own node only, both arrows of an end node included', () => {
    // A port normalised one arrow of two here, and used one entry for another there.
    const base = betaLogProbabilities(new Float64Array(105), trellis());
    for (const arrow of trellis().arrows) {
      const beta = new Float64Array(105);
      beta[arrow.index] = 1;
      const changed = betaLogProbabilities(beta, trellis());
      const moved = trellis().arrows.filter(({ index }) => changed[index] !== base[index]);
      expect(moved.every(({ layer, from }) => layer === arrow.layer && from === arrow.from)).toBe(
        true,
      );
      expect(moved).toHaveLength(arrow.from === 0 || arrow.from === 3 ? 2 : 3);
      expect(changed[arrow.index]).toBeGreaterThan(base[arrow.index]);
    }
  });

  it('refuses a wrong length, NaN, and a node without a way out', () => {
    expect(() => betaLogProbabilities([1, 2, 3], trellis())).toThrow(ShapeError);
    expect(() => betaLogProbabilities([1, 2, 3], trellis())).toThrow(
      'beta: expected 105 numbers, one per arrow of a trellis of 12 layers, got 3',
    );
    expect(() => betaLogProbabilities([0, NaN], createTrellis({ layers: 1 }))).toThrow(
      NumericError,
    );
    expect(() =>
      betaLogProbabilities([-Infinity, -Infinity], createTrellis({ layers: 1 })),
    ).toThrow('beta, layer 0 at level 0: expected at least one finite number');
  });
});

describe('the tensors that the supernet trains with', () => {
  beforeAll(() => useBackend('wasm'));

  const draw = (count: number) => {
    const random = new Random(5).fork(`${count}`);
    return Float32Array.from({ length: count }, () => 3 * random.normal());
  };

  it.each([4, 8, 9])('have the same probabilities of %i operations', (width) => {
    const alpha = draw(5 * width);
    const operations = Array.from({ length: width }, (_, k) => `operation_${k}`);
    const numbers = alphaLogProbabilities(alpha, { blocks: 2, operations });
    const tensor = tf.tidy(() => operationProbabilities(tf.tensor2d(alpha, [5, width])).dataSync());
    numbers.forEach((log, i) => {
      expect(tensor[i]).toBeCloseTo(Math.exp(log), 6);
    });
  });

  it.each(['valid', 'two-thirds'] as const)('have the same probabilities of arrows: %s', (end) => {
    const trellis = createTrellis({ layers: 6 });
    const beta = draw(trellis.arrows.length);
    const numbers = betaLogProbabilities(beta, trellis, end);
    const tensor = tf.tidy(() => arrowProbabilities(trellis, tf.tensor1d(beta), end).dataSync());
    numbers.forEach((log, i) => {
      expect(tensor[i]).toBeCloseTo(Math.exp(log), 6);
    });
  });
});
