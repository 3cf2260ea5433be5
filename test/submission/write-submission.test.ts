/** Files for the servers: written from what a network predicts, and read by the rules of the servers. */
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { decode } from 'fast-png';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openPromise } from 'yauzl';
import { describeSubmission } from '../../lib/cli/submission.js';
import { IGNORE_LABEL, type Dataset } from '../../lib/dataset/dataset.js';
import { openDataset } from '../../lib/dataset/open-dataset.js';
import { readTrainIds } from '../../lib/dataset/reading/label-file.js';
import { ConfigError } from '../../lib/errors.js';
import { writeSample } from '../../lib/sample/write-sample.js';
import { checkSubmission } from '../../lib/submission/check-submission.js';
import { writeSubmission } from '../../lib/submission/write-submission.js';
import { Predictor } from '../../lib/training/predictor.js';
import { useBackend } from '../helpers/backends.js';
import { temporaryFolder, writeTree } from '../helpers/temporary-folder.js';
import { tinyDataset } from '../training/tiny-dataset.js';
import { writeUntrainedRun } from '../training/untrained-run.js';

const LAYOUTS = ['cityscapes', 'voc', 'ade20k'] as const;
type Layout = (typeof LAYOUTS)[number];

const folder = temporaryFolder();
const at = (...names: string[]) => path.join(folder, ...names);
const size = { height: 32, width: 48 };
const datasets = {} as Record<Layout, Dataset>;

beforeAll(async () => {
  await useBackend('wasm');
  for (const layout of LAYOUTS) {
    const root = at(layout);
    await writeSample({ root, layout, counts: { train: 1, val: 3, test: 2 }, ...size });
    datasets[layout] = await openDataset(layout, { root });
    await writeUntrainedRun(datasets[layout], at(`${layout}-run`));
  }
}, 60_000);
afterEach(() => vi.restoreAllMocks());

/** Makes the network predict the label maps of a dataset, in turn; 0 where there is none. */
async function predictTruth(dataset: Dataset, split = 'val') {
  const maps: Uint8Array[] = [];
  for (const { labelFile } of await dataset.samples(split)) {
    maps.push(labelFile ? (await readTrainIds(labelFile, dataset.labelTable)).data : new Uint8Array(size.height * size.width)); // oxfmt-ignore
  }
  let next = 0;
  return vi.spyOn(Predictor.prototype, 'labels').mockImplementation(({ height, width }) => {
    const padded = new Int32Array(height * width);
    maps[next++].forEach((label, i) => {
      const [y, x] = [Math.floor(i / size.width), i % size.width];
      padded[y * width + x] = label === IGNORE_LABEL ? 0 : label;
    });
    return Promise.resolve(padded);
  });
}

const optionsFor = (layout: Layout, out: string) => ({
  dataset: datasets[layout],
  folder: at(`${layout}-run`),
  out: at(out),
  split: 'val',
});

/** Whether a pixel counts, by the values of the label maps as they are stored. */
const COUNTS: Record<Layout, (label: number) => boolean> = {
  cityscapes: (id) => [7, 8, 11, 12, 13, 17, ...[19, 20, 21, 22, 23, 24, 25, 26, 27, 28], 31, 32, 33].includes(id), // oxfmt-ignore
  voc: (label) => label < 255,
  ade20k: (label) => label > 0,
};

const NAMES: Record<Layout, (id: string) => string> = {
  cityscapes: (id) => `${id}.png`,
  voc: (id) => `results/VOC2012/Segmentation/comp6_val_cls/${id}.png`,
  ade20k: (id) => `${id}.png`,
};

/** The files of an archive, read without the library. */
async function unpacked(archive: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  if (archive.endsWith('.tgz')) {
    const target = `${archive} unpacked`;
    await mkdir(target);
    execFileSync('tar', ['-xzf', archive, '-C', target]);
    for (const entry of await readdir(target, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) {
        const file = path.join(entry.parentPath, entry.name);
        files.set(path.relative(target, file), await readFile(file));
      }
    }
    return files;
  }
  const zip = await openPromise(archive, { autoClose: false });
  for await (const entry of zip.eachEntry()) {
    const pieces: Buffer[] = [];
    for await (const piece of await zip.openReadStreamPromise(entry)) {
      pieces.push(piece as Buffer);
    }
    files.set(entry.fileName, Buffer.concat(pieces));
  }
  zip.close();
  return files;
}

