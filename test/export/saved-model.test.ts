import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError, ShapeError } from '../../lib/errors.js';
import type { ExportSource } from '../../lib/export/export-options.js';
import { exportSavedModel } from '../../lib/export/saved-model.js';
import { checkExportSize } from '../../lib/export/traced-network.js';
import { backends, useBackend } from '../helpers/backends.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { findPython } from '../helpers/find-python.js';
import { CLASSES, expected, expectSame, madeNetwork, type Expected } from './made-network.js';

const folder = temporaryFolder();
const script = fileURLToPath(new URL('./saved_model.py', import.meta.url));
const python = findPython('tensorflow');

const size = { height: 33, width: 49 };
const BATCH = 2;
const shape: [number, number, number, number] = [BATCH, size.height, size.width, 3];

/** What plain TensorFlow makes of images. */
function inPython(model: string, { batch, height, width, images }: Expected) {
  const out = mkdtempSync(path.join(folder, 'results-'));
  const input = path.join(out, 'image.bin');
  writeFileSync(input, images);
  const size = [batch, height, width].map(String);
  execFileSync(python!, [script, model, input, out, ...size], { stdio: 'pipe' });
  const read = (name: string) => new Uint8Array(readFileSync(path.join(out, name))).buffer;
  return {
    signature: JSON.parse(readFileSync(path.join(out, 'signature.json'), 'utf8')) as unknown,
    labels: new Int32Array(read('labels.bin')),
    logits: new Float32Array(read('logits.bin')),
  };
}

describe.each(backends)('a network exported on %s', (backend) => {
  let exported: ExportSource;
  let wanted: Expected;
  const model = path.join(folder, `${backend}-model`);

  beforeAll(async () => {
    await useBackend(backend);
    exported = madeNetwork();
    wanted = await expected(exported, size, BATCH);
    const before = tf.memory().numTensors;
    await exportSavedModel(exported, model, { size, batchSize: BATCH });
    expect(tf.memory().numTensors).toBe(before);
  });

  afterAll(() => {
    exported.predictor.dispose();
  });

  it('shows all classes, so that label maps can be compared', () => {
    expect(new Set(wanted.labels).size).toBe(CLASSES);
  });

  it('says what it takes and gives', () => {
    const file = path.join(model, 'assets.extra', 'autodeeplab.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      input: { name: 'image', shape, resolution: 0.5 },
      outputs: { logits: { shape: [BATCH, 33, 49, CLASSES] }, labels: { shape: [BATCH, 33, 49] } },
      dataset: 'made up',
      batchNorms: 'folded into the convolutions',
      classes: exported.classes,
    });
  });

  it.runIf(backend === 'tensorflow')('is loaded by tfjs-node through its signature', async () => {
    const { node } = createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu') as {
      node: { loadSavedModel(path: string): Promise<LoadedModel> };
    };
    const loaded = await node.loadSavedModel(model);
    const image = tf.tensor4d(wanted.images, shape);
    const results = loaded.predict({ image });
    expectSame(wanted, {
      labels: await results.labels.data<'int32'>(),
      logits: await results.logits.data<'float32'>(),
    });
    tf.dispose([image, ...Object.values(results)]);
    loaded.dispose();
  });

  it.skipIf(python === undefined)(
    'gives the same label map in plain TensorFlow (skipped without a Python that has it)',
    () => {
      const { signature, ...got } = inPython(model, wanted);
      expect(signature).toMatchObject({
        inputs: { image: ['float32', ...shape] },
        outputs: {
          logits: ['float32', BATCH, 33, 49, CLASSES],
          labels: ['int32', BATCH, 33, 49],
        },
      });
      expectSame(wanted, got);
    },
  );

  it.skipIf(python === undefined)(
    'takes images of any size in plain TensorFlow (skipped without a Python that has it)',
    async () => {
      const any = path.join(folder, `${backend}-any`);
      await exportSavedModel(exported, any, { size: 'any' });
      for (const other of [
        { height: 97, width: 129 },
        { height: 40, width: 31 },
      ]) {
        const whole = await expected(exported, other);
        expectSame(whole, inPython(any, whole));
      }
    },
  );

  it('is of one size if its image pooling depends on it', async () => {
    const cropped = { ...exported, options: { resolution: 1, imagePooling: 'crop' } as const };
    const other = path.join(folder, `${backend}-crop`);
    await expect(exportSavedModel(cropped, other, { size: 'any' })).rejects.toThrow(
      /size any: expected an image pooling over the whole map.*export it for one size/,
    );
  });

  it('is not written over anything, nor for a size or a batch that cannot be', async () => {
    await expect(exportSavedModel(exported, model, { size })).rejects.toThrow(ConfigError);
    await expect(exportSavedModel(exported, model, { size })).rejects.toThrow(
      /new or empty folder/,
    );
    const other = path.join(folder, `${backend}-other`);
    await expect(exportSavedModel(exported, other, { size: 0 })).rejects.toThrow(ShapeError);
    await expect(exportSavedModel(exported, other, { size: 0 })).rejects.toThrow('33 × 33');
    await expect(exportSavedModel(exported, other, { size: 33, batchSize: 0 })).rejects.toThrow(
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
