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
import { Random } from '../../lib/random.js';

type ScoresByName = Record<string, number | null>;

interface BoundaryImage {
  height: number;
  width: number;
  labels: number[];
  prediction: number[];
}

interface BoundaryCase {
  classes: number;
  width: number;
  images: BoundaryImage[];
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
  const expected = fixture.cityscapes.scores;

  function count(): { matrix: ConfusionMatrix; instances: InstanceIou } {
    const { trainIds } = labelTable(classes, cityscapesIgnored('labelIds'));
    const matrix = new ConfusionMatrix(classes.length);
    const instances = new InstanceIou(CITYSCAPES_INSTANCE_CLASSES);
    for (const image of fixture.cityscapes.images) {
      const prediction = Uint8Array.from(image.prediction);
      const labels = Uint8Array.from(image.labelIds, (id) => trainIds[id]);
      matrix.add(prediction, labels);
      instances.add(prediction, Uint16Array.from(image.instanceIds));
    }
    return { matrix, instances };
  }

  it('gives the IoU of each class', () => {
    const { iou } = scores(count().matrix);
    classes.forEach(({ name }, k) => expectClose(iou[k], expected.classScores[name]));
  });

  it('gives the IoU of each category', () => {
    const groups = classes.map(({ trainId }) =>
      CITYSCAPES_CATEGORIES.findIndex((category) => category.classes.includes(trainId)),
    );
    const { iou } = scores(count().matrix.grouped(groups));
    CITYSCAPES_CATEGORIES.forEach(({ name }, k) =>
      expectClose(iou[k], expected.categoryScores[name]),
    );
  });

  it('gives the instance-weighted IoU of each class and category', () => {
    const { matrix, instances } = count();
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
});

describe('InstanceIou', () => {
  const plain = () => new ConfusionMatrix(3);

  it('weighs every thing alike, by hand', () => {
    // Class 1: things of 1 and 3 pixels, of 6 on average; class 2 has no category that is scored.
    const instances = new InstanceIou([
      { trainId: 1, id: 24, averageSize: 6, category: [0, 1] },
      { trainId: 2, id: 25, averageSize: 4, category: undefined },
    ]);
    const map = Uint16Array.of(24001, 24002, 24002, 24002, 25000, 25000, 7, 26001);
    instances.add(Uint8Array.of(1, 1, 0, 2, 2, 0, 1, 1), map);
    expect(instances.classIou(plain(), 1)).toBeCloseTo((6 + 2) / 12, 12);
    expect(instances.classIou(plain(), 2)).toBeCloseTo(2 / 4, 12);
    expect(instances.categoryIou(plain(), [0, 1])).toBeCloseTo((6 + 4) / 12, 12);
    expect(instances.categoryIou(plain(), [2])).toBeNaN();
    expect(instances.classIou(plain(), 0)).toBeNaN();
  });

  it('counts the things of all classes of a category, and over all images', () => {
    const instances = new InstanceIou([
      { trainId: 0, id: 24, averageSize: 2, category: [0, 1] },
      { trainId: 1, id: 25, averageSize: 6, category: [0, 1] },
    ]);
    instances.add(Uint8Array.of(1, 2), Uint16Array.of(24000, 24000));
    instances.add(Uint8Array.of(1), Uint16Array.of(25000));
    expect(instances.categoryIou(plain(), [0, 1])).toBeCloseTo((1 + 6) / (2 + 6), 12);
    // Three plain pixels of class 2 that are predicted as 0 or 1, and two that are not.
    const matrix = new ConfusionMatrix(3);
    matrix.add(Uint8Array.of(0, 1, 0, 2, 2, 1), Uint8Array.of(2, 2, 2, 2, 2, 0));
    expect(instances.categoryIou(matrix, [0, 1])).toBeCloseTo(7 / (8 + 3), 12);
    // Of class 1 the false positives are those of class 0 as well.
    expect(instances.classIou(matrix, 1)).toBeCloseTo(6 / (6 + 2), 12);
  });

  it('refuses an instance map of another size', () => {
    const add = () => new InstanceIou([]).add(Uint8Array.of(1), Uint16Array.of(1, 2));
    expect(add).toThrow(ShapeError);
    expect(add).toThrow('InstanceIou: expected a prediction for each of 2 pixels, got 1');
  });
});

/**
 * Boundary IoU by its definition, pixel by pixel: a pixel is of the band unless the square of 2 d + 1
 * pixels around it lies in the image and has one label.
 */
function boundaryByDefinition(
  { prediction, labels, height, width }: BoundaryImage,
  classes: number,
  d: number,
  ignore: number,
): number[] {
  const seen = prediction.map((value, i) => (labels[i] === ignore ? ignore : value));
  const isOfBand = (map: readonly number[], y: number, x: number) =>
    Array.from({ length: (2 * d + 1) ** 2 }, (_, k) => {
      const row = y - d + Math.floor(k / (2 * d + 1));
      const column = x - d + (k % (2 * d + 1));
      const isInside = row >= 0 && row < height && column >= 0 && column < width;
      return isInside && map[row * width + column] === map[y * width + x];
    }).includes(false);
  return Array.from({ length: classes }, (_, k) => {
    const bands = [labels, seen].map((map) =>
      map.map(
        (value, i) =>
          value === k && k !== ignore && isOfBand(map, Math.floor(i / width), i % width),
      ),
    );
    const both = labels.filter((_label, i) => bands[0][i] && bands[1][i]).length;
    return both / labels.filter((_label, i) => bands[0][i] || bands[1][i]).length;
  });
}

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

