import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ConfigError, DataError } from '../../lib/errors.js';
import { declareNetwork } from '../../lib/nn/declare.js';
import { constant } from '../../lib/nn/initializers.js';
import type { Network } from '../../lib/nn/scope.js';
import { CheckpointStore } from '../../lib/run/checkpoint.js';
import { readCheckpoint, writeCheckpoint } from '../../lib/run/checkpoint-file.js';
import { compile } from '../../lib/runtime/compile.js';
import { loadFirstWeights, readVariables } from '../../lib/training/first-weights.js';
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
async function load(filters: number, classes: number): Promise<Record<string, number[]>> {
  const { variables } = declareNetwork(networkOf(filters, classes), [1, 1, 1, 3]);
  const initial = Object.fromEntries(
    variables.map(({ name, shape }) => [`variables/${name}`, tf.zeros([...shape])]),
  );
  const program = compile(initial, {});
  try {
    await loadFirstWeights(program, variables, file);
    const state = program.state();
    const values = Object.entries(state).map(([name, tensor]) => [name, [...tensor.dataSync()]]);
    tf.dispose(state);
    return Object.fromEntries(values) as Record<string, number[]>;
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
    expect(await load(2, 3)).toEqual({
      'variables/filter': [1, 2],
      'variables/classifier': [1, 2, 3, 4, 5, 6],
    });
  });

  it('lets variables begin again that differ in the number of classes only', async () => {
    expect(await load(2, 2)).toEqual({
      'variables/filter': [1, 2],
      'variables/classifier': [0, 0, 0, 0],
    });
  });

  it('refuses other shapes, also of the classifier', async () => {
    await expect(load(3, 3)).rejects.toThrow(ConfigError);
    await expect(load(3, 3)).rejects.toThrow(/initialWeights .*: expected filter \[3\], got \[2\]/);
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