describe.each(LAYOUTS)('the files for the server of %s', (layout) => {
  it('score 100 % where the network predicts the label maps', async () => {
    const dataset = datasets[layout];
    await predictTruth(dataset);
    const written = await writeSubmission(optionsFor(layout, `${layout}-good`));
    expect(written).toMatchObject({ images: 3, kept: 0 });
    expect(written.archive).toBe(at(`${layout}-good.${layout === 'voc' ? 'tgz' : 'zip'}`));
    expect(written.bytes).toBe((await stat(written.archive)).size);
    const files = await unpacked(written.archive);
    const samples = await dataset.samples('val');
    expect([...files.keys()].sort()).toEqual(samples.map(({ id }) => NAMES[layout](id)).sort());
    for (const { id, labelFile } of samples) {
      const predicted = decode(files.get(NAMES[layout](id))!);
      const truth = decode(await readFile(labelFile!));
      expect(predicted).toMatchObject({ ...size, channels: 1, depth: 8 });
      expect(predicted.palette?.[15]).toEqual(layout === 'voc' ? [192, 128, 128] : undefined);
      const counted = [...truth.data.keys()].filter((i) => COUNTS[layout](truth.data[i]));
      expect(counted.length).toBeGreaterThan(size.height * size.width * 0.5);
      expect(counted.filter((i) => predicted.data[i] !== truth.data[i])).toEqual([]);
    }
    for (const given of [written.archive, at(`${layout}-good`)]) {
      const check = await checkSubmission({ path: given, dataset, split: 'val' });
      expect(check).toMatchObject({ isGood: true, images: 3, files: 3, problems: [] });
      expect(describeSubmission(check)).toMatch(/^3 files for 3 images: as the evaluation server/);
    }
  });
});

