import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ConfigError, DataError } from '../../lib/errors.js';
import { declareNetwork } from '../../lib/nn/declare.js';
import { constant } from '../../lib/nn/initializers.js';
import type { Network } from '../../lib/nn/scope.js';
import { CheckpointStore } from '../../lib/run/checkpoint.js';
import { readCheckpoint, writeCheckpoint } from '../../lib/run/checkpoint-file.js';
import { writeSettings } from '../../lib/run/settings.js';
import { compile } from '../../lib/runtime/compile.js';
import {
  describeFirstWeights,
  loadFirstWeights,
  readVariables,
  type FirstWeights,
  type FirstWeightsTarget,
} from '../../lib/training/first-weights.js';
import { useBackend } from '../helpers/backends.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const folder = temporaryFolder();
const file = path.join(folder, 'other.safetensors');

/** A filter and a classifier, with one output per class. */
const networkOf =
  (filters: number, classes: number): Network =>
  (scope, x) => {
    scope.variable('filter', [filters], constant(0));
    scope.variable('classifier', [filters, classes], constant(0), { classAxis: 1 });
    return x;
  };

/** A program of such a network and the values that it has after first weights are loaded. */
async function load(
  filters: number,
  classes: number,
  { from = file, target = {} }: { from?: string; target?: FirstWeightsTarget } = {},
): Promise<{ values: Record<string, number[]>; report: FirstWeights }> {
  const { variables } = declareNetwork(networkOf(filters, classes), [1, 1, 1, 3]);
  const initial = Object.fromEntries(
    variables.map(({ name, shape }) => [`variables/${name}`, tf.zeros([...shape])]),
  );
  const program = compile(initial, {});
  try {
    const report = await loadFirstWeights(program, variables, from, target);
    const state = program.state();
    const values = Object.entries(state).map(([name, tensor]) => [name, [...tensor.dataSync()]]);
    tf.dispose(state);
    return { values: Object.fromEntries(values) as Record<string, number[]>, report };
  } finally {
    tf.dispose(initial);
    program.dispose();
  }
}

beforeAll(async () => {
  await useBackend('wasm');
  const array = (shape: number[], ...data: number[]) =>
    ({ dtype: 'float32', shape, data: Float32Array.from(data) }) as const;
  await writeCheckpoint(file, {
    step: 1,
    epoch: 0,
    metrics: {},
    extra: null,
    groups: {
      variables: {
        filter: array([2], 1, 2),
        classifier: array([2, 3], 1, 2, 3, 4, 5, 6),
        other: array([1], 9),
      },
    },
  });
});

describe('loadFirstWeights', () => {
  it('takes every variable of the same shape', async () => {
    expect((await load(2, 3)).values).toEqual({
      'variables/filter': [1, 2],
      'variables/classifier': [1, 2, 3, 4, 5, 6],
    });
  });

  it('lets variables begin again that differ in the number of classes only', async () => {
    expect((await load(2, 2)).values).toEqual({
      'variables/filter': [1, 2],
      'variables/classifier': [0, 0, 0, 0],
    });
  });

  it('refuses other shapes, also of the classifier', async () => {
    await expect(load(3, 3)).rejects.toThrow(ConfigError);
    await expect(load(3, 3)).rejects.toThrow(/initialWeights .*: expected filter \[3\], got \[2\]/);
  });

  it('says what it took and what begins again', async () => {
    const { report } = await load(2, 2);
    expect(report).toMatchObject({ taken: ['filter'], begunAgain: ['classifier'] });
    const { report: bare } = await load(2, 3, { target: { classes: ['a', 'b', 'c'] } });
    expect(describeFirstWeights(bare)).toBe(
      `initialWeights ${file}: took 2 variables (the names of its classes are not known)`,
    );
  });

  it('names every variable of another shape, and how many more there are', async () => {
    await expect(load(3, 3)).rejects.toThrow(
      /expected filter \[3\], got \[2\]; classifier \[3, 3\], got \[2, 3\]; take weights/,
    );
  });

  it('refuses a best checkpoint that is damaged, though there is a last one', async () => {
    const checkpoints = path.join(folder, 'run', 'checkpoints');
    await new CheckpointStore(checkpoints).save(await readCheckpoint(file));
    expect(Object.keys(await readVariables(path.join(folder, 'run')))).toContain('filter');
    await writeFile(path.join(checkpoints, 'best.safetensors'), 'damaged');
    await expect(readVariables(path.join(folder, 'run'))).rejects.toThrow(/best\.safetensors: /);
    expect(Object.keys(await readVariables(path.join(folder, 'run'), 'last'))).toContain('filter');
  });

  it('refuses a file that is not there', async () => {
    const { variables } = declareNetwork(networkOf(2, 3), [1, 1, 1, 3]);
    const program = compile({}, {});
    const loading = loadFirstWeights(program, variables, path.join(folder, 'none.safetensors'));
    await expect(loading).rejects.toThrow(DataError);
    program.dispose();
  });
});

describe('the classes of a run whose weights are taken', () => {
  const names = ['road', 'car', 'tree'];
  const run = path.join(folder, 'trained');
  const architecture = { path: [0, 1], genotype: { blocks: 1 } };

  beforeAll(async () => {
    const classes = names.map((name) => ({ name, color: [0, 0, 0] }));
    const config = { dataset: { classes }, architecture };
    await mkdir(run, { recursive: true });
    const manifest = await writeSettings(run, { kind: 'retrain', seed: 1, config });
    const store = new CheckpointStore(path.join(run, 'checkpoints'), { run: manifest.run });
    await store.save(await readCheckpoint(file), { isBest: true });
  });

  const sources = [run, path.join(run, 'checkpoints', 'best.safetensors')];

  it.each(sources)('are compared by name and order: %s', async (from) => {
    const classifierFor = async (classes: string[]) => {
      const { values, report } = await load(2, classes.length, { from, target: { classes } });
      const [isTaken, isZero] = [
        report.taken.includes('classifier'),
        values['variables/classifier'].every((value) => value === 0),
      ];
      expect(isTaken).toBe(!isZero);
      expect(values['variables/filter']).toEqual([1, 2]);
      return report.reason;
    };
    expect(await classifierFor(names)).toBe('');
    expect(await classifierFor(['road', 'bus', 'tree'])).toBe(
      'class 1 is "car" there and "bus" here',
    );
    expect(await classifierFor(['car', 'road', 'tree'])).toBe(
      'class 0 is "road" there and "car" here',
    );
    expect(await classifierFor(['road', 'car'])).toBe('there are 3 classes there and 2 here');
  });

  it('are named with what begins again', async () => {
    const { report } = await load(2, 3, { from: run, target: { classes: ['a', 'b', 'c'] } });
    expect(describeFirstWeights(report)).toBe(
      `initialWeights ${run}: took 1 variable; begun again: classifier ` +
        '(class 0 is "road" there and "a" here)',
    );
  });

  it('come with an architecture that must be the same', async () => {
    const facts = { architecture: { ...architecture, path: [0, 2] } };
    await expect(load(2, 3, { from: run, target: { facts } })).rejects.toThrow(
      /initialWeights .*trained: expected a run with architecture\.path\[1\] 2, got 1; take weights/,
    );
    await load(2, 3, { from: run, target: { facts: { architecture } } });
  });
});
