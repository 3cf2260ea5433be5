import { createHash } from 'node:crypto';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../../lib/dataset/dataset.js';
import { readImageFile } from '../../../lib/dataset/reading/image-file.js';
import { ConfigError, DataError } from '../../../lib/errors.js';
import { evaluate } from '../../../lib/evaluate/evaluate.js';
import type { EvaluationReport } from '../../../lib/evaluate/report.js';
import { exportModel } from '../../../lib/export/model/export-model.js';
import { readJsonFile } from '../../../lib/files/json-file.js';
import { readSafetensors } from '../../../lib/files/safetensors.js';
import { loadNetwork } from '../../../lib/inference/load-network.js';
import { predict } from '../../../lib/inference/predict.js';
import type { ModelDocument } from '../../../lib/model/document.js';
import { retrain } from '../../../lib/retrain/retrain.js';
import { architectureFrom } from '../../../lib/run/architecture-source.js';
import { backends, useBackend } from '../../helpers/backends.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { TINY_ARCHITECTURE } from '../../training/tiny-architecture.js';
import { tinyDataset } from '../../training/tiny-dataset.js';
import { NARROW, TINY_CONFIG, trainTiny } from '../../training/train-tiny.js';

const folder = temporaryFolder();
const at = (...names: string[]) => path.join(folder, ...names);
const [run, plain, half] = [at('run'), at('plain'), at('half')];
let dataset: Dataset;
let report: EvaluationReport;

/** What a network predicts for the first image of the validation split. */
async function labelsOf(source: string): Promise<Uint8Array> {
  const [{ imageFile }] = await dataset.samples('val');
  const network = await loadNetwork(source);
  const { data } = await network.predict(imageFile);
  network.dispose();
  return data;
}

/** A copy of an exported network in which a file is changed. */
async function changed(name: string, change: (bytes: Buffer) => Buffer | string): Promise<string> {
  const copy = at(`changed-${name.replace('/', '-')}`);
  await rm(copy, { recursive: true, force: true });
  await cp(plain, copy, { recursive: true });
  await writeFile(path.join(copy, name), change(await readFile(path.join(copy, name))));
  return copy;
}

beforeAll(async () => {
  await useBackend(backends[0]);
  dataset = await tinyDataset(at('data'), { train: 6 });
  await trainTiny(dataset, run, { filterMultiplier: 2 });
  report = await evaluate({ dataset, folder: run, workers: 0 });
  await exportModel(run, plain, { license: 'Apache-2.0', pictures: 2 });
  await exportModel(run, half, { weights: 'float16', name: 'halves', terms: 'ours' });
}, 180_000);