describe('writeSubmission', () => {
  it('is resumed, never mixed with those of another network or other settings', async () => {
    const dataset = datasets.voc;
    const options = optionsFor('voc', 'resumed');
    const labels = await predictTruth(dataset);
    const stop = new AbortController();
    const stopped = writeSubmission({
      ...options,
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
    const names = (await dataset.samples('val')).map(({ id }) => NAMES.voc(id));
    const first = path.join(options.out, names[0]);
    const before = await stat(first);
    await expect(stat(`${options.out}.tgz`)).rejects.toThrow();

    await expect(writeSubmission({ ...options, flip: true })).rejects.toThrow(
      `expected files of the same network, images and settings to resume, got others in ${options.out}.json: ` +
        'flip true, not false; choose another folder',
    );
    expect(labels).toHaveBeenCalledTimes(1);
    const second = path.join(options.out, names[1]);
    await writeFile(second, (await readFile(first)).subarray(0, 60)); // cut off
    expect(await writeSubmission(options)).toMatchObject({ images: 3, kept: 1 });
    expect((await stat(first)).mtimeMs).toBe(before.mtimeMs);
    expect(labels).toHaveBeenCalledTimes(3);
    const [good, again] = [at('voc-good'), at('resumed')];
    for (const name of names) {
      expect(await readFile(path.join(again, name))).toEqual(await readFile(path.join(good, name)));
    }
  });

  it('refuses a part of the test split, unless it is asked for', async () => {
    const labels = await predictTruth(datasets.cityscapes, 'test');
    const options = { ...optionsFor('cityscapes', 'part'), split: undefined };
    await expect(writeSubmission(options)).rejects.toThrow(
      /expected the 1525 images of the split test, .* got 2 in .*; add the others, or write files that no server takes with \{ part: true \}/,
    );
    expect(labels).not.toHaveBeenCalled();
    expect(await writeSubmission({ ...options, part: true })).toMatchObject({ images: 2 });
  });

  it('refuses a network of other classes, and a dataset or split without server', async () => {
    const tiny = await tinyDataset(at('tiny'), { val: 1 });
    const run = at('tiny-run');
    await writeUntrainedRun(tiny, run);
    const options = optionsFor('voc', 'refused');
    await expect(writeSubmission({ ...options, folder: run })).rejects.toThrow(
      /expected a network for the 21 classes of the evaluation server of PASCAL VOC, got .*tiny-run with 3 of tiny: class 0 is "dark", not "background"/,
    );
    await expect(writeSubmission({ ...options, dataset: tiny, folder: run })).rejects.toThrow(
      /expected a dataset with an evaluation server \(cityscapes, voc, ade20k.*\), got one of the kind folder/,
    );
    const without = { ...datasets.voc, splits: ['train', 'val'] };
    await expect(writeSubmission({ ...options, dataset: without, split: 'test' })).rejects.toThrow(
      /expected a split out of train, val of voc-sample, got "test"; add the images/,
    );
    await expect(stat(options.out)).rejects.toThrow();
  });

  it('writes label ids where the dataset was opened by train ids', async () => {
    const root = at('cityscapes');
    const dataset = await openDataset('cityscapes', { root, labels: 'labelTrainIds' });
    const folderOfRun = at('train-id-run');
    await writeUntrainedRun(dataset, folderOfRun);
    await predictTruth(dataset);
    const out = at('by-train-ids');
    await writeSubmission({ dataset, folder: folderOfRun, out, split: 'val' });
    const [{ id }] = await dataset.samples('val');
    expect(await readFile(path.join(out, `${id}.png`))).toEqual(
      await readFile(at('cityscapes-good', `${id}.png`)),
    );
  });

  it('never replaces files of others', async () => {
    const options = optionsFor('ade20k', 'others');
    await writeTree(options.out, { 'notes.txt': 'mine' });
    await expect(writeSubmission(options)).rejects.toThrow(ConfigError);
    await expect(writeSubmission(options)).rejects.toThrow('expected a new or empty folder');
    expect(await readFile(path.join(options.out, 'notes.txt'), 'utf8')).toBe('mine');
  });

  it.each(['ade20k .json', 'ade20k .zip', 'voc .tgz'])(
    'never replaces a file of another program beside its folder: %s',
    async (name) => {
      const [layout, ending] = name.split(' ') as [Layout, string];
      const labels = await predictTruth(datasets[layout]);
      const options = optionsFor(layout, `beside-${layout}-${ending}`);
      const file = options.out + ending;
      const mine = '{"learningRate": 0.1}';
      await writeFile(file, mine);
      await expect(writeSubmission(options)).rejects.toThrow(ConfigError);
      await expect(writeSubmission(options)).rejects.toThrow(
        `got ${file} of another program; choose another folder, or move that file`,
      );
      expect(await readFile(file, 'utf8')).toBe(mine);
      await expect(stat(options.out)).rejects.toThrow();
      expect(labels).not.toHaveBeenCalled();
    },
  );

  it('keeps no label map of another image of the same name', async () => {
    const layout = 'ade20k';
    const [one, two] = [at('images-one'), at('images-two')];
    for (const [root, seed] of [
      [one, 1],
      [two, 2],
    ] as const) {
      await writeSample({ root, layout, counts: { train: 1, val: 3, test: 2 }, seed, ...size });
    }
    const options = optionsFor(layout, 'other-images');
    const open = (root: string) => openDataset(layout, { root, name: 'scenes' });
    await predictTruth(datasets[layout]);
    const first = await open(one);
    await writeSubmission({ ...options, dataset: first });
    const dataset = await open(two);
    const ids = async (from: Dataset) => (await from.samples('val')).map(({ id }) => id);
    expect(await ids(dataset)).toEqual(await ids(first));
    const before = await readFile(`${options.out}.zip`);
    await expect(writeSubmission({ ...options, dataset })).rejects.toThrow(
      /expected files of the same network, images and settings .*: images "[0-9a-f]+", not "[0-9a-f]+"; choose another folder/,
    );
    expect(await readFile(`${options.out}.zip`)).toEqual(before);
  });

  it('makes its own archive anew', async () => {
    await predictTruth(datasets.ade20k);
    const options = optionsFor('ade20k', 'twice');
    const { archive } = await writeSubmission(options);
    const before = await readFile(archive);
    await writeFile(archive, '');
    expect(await writeSubmission(options)).toMatchObject({ images: 3, kept: 3 });
    expect(await readFile(archive)).toEqual(before);
  });
});