  it.each([255, 0])('equals its definition, pixel by pixel, without label %d', (ignore) => {
    const random = new Random(3);
    for (let run = 0; run < 20; run++) {
      const [height, width] = [9, 11];
      // Blocks of 3 x 3 pixels, some of whose pixels are wrong in the prediction.
      const blocks = Array.from({ length: 16 }, () => [0, 0, 1, 2, ignore][random.integer(5)]);
      const labels = Array.from(
        { length: height * width },
        (_, i) => blocks[Math.floor(i / (3 * width)) * 4 + Math.floor((i % width) / 3)],
      );
      const prediction = labels.map((label) =>
        random.uniform() < 0.1 || label === ignore ? random.integer(3) : label,
      );
      // 0.1 and 0.14 of the diagonal of 14.2 pixels are 1 and 2 pixels.
      for (const [share, d] of [
        [0.1, 1],
        [0.14, 2],
      ]) {
        const boundary = new BoundaryIou(3, share);
        const size = { height, width };
        boundary.add(Uint8Array.from(prediction), Uint8Array.from(labels), size, ignore);
        const image = { height, width, labels, prediction };
        const expected = boundaryByDefinition(image, 3, d, ignore);
        boundary.iou().forEach((value, k) => {
          if (k !== ignore) {
            expectClose(value, Number.isNaN(expected[k]) ? null : expected[k]);
          }
        });
      }
    }
  });

  it('takes one class, and refuses numbers that do not fit', () => {
    const labels = Uint8Array.of(0, 0);
    const boundary = new BoundaryIou(1);
    boundary.add(labels, labels, { height: 1, width: 2 });
    expect(boundary.iou()).toEqual([1]);
    for (const [classes, width] of [
      [0, 0.1],
      [1.5, 0.1],
      [2, 0],
      [2, 1],
      [2, NaN],
    ]) {
      expect(() => new BoundaryIou(classes, width)).toThrow(ConfigError);
      expect(() => new BoundaryIou(classes, width)).toThrow(
        'BoundaryIou: expected a number of classes from 1 and a width above 0 and below 1, ' +
          `got ${classes} and ${width}`,
      );
    }
  });

  it('refuses maps of another size, the prediction and the labels alike', () => {
    const boundary = new BoundaryIou(2);
    const [two, four] = [Uint8Array.of(0, 1), Uint8Array.of(0, 1, 0, 1)];
    const size = { height: 2, width: 2 };
    expect(() => boundary.add(two, four, size)).toThrow(ShapeError);
    expect(() => boundary.add(two, four, size)).toThrow(
      'BoundaryIou: expected 2 x 2 predictions and labels, got 2 and 4',
    );
    expect(() => boundary.add(four, two, size)).toThrow('got 4 and 2');
  });
});

describe('ConfusionMatrix.grouped', () => {
  it('adds up the counts of the classes of a group, by hand', () => {
    const counts = [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ];
    const matrix = ConfusionMatrix.fromJSON({ classes: 3, counts });
    expect(matrix.grouped([1, 0, 1]).toJSON().counts).toEqual([
      [5, 4 + 6],
      [2 + 8, 1 + 3 + 7 + 9],
    ]);
  });

  it('refuses groups that do not fit', () => {
    expect(() => new ConfusionMatrix(3).grouped([0, 1])).toThrow(ShapeError);
    expect(() => new ConfusionMatrix(3).grouped([0, 1])).toThrow(
      'ConfusionMatrix: expected a group for each of 3 classes, got 2',
    );
  });
});
