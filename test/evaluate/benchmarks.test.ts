/**
 * Whole evaluations of fixed predictions, against the code of the benchmarks: files of each dataset
 * are written, `evaluate` reads them, and the network is replaced by the predictions of the fixture.
 */
import { readFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { describeReport } from '../../lib/cli/describe-evaluation.js';
import type { Dataset } from '../../lib/dataset/dataset.js';
import type { Batch } from '../../lib/dataset/loading/batch.js';
import { openDataset } from '../../lib/dataset/open-dataset.js';
import type { MeanScore } from '../../lib/evaluate/benchmark-scores.js';
import { evaluate, type EvaluateOptions } from '../../lib/evaluate/evaluate.js';
import type { EvaluationReport } from '../../lib/evaluate/report.js';
import type { RetrainConfig } from '../../lib/retrain/options.js';
import { Predictor } from '../../lib/training/predictor.js';
import { useBackend } from '../helpers/backends.js';
import { flatRgb, png } from '../helpers/png.js';
import { temporaryFolder, writeTree } from '../helpers/temporary-folder.js';
import { writeUntrainedRun } from '../training/untrained-run.js';

interface Maps {
  height: number;
  width: number;
  /** As the files of the dataset hold them. */
  labels: number[];
  prediction: number[];
}

interface Overall {
  iou: (number | null)[];
  accuracy: (number | null)[];
  boundaryIou: (number | null)[];
  meanIou: number;
  pixelAccuracy: number;
  meanAccuracy: number;
  frequencyWeightedIou: number;
  meanBoundaryIou: number;
}

type ByName = Record<string, number | null>;

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8'));
const fixture = read('evaluation') as {
  cityscapes: { overall: Overall };
  voc: { images: Maps[]; overall: Overall; kit: { accuracies: number[]; average: number } };
  ade20k: {
    images: Maps[];
    overall: Overall;
    kit: { meanIou: number; accuracy: number; score: number };
  };
};
const { cityscapes } = read('benchmark-scores') as {
  cityscapes: {
    images: { labelIds: number[]; instanceIds: number[]; prediction: number[] }[];
    scores: Record<
      'classScores' | 'classInstScores' | 'categoryScores' | 'categoryInstScores',
      ByName
    >;
    averages: Record<string, number>;
  };
};
const streets = cityscapes.images.map((image) => ({ height: 24, width: 32, ...image }));

const folder = temporaryFolder();

beforeAll(() => useBackend('wasm'));
afterEach(() => vi.restoreAllMocks());

/** Makes the network predict what the fixture has, by the id of an image: train ids. */
function predictFixed(predictions: ReadonlyMap<string, Maps | (typeof streets)[number]>): void {
  vi.spyOn(Predictor.prototype, 'labels').mockImplementation((images) => {
    const { height, width, ids } = images as Batch;
    const labels = new Int32Array(ids.length * height * width);
    for (const [i, id] of ids.entries()) {
      const map = predictions.get(id)!;
      for (const [pixel, label] of map.prediction.entries()) {
        const [y, x] = [Math.floor(pixel / map.width), pixel % map.width];
        labels[(i * height + y) * width + x] = label;
      }
    }
    return Promise.resolve(labels);
  });
}

let runs = 0;

/** Evaluates with a network that was never trained. */
async function evaluated(
  dataset: Dataset,
  options: Partial<EvaluateOptions> = {},
  changes: Partial<RetrainConfig> = {},
): Promise<EvaluationReport> {
  const run = path.join(folder, `run ${runs++}`);
  await writeUntrainedRun(dataset, run, changes);
  const report = await evaluate({
    dataset,
    folder: run,
    withBaselines: false,
    workers: 0,
    batchSize: 1,
    ...options,
  });
  const [stored] = JSON.parse(
    await readFile(path.join(run, 'metrics.json'), 'utf8'),
  ) as EvaluationReport[];
  expect(stored).toEqual(JSON.parse(JSON.stringify(report)));
  return report;
}

function expectClose(value: number | null | undefined, expected: number | null): void {
  if (expected === null) {
    expect(value).toBeNull();
  } else {
    expect(value).toBeCloseTo(expected, 12);
  }
}

/** Compares with what numpy and OpenCV find. */
function expectOverall(report: EvaluationReport, overall: Overall): void {
  for (const [k, { iou, accuracy }] of report.classes.entries()) {
    expectClose(iou, overall.iou[k]);
    expectClose(accuracy, overall.accuracy[k]);
    expectClose(report.boundaryIou?.scores[k].iou, overall.boundaryIou[k]);
  }
  expectClose(report.meanIou, overall.meanIou);
  expectClose(report.pixelAccuracy, overall.pixelAccuracy);
  expectClose(report.meanAccuracy, overall.meanAccuracy);
  expectClose(report.frequencyWeightedIou, overall.frequencyWeightedIou);
  expectClose(report.boundaryIou!.mean, overall.meanBoundaryIou);
}

function expectNamed(score: MeanScore | undefined, expected: ByName, mean: number): void {
  expect(score).toBeDefined();
  for (const { name, iou } of score!.scores) {
    expectClose(iou, expected[name]);
  }
  expectClose(score!.mean, mean);
}

const stem = (n: number) => `bonn_00000${n}_000019`;
const GT = (n: number, map: string) => `gtFine/val/bonn/${stem(n)}_gtFine_${map}.png`;

/** The images of the fixture as files of Cityscapes. */
async function writeStreets(root: string): Promise<Dataset> {
  const files: Record<string, Uint8Array> = {};
  for (const [n, { height, width, labelIds, instanceIds }] of streets.entries()) {
    files[`leftImg8bit/val/bonn/${stem(n)}_leftImg8bit.png`] = flatRgb(width, height, [9, 9, 9]);
    files[GT(n, 'labelIds')] = png({ height, width, values: labelIds });
    files[GT(n, 'instanceIds')] = png({ height, width, values: instanceIds, depth: 16 });
  }
  predictFixed(new Map(streets.map((image, n) => [stem(n), image])));
  return openDataset('cityscapes', { root: await writeTree(path.join(folder, root), files) });
}

describe('an evaluation on Cityscapes', () => {
  it('reports what cityscapesScripts reports', async () => {
    const report = await evaluated(await writeStreets('streets'), { batchSize: 2 });
    const { scores, averages } = cityscapes;
    for (const { name, iou } of report.classes) {
      expectClose(iou, scores.classScores[name]);
    }
    expectClose(report.meanIou, averages.averageScoreClasses);
    expectNamed(report.categoryIou, scores.categoryScores, averages.averageScoreCategories);
    expectNamed(report.instanceIou, scores.classInstScores, averages.averageScoreInstClasses);
    expectNamed(
      report.categoryInstanceIou,
      scores.categoryInstScores,
      averages.averageScoreInstCategories,
    );
    expect(report.instanceIou!.scores).toHaveLength(8);
    expect(report.categoryInstanceIou!.scores.map(({ name }) => name)).toEqual([
      'human',
      'vehicle',
    ]);
    expectOverall(report, fixture.cityscapes.overall);
    expect([report.instanceNote, report.finalScore]).toEqual([undefined, undefined]);

    const text = describeReport(report);
    const shown = (value: number) => `${(100 * value).toFixed(2)} %`;
    const line = (name: string, value: number) =>
      expect(text).toMatch(new RegExp(`^${name} +${shown(value)}$`, 'm'));
    line('frequency-weighted IoU', fixture.cityscapes.overall.frequencyWeightedIou);
    line('mean class accuracy', fixture.cityscapes.overall.meanAccuracy);
    line('boundary IoU, 2 % of the diagonal', fixture.cityscapes.overall.meanBoundaryIou);
    line('IoU of categories', averages.averageScoreCategories);
    line('iIoU of classes', averages.averageScoreInstClasses);
    line('iIoU of categories', averages.averageScoreInstCategories);
    expect(text).toContain('scale 1, scored at the size they are read at');
    expect(text).not.toMatch(/NaN|undefined|null/);
  });

  it('is scored alike at the size on disk, and without contours', async () => {
    const dataset = await writeStreets('streets');
    const report = await evaluated(dataset, { scoreSize: 'original', withBoundaryIou: false });
    expectClose(report.instanceIou!.mean, cityscapes.averages.averageScoreInstClasses);
    expect(report.boundaryIou).toBeUndefined();
    expect(describeReport(report)).not.toContain('boundary');
  });

  it('leaves out things, and says why, at another size', async () => {
    const dataset = await writeStreets('streets-other');
    const half = streets.map((image) => ({ ...image, height: 12, width: 16, prediction: [0] }));
    predictFixed(new Map(half.map((image, n) => [stem(n), image])));
    const atHalf = await evaluated(dataset, {}, { resolution: 0.5 });
    expect(atHalf.instanceIou).toBeUndefined();
    expect(describeReport(atHalf)).toMatch(
      /^no instance-weighted IoU: it counts pixels of the files.*score size "original"/m,
    );
    expect(atHalf.categoryIou?.scores).toHaveLength(7);
  });

  it('says which map of things is missing', async () => {
    const root = path.join(folder, 'streets-missing');
    await writeStreets('streets-missing');
    await rm(path.join(root, GT(1, 'instanceIds')));
    const dataset = await openDataset('cityscapes', { root });
    const report = await evaluated(dataset);
    expect([report.instanceIou, report.categoryInstanceIou]).toEqual([undefined, undefined]);
    expect(report.instanceNote).toBe(
      `1 map of instances for 3 images missing, such as ${path.join(root, GT(1, 'instanceIds'))}`,
    );
  });

  it('refuses a map of things of another size or of 8 bits', async () => {
    const root = path.join(folder, 'streets-spoiled');
    const dataset = await writeStreets('streets-spoiled');
    const spoiled = path.join(root, GT(1, 'instanceIds'));
    await writeFile(spoiled, png({ height: 2, width: 3, values: [0, 0, 0, 0, 0, 0], depth: 16 }));
    await expect(evaluated(dataset)).rejects.toThrow(
      `map of instances ${spoiled}: expected 32x24 as its label map, got 3x2`,
    );
    await writeFile(spoiled, png({ height: 24, width: 32, values: streets[1].labelIds }));
    await expect(evaluated(dataset)).rejects.toThrow(
      'expected a complete 16-bit grey PNG, got one of 8 bits and colour type 0',
    );
  });
});

describe('an evaluation on PASCAL VOC', () => {
  it('reports what the development kit reports', async () => {
    const { images, overall, kit } = fixture.voc;
    const files: Record<string, string | Uint8Array> = {
      'VOC2012/ImageSets/Segmentation/val.txt': images.map((_, n) => `image${n}\n`).join(''),
    };
    for (const [n, { height, width, labels }] of images.entries()) {
      files[`VOC2012/JPEGImages/image${n}.jpg`] = flatRgb(width, height, [9, 9, 9]);
      files[`VOC2012/SegmentationClass/image${n}.png`] = png({ height, width, values: labels });
    }
    predictFixed(new Map(images.map((image, n) => [`image${n}`, image])));
    const root = await writeTree(path.join(folder, 'voc'), files);
    const report = await evaluated(await openDataset('voc', { root }));
    report.classes.forEach(({ iou }, k) => expectClose(iou, kit.accuracies[k]));
    expectClose(report.meanIou, kit.average);
    expectOverall(report, overall);
    expect([report.categoryIou, report.instanceIou, report.finalScore]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('an evaluation on ADE20K', () => {
  it('reports what the benchmark reports, where an absent class counts as 0', async () => {
    const { images, overall, kit } = fixture.ade20k;
    const files: Record<string, Uint8Array> = {};
    for (const [n, { height, width, labels }] of images.entries()) {
      files[`ADEChallengeData2016/images/validation/image${n}.jpg`] = flatRgb(width, height, [9, 9, 9]); // oxfmt-ignore
      files[`ADEChallengeData2016/annotations/validation/image${n}.png`] = png({ height, width, values: labels }); // oxfmt-ignore
    }
    const asTrainIds = images.map((image) => ({
      ...image,
      prediction: image.prediction.map((value) => value - 1),
    }));
    predictFixed(new Map(asTrainIds.map((image, n) => [`image${n}`, image])));
    const root = await writeTree(path.join(folder, 'ade'), files);
    const report = await evaluated(await openDataset('ade20k', { root }));
    expectOverall(report, overall);
    expectClose(report.pixelAccuracy, kit.accuracy);
    expect(report.finalScore?.name).toBe('mean of pixel accuracy and mIoU over all 150 classes');
    expectClose(report.finalScore!.value, kit.score);
    expect(describeReport(report)).toContain(
      `${report.finalScore!.name}  ${(100 * kit.score).toFixed(2)} %`,
    );
  });
});
