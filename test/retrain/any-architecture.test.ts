/** Whatever decoding can write is built and trains. */
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Architecture } from '../../lib/architecture/architecture.js';
import { randomArchitecture } from '../../lib/architecture/random.js';
import { ConfigError } from '../../lib/errors.js';
import { decodeCell } from '../../lib/decoder/cell.js';
import { Random } from '../../lib/random.js';
import { resolveRetrainConfig } from '../../lib/retrain/options.js';
import { retrainProgram } from '../../lib/retrain/program.js';
import { edgeCount } from '../../lib/search-space/edges.js';
import { networkCost } from '../../lib/segmentation/cost/cost.js';
import { backends, useBackend } from '../helpers/backends.js';
import { block } from '../helpers/derived-cells.js';
import { architectures } from '../helpers/derived-networks.js';
import { FOUR, NINE } from '../helpers/operation-lists.js';
import { NARROW } from '../training/train-tiny.js';

const SIZE = 9;
const config = resolveRetrainConfig(
  { filterMultiplier: 1, ...NARROW, crop: SIZE, batchSize: 2, weightDecay: 0.01, momentum: 0.5 },
  'tiny',
);

/** Builds a network, trains it for one step, and gives what its tensors were before and after. */
function trainOnce(architecture: Architecture) {
  const { program, variables } = retrainProgram(architecture, config, 3);
  const read = () => {
    const state = program.state();
    const values = Object.entries(state).map(([name, t]) => [name, t.dataSync().slice()] as const);
    tf.dispose(state);
    return new Map(values);
  };
  const before = read();
  const random = new Random(5);
  const pixels = Float32Array.from({ length: 2 * SIZE * SIZE * 3 }, () => random.uniform(-1, 1));
  const labels = Int32Array.from({ length: 2 * SIZE * SIZE }, () => random.integer(3));
  const inputs = {
    image: tf.tensor4d(pixels, [2, SIZE, SIZE, 3]),
    labels: tf.tensor3d(labels, [2, SIZE, SIZE], 'int32'),
    learningRate: tf.scalar(0.01),
    progress: tf.scalar(0),
    seed: tf.scalar(1, 'int32'),
  };
  const { loss } = program.run('train', inputs);
  const [value] = loss.dataSync();
  const after = read();
  tf.dispose([loss, ...Object.values(inputs)]);
  program.dispose();
  return { loss: value, variables, before, after };
}

const whole = (path: number[], genotype: Architecture['genotype']): Architecture => ({
  version: 1,
  path,
  genotype,
  operations: NINE,
  provenance: { source: 'test' },
});

function expectTrains(architecture: Architecture): void {
  const { loss, variables, before, after } = trainOnce(architecture);
  expect(Number.isFinite(loss)).toBe(true);
  const trained = variables.filter(({ trainable }) => trainable);
  const sizes = trained.map(({ name }) => before.get(`variables/${name}`)!.length);
  const size = { filterMultiplier: 1, ...NARROW, classes: 3, height: SIZE, width: SIZE };
  expect(networkCost({ architecture, ...size }).parameters).toBe(sizes.reduce((a, b) => a + b, 0));
  for (const [name, values] of after) {
    expect(values.every(Number.isFinite), name).toBe(true);
  }
  // The classifier moves, whatever the cell.
  const logits = 'variables/decoder/logits/weights';
  expect(after.get(logits)).not.toEqual(before.get(logits));
}

/** Logits of α in which zero wins wherever `isZero` says so. */
function alphaOf(blocks: number, isZero: (edge: number) => boolean): Float32Array {
  const random = new Random(blocks);
  const alpha = Float32Array.from({ length: edgeCount(blocks) * 8 }, () => random.normal());
  for (let edge = 0; edge < edgeCount(blocks); edge++) {
    alpha[edge * 8] = isZero(edge) ? 9 : -9;
  }
  return alpha;
}

describe('retraining', () => {
  beforeAll(() => useBackend(backends[0]));

  const on = (input: number, operation: string) => ({ input, operation });
  const cells: readonly (readonly [string, Architecture['genotype']])[] = [
    ['no branch on H^{l-2}', block(on(1, 'sep_conv_3x3'), on(1, 'skip_connect'))],
    ['no branch on H^{l-1}', block(on(0, 'dil_conv_3x3'), on(0, 'max_pool_3x3'))],
    ['zero on one side', block(on(0, 'none'), on(1, 'skip_connect'))],
    ['zero kept by decode', decodeCell(alphaOf(2, (edge) => edge % 2 === 0), { blocks: 2 }, { zeroInArgmax: true }).genotype], // oxfmt-ignore
    [
      'zero dropped by decode',
      decodeCell(
        alphaOf(2, () => true),
        { blocks: 2 },
      ).genotype,
    ],
    ['an operation of the user', block(on(0, 'inverted_bottleneck'), on(0, 'avg_pool_3x3'))],
  ];
  it.each(cells)('a cell trains with %s', (_, genotype) => {
    expectTrains(whole([0, 1, 0], genotype));
  });

  it('architectures drawn at random train', () => {
    const seeds = fc.integer({ min: 0, max: 1000 });
    const property = fc.property(fc.oneof(architectures, seeds), (drawn) => {
      const shape = { layers: 3, blocks: 2, operations: FOUR };
      expectTrains(
        typeof drawn === 'number'
          ? randomArchitecture(new Random(drawn), shape)
          : whole(drawn.path.slice(0, 4), drawn.genotype),
      );
    });
    fc.assert(property, { numRuns: 3, seed: 11 });
  });
});

describe.each(backends.slice(1))('retraining on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('trains a cell without a branch on H^{l-2}', () => {
    const branch = { input: 1, operation: 'max_pool_3x3' };
    expectTrains(whole([0, 1], block(branch, branch)));
  });
});

describe('a cell of zeros only', () => {
  beforeAll(() => useBackend(backends[0]));
  const zero = block({ input: 0, operation: 'none' }, { input: 1, operation: 'none' });

  it('is refused where the image cannot reach the scores', () => {
    const build = () => retrainProgram(whole([0, 1], zero), config, 3);
    expect(build).toThrow(ConfigError);
    expect(build).toThrow(/expected a cell through which the image reaches the class scores/);
  });

  it('trains what is left where the DeepLab decoder reads the stem', () => {
    expectTrains(whole([1, 1], zero));
  });
});
