import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportGraphModel } from '../../../lib/export/graph-model/export-graph-model.js';
import type { ExportSource } from '../../../lib/export/export-options.js';
import { backends, useBackend } from '../../helpers/backends.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { graphModelIn, runGraphModel } from '../load-graph-model.js';
import { CLASSES, expected, expectSame, madeNetwork, type Expected } from '../made-network.js';

const folder = temporaryFolder();
const size = { height: 33, width: 65 };

/** A network that gives for every pixel the same scores but for rounding, by the converter of tfjs. */
async function run(model: string, { images, height, width }: Expected) {
  const loaded = await graphModelIn(model);
  try {
    return runGraphModel(loaded, images, [height, width]);
  } finally {
    loaded.dispose();
  }
}

describe.each(backends)('a GraphModel, read by tfjs on %s', (backend) => {
  let source: ExportSource;
  let wanted: Expected;
  const model = path.join(folder, `${backend}-model`);

  beforeAll(async () => {
    await useBackend(backend);
    source = madeNetwork();
    wanted = await expected(source, size, 2);
    const before = tf.memory().numTensors;
    await exportGraphModel(source, model, { size, batchSize: 2 });
    expect(tf.memory().numTensors).toBe(before);
  });

  afterAll(() => {
    source.predictor.dispose();
  });

  it('gives the label map of the network', async () => {
    expect(new Set(wanted.labels).size).toBe(CLASSES);
    expectSame(wanted, await run(model, wanted));
  });

  it('has no batch norm, names its ends, and says what it takes', async () => {
    const loaded = await graphModelIn(model);
    expect(loaded.inputs.map(({ name, shape }) => [name, shape])).toEqual([
      ['image', [2, 33, 65, 3]],
    ]);
    expect(loaded.outputs.map(({ name }) => name)).toEqual(['logits', 'labels']);
    expect(loaded.metadata).toMatchObject({
      input: { shape: [2, 33, 65, 3], resolution: 0.5 },
      batchNorms: 'folded into the convolutions',
      dataset: 'made up',
      classes: source.classes,
      weights: 'float32',
    });
    loaded.dispose();
    const { modelTopology } = JSON.parse(readFileSync(path.join(model, 'model.json'), 'utf8')) as {
      modelTopology: { node: { op: string }[] };
    };
    const operations = new Set(modelTopology.node.map(({ op }) => op));
    expect(operations).not.toContain('FusedBatchNormV3');
    expect(operations).toContain('DepthwiseConv2dNative');
    expect(operations).toContain('_FusedConv2D');
    expect(operations).not.toContain('Conv2D');
  });

  it.each([
    ['float16', 0.6, 0.05],
    ['uint8', 0.4, 1],
  ] as const)('stores filters as %s', async (weights, share, tolerance) => {
    const stored = path.join(folder, `${backend}-${weights}`);
    await exportGraphModel(source, stored, { size, batchSize: 2, weights });
    const bytes = (name: string) =>
      readdirSync(name)
        .filter((file) => file.endsWith('.bin'))
        .reduce((sum, file) => sum + statSync(path.join(name, file)).size, 0);
    expect(bytes(stored) / bytes(model)).toBeLessThan(share);
    const { logits } = await run(stored, wanted);
    const range = wanted.logits.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const most = wanted.logits.reduce(
      (worst, value, i) => Math.max(worst, Math.abs(value - logits[i])),
      0,
    );
    expect(most / range).toBeGreaterThan(1e-6);
    expect(most / range).toBeLessThan(tolerance);
  });

  it('pads and crops images of one size as predict does, where maps do not meet', async () => {
    const odd = path.join(folder, `${backend}-odd`);
    const other = { height: 34, width: 48 };
    await exportGraphModel(source, odd, { size: other });
    const whole = await expected(source, other);
    expectSame(whole, await run(odd, whole));
  });

  it('takes images of any size, and pads and crops them itself', async () => {
    const any = path.join(folder, `${backend}-any`);
    await exportGraphModel(source, any, { size: 'any' });
    for (const other of [
      { height: 97, width: 129 },
      { height: 40, width: 31 },
      { height: 1, width: 66 },
    ]) {
      const whole = await expected(source, other);
      expectSame(whole, await run(any, whole));
    }
  });
});
