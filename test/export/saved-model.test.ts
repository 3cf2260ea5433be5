import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishedArchitecture } from '../../lib/architecture/published.js';
import { ConfigError, ShapeError } from '../../lib/errors.js';
import { applyNetwork } from '../../lib/nn/apply.js';
import { declareNetwork } from '../../lib/nn/declare.js';
import type { Network } from '../../lib/nn/scope.js';
import { segmentationNetwork } from '../../lib/segmentation/network.js';
import {
  checkExportSize,
  exportSavedModel,
  type ExportSource,
} from '../../lib/export/saved-model.js';
import { Predictor } from '../../lib/training/predictor.js';
import { backends, useBackend } from '../helpers/backends.js';
import { fillImage, fillVariable } from '../helpers/fill.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { findTensorflowPython } from '../helpers/tensorflow-python.js';

const folder = temporaryFolder();
const script = fileURLToPath(new URL('./saved_model.py', import.meta.url));
const python = findTensorflowPython();

const CLASSES = 5;
const size = { height: 33, width: 49 };
const BATCH = 2;
const shape: [number, number, number, number] = [BATCH, size.height, size.width, 3];
const images = fillImage('export/image', shape);

/** Shifts the classifier so that all classes have the same score on average: each then wins somewhere. */
function balance(network: Network, values: Record<string, tf.Tensor>): void {
  const bias = values['decoder/logits/bias'];
  values['decoder/logits/bias'] = tf.tidy(() => {
    const { output } = applyNetwork(network, values, tf.tensor4d(images, shape));
    return tf.sub(bias, tf.mean(output, [0, 1, 2]));
  });
  bias.dispose();
}

/** The published network, narrow, with weights like those of the fixtures. */
function source(): ExportSource {
  const network = segmentationNetwork({
    architecture: publishedArchitecture,
    filterMultiplier: 4,
    classes: CLASSES,
  });
  const { variables } = declareNetwork(network, [1, 33, 33, 3]);
  const values = Object.fromEntries(
    variables.map(({ name, shape: own }) => [name, tf.tensor(fillVariable(name, own), [...own])]),
  );
  balance(network, values);
  const predictor = new Predictor(network, values);
  tf.dispose(values);
  const classes = Array.from({ length: CLASSES }, (_, k) => ({
    name: `class ${k}`,
    color: [k, k, k] as const,
    labelValues: [k],
  }));
  return { predictor, classes, datasetName: 'made up', options: { resolution: 0.5 } };
}

/** The largest difference of two lists of one length. */
function difference(a: Float32Array, b: Float32Array): number {
  expect(b).toHaveLength(a.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}

describe.each(backends)('a network exported on %s', (backend) => {
  let exported: ExportSource;
  let labels: Int32Array;
  let logits: Float32Array;
  const model = path.join(folder, `${backend}-model`);

  beforeAll(async () => {
    await useBackend(backend);
    exported = source();
    const before = tf.memory().numTensors;
    await exportSavedModel(exported, model, { ...size, batchSize: BATCH });
    expect(tf.memory().numTensors).toBe(before);
    labels = await exported.predictor.labels({ ...size, images });
    const { network, variables } = exported.predictor;
    const scores = tf.tidy(
      () => applyNetwork(network, variables, tf.tensor4d(images, shape)).output,
    );
    logits = await scores.data<'float32'>();
    scores.dispose();
  });

  afterAll(() => {
    exported.predictor.dispose();
  });

  it('shows all classes and no pixel that rounding decides, so that label maps can be compared', () => {
    expect(new Set(labels).size).toBe(CLASSES);
    labels.forEach((_, pixel) => {
      const scores = logits.slice(pixel * CLASSES, (pixel + 1) * CLASSES).sort();
      expect(scores[CLASSES - 1] - scores[CLASSES - 2]).toBeGreaterThan(2e-5);
    });
  });

  it('says what it takes and gives', () => {
    const file = path.join(model, 'assets.extra', 'autodeeplab.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      input: { name: 'image', shape, resolution: 0.5 },
      outputs: { logits: { shape: [BATCH, 33, 49, CLASSES] }, labels: { shape: [BATCH, 33, 49] } },
      dataset: 'made up',
      classes: exported.classes,
    });
  });

  it.runIf(backend === 'tensorflow')('is loaded by tfjs-node through its signature', async () => {
    const { node } = createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu') as {
      node: { loadSavedModel(path: string): Promise<LoadedModel> };
    };
    const loaded = await node.loadSavedModel(model);
    const image = tf.tensor4d(images, shape);
    const results = loaded.predict({ image });
    expect(await results.labels.data()).toEqual(labels);
    expect(difference(logits, await results.logits.data<'float32'>())).toBeLessThan(1e-4);
    tf.dispose([image, ...Object.values(results)]);
    loaded.dispose();
  });

  it.skipIf(python === undefined)(
    'gives the same label map in plain TensorFlow (skipped without a Python that has it)',
    () => {
      const out = path.join(folder, `${backend}-results`);
      mkdirSync(out);
      const input = path.join(out, 'image.bin');
      writeFileSync(input, images);
      execFileSync(python!, [script, model, input, out], { stdio: 'pipe' });
      const read = (name: string) => new Uint8Array(readFileSync(path.join(out, name))).buffer;
      expect(JSON.parse(readFileSync(path.join(out, 'signature.json'), 'utf8'))).toMatchObject({
        inputs: { image: ['float32', ...shape] },
        outputs: {
          logits: ['float32', BATCH, 33, 49, CLASSES],
          labels: ['int32', BATCH, 33, 49],
        },
      });
      expect(new Int32Array(read('labels.bin'))).toEqual(labels);
      const scores = new Float32Array(read('logits.bin'));
      expect(difference(logits, scores)).toBeLessThan(1e-4);
    },
  );

  it('is not written over anything, nor for a size or a batch that cannot be', async () => {
    await expect(exportSavedModel(exported, model, size)).rejects.toThrow(ConfigError);
    await expect(exportSavedModel(exported, model, size)).rejects.toThrow(/new or empty folder/);
    const other = path.join(folder, `${backend}-other`);
    await expect(exportSavedModel(exported, other, { height: 0 })).rejects.toThrow(ShapeError);
    await expect(exportSavedModel(exported, other, { height: 33, batchSize: 0 })).rejects.toThrow(
      ConfigError,
    );
  });
});

interface LoadedModel {
  predict(inputs: Record<string, tf.Tensor>): Record<string, tf.Tensor>;
  dispose(): void;
}

describe('the size of an export', () => {
  it('must stay below 2 GiB', () => {
    const layer = { size: 2 ** 27 }; // 512 MiB
    expect(() => {
      checkExportSize({ a: layer, b: layer, c: layer });
    }).not.toThrow();
    expect(() => {
      checkExportSize({ a: layer, b: layer, c: layer, d: layer });
    }).toThrow(/below 2 GiB.*got 2\.00 GiB/);
  });
});
