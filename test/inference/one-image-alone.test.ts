/** An image's scores depend on that image alone, whatever they went through. */
import { createRequire } from 'node:module';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dataset, Sample } from '../../lib/dataset/dataset.js';
import { inThisThread } from '../../lib/dataset/loading/worker-pool.js';
import { readImageFile } from '../../lib/dataset/reading/image-file.js';
import { readLabelFile } from '../../lib/dataset/reading/label-file.js';
import { cropPadding } from '../../lib/dataset/reading/view.js';
import { evaluate } from '../../lib/evaluate/evaluate.js';
import { exportSavedModel } from '../../lib/export/saved-model.js';
import { predictImage } from '../../lib/inference/predict-image.js';
import { loadNetwork, type LoadedNetwork } from '../../lib/inference/load-network.js';
import { ConfusionMatrix } from '../../lib/metrics/confusion-matrix.js';
import { readHistory } from '../../lib/run/history.js';
import type { ImageBatch } from '../../lib/training/label-map.js';
import { evaluationBatches } from '../../lib/training/validation/evaluation-images.js';
import { sizeBuckets } from '../../lib/training/validation/size-buckets.js';
import { backends, useBackend } from '../helpers/backends.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { mixedDataset } from '../training/mixed-sizes.js';
import { trainTiny } from '../training/train-tiny.js';

const folder = temporaryFolder();
const trained = path.join(folder, 'trained');
const CLASSES = 3;
let dataset: Dataset;
let samples: readonly Sample[];
let network: LoadedNetwork;
/** What `predict` gives for each image, and the scores of the batch that it made for it. */
const alone: { batch: ImageBatch; labels: Uint8Array; logits: Float32Array }[] = [];

/** The largest difference, relative to the largest number. */
function difference(a: Float32Array, b: Float32Array): number {
  expect(b).toHaveLength(a.length);
  const largest = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0) / largest;
}

beforeAll(async () => {
  await useBackend(backends[0]);
  dataset = await mixedDataset(path.join(folder, 'data'));
  samples = await dataset.samples('val');
  await trainTiny(dataset, trained, { epochs: 4, filterMultiplier: 2, validationImages: null });
  network = await loadNetwork(trained, { checkpoint: 'last' });
  for (const { imageFile } of samples) {
    const { predictor } = network;
    let batch: ImageBatch | undefined;
    const watched = Object.create(predictor, {
      labels: {
        value: (given: ImageBatch) => {
          batch = given;
          return predictor.labels(given);
        },
      },
    }) as typeof predictor;
    const image = await readImageFile(imageFile);
    const labels = await predictImage({ ...network, predictor: watched }, image);
    const scores = await predictor.logits(batch!);
    const logits = cropPadding(scores, batch!, image);
    alone.push({ batch: batch!, labels: labels.data, logits });
  }
}, 300_000);

afterAll(() => {
  network.predictor.dispose();
});

describe('the scores of an image', () => {
  it('are the same whatever else is in the split, in any order and batch', async () => {
    const split = fc.record({
      chosen: fc.shuffledSubarray([...Array(8).keys()], { minLength: 1 }),
      batchSize: fc.integer({ min: 1, max: 3 }),
    });
    const property = fc.asyncProperty(split, async ({ chosen, batchSize }) => {
      const some = chosen.map((i) => samples[i]);
      const seen: number[] = [];
      for await (const { batch, indices } of evaluationBatches({
        samples: some,
        labelTable: dataset.labelTable,
        buckets: await sizeBuckets(some, 1),
        view: 'whole',
        resolution: 1,
        batchSize,
        maker: inThisThread,
      })) {
        const [labels, logits] = [
          await network.predictor.labels(batch),
          await network.predictor.logits(batch),
        ];
        const pixels = batch.height * batch.width;
        indices.forEach((index, i) => {
          const size = batch.sizes[i];
          const own = labels.subarray(i * pixels, (i + 1) * pixels);
          const ownLogits = logits.subarray(i * pixels * CLASSES, (i + 1) * pixels * CLASSES);
          const reference = alone[chosen[index]];
          expect(Uint8Array.from(cropPadding(own, batch, size))).toEqual(reference.labels);
          expect(difference(reference.logits, cropPadding(ownLogits, batch, size))).toBeLessThan(
            1e-5,
          );
          seen.push(chosen[index]);
        });
      }
      expect(seen.sort((a, b) => a - b)).toEqual([...chosen].sort((a, b) => a - b));
    });
    await fc.assert(property, { numRuns: 8, seed: 5 });
  }, 300_000);

  it('differ from one another and from those of more padding, so that the test can fail', async () => {
    const { batch, logits } = alone[0];
    const wider = new Float32Array(65 * 129 * 3);
    for (let y = 0; y < batch.height; y++) {
      const row = batch.images.subarray(y * batch.width * 3, (y + 1) * batch.width * 3);
      wider.set(row, y * 129 * 3);
    }
    const size = { height: 65, width: 129 };
    const more = await network.predictor.logits({ ...size, images: wider });
    const inside = cropPadding(more, size, { height: 40, width: 44 });
    expect(difference(logits, inside)).toBeGreaterThan(1e-3);
  });

  it.runIf(backends[0] === 'tensorflow')(
    'are those of the exported model of its size',
    async () => {
      const { node } = createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu') as {
        node: { loadSavedModel(path: string): Promise<LoadedModel> };
      };
      const { batch, labels, logits } = alone[2];
      const model = path.join(folder, 'model');
      await exportSavedModel(network, model, { size: batch });
      const loaded = await node.loadSavedModel(model);
      const image = tf.tensor4d(batch.images, [1, batch.height, batch.width, 3]);
      const results = loaded.predict({ image });
      const size = { height: 33, width: 50 };
      const scores = await results.logits.data<'float32'>();
      expect(difference(logits, cropPadding(scores, batch, size))).toBeLessThan(1e-5);
      const values = await results.labels.data<'int32'>();
      expect(Uint8Array.from(cropPadding(values, batch, size))).toEqual(labels);
      tf.dispose([image, ...Object.values(results)]);
      loaded.dispose();
    },
  );

  it('give the report of evaluate and the validation at the end of the training', async () => {
    const matrix = new ConfusionMatrix(CLASSES);
    for (const [i, { labelFile }] of samples.entries()) {
      matrix.add(alone[i].labels, (await readLabelFile(labelFile!)).data);
    }
    const reversed = {
      ...dataset,
      samples: async (split: string) => (await dataset.samples(split)).toReversed(),
    };
    const options = { folder: trained, checkpoint: 'last', workers: 0 } as const;
    const report = await evaluate({ ...options, dataset });
    const other = await evaluate({ ...options, dataset: reversed, batchSize: 3 });
    expect(report.confusion).toEqual(matrix.toJSON());
    expect(other.confusion).toEqual(matrix.toJSON());
    expect(report.padded).toEqual([
      { height: 65, width: 97, images: 2 },
      { height: 65, width: 65, images: 4 },
      { height: 33, width: 65, images: 2 },
    ]);
    const { rows } = await readHistory(path.join(trained, 'history.arrow'));
    const validated = rows.filter(({ kind }) => kind === 'evaluation').at(-1);
    expect(validated?.meanIou).toBeCloseTo(report.meanIou, 10);
  }, 120_000);
});

interface LoadedModel {
  predict(inputs: Record<string, tf.Tensor>): Record<string, tf.Tensor>;
  dispose(): void;
}