describe('a network in one folder', () => {
  it('predicts what its run predicts, in float16 nearly so, and leaves no tensor', async () => {
    const before = tf.memory().numTensors;
    const expected = await labelsOf(run);
    expect(await labelsOf(plain)).toEqual(expected);
    const halves = await labelsOf(half);
    const differing = halves.filter((label, i) => label !== expected[i]).length;
    expect(differing / expected.length).toBeLessThan(0.02);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('has the weights of the run, in float16 the nearest halves', async () => {
    const { arrays } = await readSafetensors(path.join(plain, 'weights.safetensors'));
    const halves = await readSafetensors(path.join(half, 'weights.safetensors'));
    const network = await loadNetwork(run);
    const rounded = await loadNetwork(half);
    const { variables } = network.predictor;
    expect(Object.keys(arrays).sort()).toEqual(Object.keys(variables).sort());
    for (const [name, tensor] of Object.entries(variables)) {
      const values = tensor.dataSync();
      const bytes = (data: ArrayBufferView) =>
        Buffer.from(data.buffer, data.byteOffset, data.byteLength);
      expect([name, bytes(arrays[name].data).equals(bytes(values))]).toEqual([name, true]);
      expect(halves.arrays[name].dtype).toBe('float16');
      const near = rounded.predictor.variables[name].dataSync();
      const far = near.findIndex(
        (value, i) => Math.abs(value - values[i]) > Math.abs(values[i]) / 2048 + 2 ** -25,
      );
      expect([name, far]).toEqual([name, -1]);
    }
    network.dispose();
    rounded.dispose();
  });

  it('says what it is, with the checksums of its files, and no folder of this machine', async () => {
    const document = (await readJsonFile(path.join(plain, 'model.json'))) as ModelDocument;
    expect(document).toMatchObject({
      name: 'run',
      license: 'Apache-2.0',
      dataset: {
        name: 'tiny',
        classes: dataset.classes.map(({ name, color }) => ({ name, color })),
      },
      weights: { type: 'float32' },
      training: { seed: 1, options: { filterMultiplier: 2, cache: null } },
    });
    for (const [name, digest] of Object.entries(document.files)) {
      const bytes = await readFile(path.join(plain, name));
      expect([name, createHash('sha256').update(bytes).digest('hex')]).toEqual([name, digest]);
    }
    const names = await readdir(plain, { recursive: true });
    expect(names.sort()).toEqual(
      [...Object.keys(document.files), 'model.json', 'README.md', 'pictures'].sort(),
    );
    for (const name of names.filter((one) => /\.(json|md)$/.test(one))) {
      expect(await readFile(path.join(plain, name), 'utf8')).not.toContain(folder);
    }
  });

  it('has a card with the scores of the evaluation, the classes, the terms and the pictures', async () => {
    const card = await readFile(path.join(plain, 'README.md'), 'utf8');
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
    expect(card).toContain(`**mIoU ${percent(report.meanIou)}**`);
    for (const { name, iou } of report.classes) {
      expect(card).toMatch(
        new RegExp(`\\| ${name} +\\| +${iou === null ? 'absent' : percent(iou)} \\|`),
      );
    }
    expect(card).toMatch(/^---\nlicense: "Apache-2.0"\n/);
    expect(card).toContain('![label map and prediction](pictures/2.png)');
    const [{ imageFile }] = await dataset.samples('val');
    const { height, width } = await readImageFile(imageFile);
    expect(await readImageFile(path.join(plain, 'pictures/1.png'))).toMatchObject({
      height,
      width: 2 * width + 8,
    });
    expect(await readFile(path.join(half, 'README.md'), 'utf8')).toContain(
      'Terms of the training data: ours.',
    );
  });

  it('can be evaluated, predicted with and retrained from, and stays as it was', async () => {
    const before = await readFile(path.join(plain, 'metrics.json'), 'utf8');
    const again = await evaluate({ dataset, folder: plain, workers: 0 });
    expect(again.confusion).toEqual(report.confusion);
    expect(await readFile(path.join(plain, 'metrics.json'), 'utf8')).toBe(before);
    const { predictions } = await predict({
      folder: plain,
      input: at('data', 'val'),
      out: at('out'),
    });
    expect(predictions.length).toBeGreaterThan(0);
    const architecture = await architectureFrom(plain);
    expect(architecture.path).toEqual(TINY_ARCHITECTURE.path);
    const options = {
      ...NARROW,
      filterMultiplier: 2,
      crop: 33,
      steps: 1,
      epochs: null,
      validationSplit: null,
    };
    const config = { ...options, initialWeights: half, workers: 0 };
    const request = { dataset, architecture, preset: 'tiny', config } as const;
    await retrain({ ...request, folder: at('second') });
    expect(await readJsonFile(at('second', 'initial-weights.json'))).toMatchObject({
      begunAgain: [],
    });
  });

  it.each(['weights.safetensors', 'architecture.json'])(
    'is refused with a damaged %s',
    async (name) => {
      const copy = await changed(name, (bytes) => {
        bytes[bytes.length - 3] ^= 1;
        return bytes;
      });
      await expect(loadNetwork(copy)).rejects.toThrow(DataError);
      await expect(loadNetwork(copy)).rejects.toThrow(
        `${path.join(copy, name)}: expected the checksum`,
      );
    },
  );

  it.each([
    [
      'an edited class',
      (text: string) => text.replace('"dark"', '"darker"'),
      /was edited or is damaged/,
    ],
    [
      'another format',
      (text: string) => text.replace('-model"', '-other"'),
      /got format "autodeeplab-other", version 1/,
    ],
    [
      'a missing field',
      (text: string) => text.replace('"license"', '"licence"'),
      /description of a network, got/,
    ],
    ['no JSON', (text: string) => text.slice(1), /expected JSON/],
  ])('is refused with %s', async (_, change, message) => {
    const copy = await changed('model.json', (bytes) => change(bytes.toString()));
    await expect(loadNetwork(copy)).rejects.toThrow(DataError);
    await expect(loadNetwork(copy)).rejects.toThrow(message);
  });

  it('knows one checkpoint only', async () => {
    await expect(loadNetwork(plain, { checkpoint: 'last' })).rejects.toThrow(
      /expected the checkpoint that the network was exported from, 'best', got 'last'; take \{ checkpoint: 'best' \}/,
    );
  });
});

describe('exporting', () => {
  it('leaves out the scores of weights that the run had before it went on', async () => {
    const longer = at('longer');
    await cp(run, longer, { recursive: true });
    const scored = await evaluate({ dataset, folder: longer, workers: 0, checkpoint: 'last' });
    await exportModel(longer, at('before'), { checkpoint: 'last', pictures: 0 });
    const [kept, ...others] = (await readJsonFile(
      at('before', 'metrics.json'),
    )) as EvaluationReport[];
    expect([kept.weights, others]).toEqual([scored.weights, []]);
    const config = { ...TINY_CONFIG, filterMultiplier: 2, epochs: 2 };
    const request = { dataset, architecture: TINY_ARCHITECTURE, preset: 'tiny', config } as const;
    const { steps } = await retrain({ ...request, folder: longer, resume: true });
    expect(steps).toBeGreaterThan(scored.weights.step);
    const written = await exportModel(longer, at('after'), { checkpoint: 'last', pictures: 0 });
    expect(written.files).not.toContain('metrics.json');
    expect(written.remarks.join('\n')).toMatch(/no scores: evaluate the run/);
    expect(await readFile(at('after', 'README.md'), 'utf8')).toContain(
      `The weights of step ${steps} have not been evaluated`,
    );
    const { training } = (await readJsonFile(at('after', 'model.json'))) as ModelDocument;
    const { step } = scored.weights;
    expect(training.changes).toEqual([
      { afterStep: step, options: { epochs: { before: 1, now: 2 } } },
    ]);
    expect(await readFile(at('after', 'README.md'), 'utf8')).toContain(
      `Options were changed on the way, after step ${step}: epochs 1 -> 2. The command below has those`,
    );
    for (const folderOfModel of [plain, at('before')]) {
      const { training: plainly } = (await readJsonFile(
        path.join(folderOfModel, 'model.json'),
      )) as ModelDocument;
      expect(plainly.changes).toEqual([]);
      expect(await readFile(path.join(folderOfModel, 'README.md'), 'utf8')).not.toContain(
        'were changed',
      );
    }
    const again = await evaluate({ dataset, folder: longer, workers: 0, checkpoint: 'last' });
    expect(again.weights.step).toBe(steps);
    expect(again.weights.digest).not.toBe(scored.weights.digest);
    await exportModel(longer, at('again'), { checkpoint: 'last', pictures: 0 });
    expect(await readJsonFile(at('again', 'metrics.json'))).toMatchObject([
      { weights: { step: steps } },
    ]);
  });

  it('says what is missing', async () => {
    const other = at('unscored');
    await trainTiny(dataset, other, { filterMultiplier: 1 });
    const { remarks } = await exportModel(other, at('bare'), { pictures: 0 });
    expect(remarks.join('\n')).toMatch(/no scores: .*\n.*no pictures: .*\n.*no licence: /);
    expect(await readFile(at('bare', 'README.md'), 'utf8')).toMatch(/have not been evaluated/);
  });

  it('refuses a folder that holds anything, and wrong numbers, and leaves nothing', async () => {
    await expect(exportModel(run, plain)).rejects.toThrow(/new or empty folder/);
    await expect(exportModel(plain, at('none'))).rejects.toThrow(
      /got an exported network; copy that/,
    );
    await expect(exportModel(run, at('none'), { pictures: -1 })).rejects.toThrow(ConfigError);
    await expect(exportModel(run, at('none'), { weights: 'int8' as never })).rejects.toThrow(
      'export weights: expected float32 or float16, got int8',
    );
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(exportModel(run, at('none'), { signal })).rejects.toThrow('stopped');
    expect(await readdir(folder)).not.toContain('none');
  });
});
