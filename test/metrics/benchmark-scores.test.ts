import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  CITYSCAPES_CATEGORIES,
  CITYSCAPES_INSTANCE_CLASSES,
} from '../../lib/dataset/cityscapes/categories.js';
import { cityscapesClasses, cityscapesIgnored } from '../../lib/dataset/cityscapes/classes.js';
import { labelTable } from '../../lib/dataset/dataset.js';
import { ConfigError, ShapeError } from '../../lib/errors.js';
import { BoundaryIou } from '../../lib/metrics/boundary-iou.js';
import { ConfusionMatrix } from '../../lib/metrics/confusion-matrix.js';
import { InstanceIou } from '../../lib/metrics/instance-iou.js';
import { scores } from '../../lib/metrics/scores.js';

type ScoresByName = Record<string, number | null>;

interface BoundaryCase {
  classes: number;
  width: number;
  images: { height: number; width: number; labels: number[]; prediction: number[] }[];
  iou: (number | null)[];
}

const fixture = JSON.parse(
  readFileSync(new URL('../fixtures/benchmark-scores.json', import.meta.url), 'utf8'),
) as {
  cityscapes: {
    images: { labelIds: number[]; instanceIds: number[]; prediction: number[] }[];
    scores: Record<
      'classScores' | 'classInstScores' | 'categoryScores' | 'categoryInstScores',
      ScoresByName
    >;
  };
  boundary: BoundaryCase[];
};

/** Compares with a number of the fixture; null stands for NaN there. */
function expectClose(value: number, expected: number | null): void {
  if (expected === null) {
    expect(value).toBeNaN();
  } else {
    expect(value).toBeCloseTo(expected, 12);
  }
}

describe('the scores of cityscapesScripts', () => {
  const classes = cityscapesClasses('labelIds');
  const { trainIds } = labelTable(classes, cityscapesIgnored('labelIds'));
  const matrix = new ConfusionMatrix(classes.length);
  const instances = new InstanceIou(CITYSCAPES_INSTANCE_CLASSES);
  for (const image of fixture.cityscapes.images) {
    const prediction = Uint8Array.from(image.prediction);
    const labels = Uint8Array.from(image.labelIds, (id) => trainIds[id]);
    matrix.add(prediction, labels);
    instances.add(prediction, Uint16Array.from(image.instanceIds));
  }
  const expected = fixture.cityscapes.scores;

  it('gives the IoU of each class', () => {
    const { iou } = scores(matrix);
    classes.forEach(({ name }, k) => expectClose(iou[k], expected.classScores[name]));
  });

  it('gives the IoU of each category', () => {
    const groups = classes.map(({ trainId }) =>
      CITYSCAPES_CATEGORIES.findIndex((category) => category.classes.includes(trainId)),
    );
    const { iou } = scores(matrix.grouped(groups));
    CITYSCAPES_CATEGORIES.forEach(({ name }, k) =>
      expectClose(iou[k], expected.categoryScores[name]),
    );
  });

  it('gives the instance-weighted IoU of each class and category', () => {
    for (const { name, trainId } of classes) {
      expectClose(instances.classIou(matrix, trainId), expected.classInstScores[name]);
    }
    for (const category of CITYSCAPES_CATEGORIES) {
      expectClose(
        instances.categoryIou(matrix, category.classes),
        expected.categoryInstScores[category.name],
      );
    }
  });

  it('refuses an instance map of another size', () => {
    expect(() => instances.add(Uint8Array.of(1), Uint16Array.of(1, 2))).toThrow(ShapeError);
  });
});

describe('BoundaryIou', () => {
  it.each(fixture.boundary)('equals erosion by OpenCV, width $width', (given) => {
    const boundary = new BoundaryIou(given.classes, given.width);
    for (const { height, width, labels, prediction } of given.images) {
      boundary.add(Uint8Array.from(prediction), Uint8Array.from(labels), { height, width });
    }
    boundary.iou().forEach((value, k) => expectClose(value, given.iou[k]));
  });

  it('counts a contour only, by hand', () => {
    // Seven pixels of class 0 beside seven of class 1; bands of one pixel: the ends and the middle.
    const labels = Uint8Array.from({ length: 9 * 14 }, (_, i) => Number(i % 14 > 6));
    const prediction = labels.map((label, i) => (i === 4 * 14 + 3 ? 1 : label));
    const boundary = new BoundaryIou(2, 0.05);
    boundary.add(prediction, labels, { height: 9, width: 14 });
    // The band of a 9 x 7 mask has 63 - 35 = 28 pixels; the wrong pixel makes a band of its own and
    // takes its eight neighbours into the band of the prediction of class 0.
    expect(boundary.iou()).toEqual([28 / 36, 28 / 29]);
  });

  it('refuses sizes and numbers that do not fit', () => {
    expect(() => new BoundaryIou(0)).toThrow(ConfigError);
    expect(() => new BoundaryIou(2, 0)).toThrow(ConfigError);
    const boundary = new BoundaryIou(2);
    const map = Uint8Array.of(0, 1);
    expect(() => boundary.add(map, map, { height: 2, width: 2 })).toThrow(ShapeError);
  });
});

describe('ConfusionMatrix.grouped', () => {
  it('refuses groups that do not fit', () => {
    expect(() => new ConfusionMatrix(3).grouped([0, 1])).toThrow(ShapeError);
  });
});
