import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError, DataError, ShapeError } from '../../lib/errors.js';
import { BoundaryIou } from '../../lib/metrics/boundary-iou.js';
import { ConfusionMatrix } from '../../lib/metrics/confusion-matrix.js';

describe('ConfusionMatrix', () => {
  it('has labels in rows and predictions in columns, and leaves ignored pixels out', () => {
    const matrix = new ConfusionMatrix(3);
    matrix.add(Int32Array.of(0, 1, 1, 2, 99), Uint8Array.of(0, 0, 1, 1, 255));
    expect(matrix.toJSON()).toEqual({
      classes: 3,
      counts: [
        [1, 1, 0],
        [0, 1, 1],
        [0, 0, 0],
      ],
    });
    expect(matrix.labelCounts()).toEqual([2, 2, 0]);
    expect(matrix.predictionCounts()).toEqual([1, 2, 1]);
    expect(matrix.count(0, 1)).toBe(1);
  });

  it('refuses numbers that are no classes, as scripts may give them', () => {
    for (const wrong of [NaN, 0.5, -1, 3, Infinity]) {
      const matrix = new ConfusionMatrix(3);
      const [values, zeros] = [
        [0, wrong],
        [0, 0],
      ].map((list) => Float32Array.from(list) as unknown as Int32Array);
      expect(() => matrix.add(values, zeros)).toThrow(DataError);
      expect(() => matrix.add(zeros, values)).toThrow(`got ${wrong} at pixel 1`);
      expect(matrix.total).toBe(0);
      const boundary = new BoundaryIou(3);
      const size = { height: 1, width: 2 };
      expect(() => boundary.add(values, zeros, size)).toThrow(DataError);
      expect(() => boundary.add(zeros, values, size)).toThrow(
        `got label ${wrong} and prediction 0`,
      );
      expect(boundary.iou()).toEqual([NaN, NaN, NaN]);
    }
  });

  it('takes another label to ignore, even one below the number of classes', () => {
    const matrix = new ConfusionMatrix(2);
    matrix.add(Uint8Array.of(1, 1), Uint8Array.of(0, 1), 0);
    expect(matrix.total).toBe(1);
  });

  it('sums to the number of pixels that count, and to the sum of its parts', () => {
    const value = fc.integer({ min: 0, max: 4 });
    const pixel = fc.tuple(fc.oneof(value, fc.constant(255)), value);
    fc.assert(
      fc.property(fc.array(pixel), fc.array(pixel), (first, second) => {
        const matrixOf = (pixels: [number, number][]) => {
          const matrix = new ConfusionMatrix(5);
          matrix.add(
            Int32Array.from(pixels, (p) => p[1]),
            Int32Array.from(pixels, (p) => p[0]),
          );
          return matrix;
        };
        const merged = matrixOf(first);
        merged.merge(matrixOf(second));
        const all = [...first, ...second];
        expect(merged.toJSON()).toEqual(matrixOf(all).toJSON());
        expect(merged.total).toBe(all.filter(([label]) => label !== 255).length);
      }),
      { numRuns: 100 },
    );
  });

  it('names a label out of range and its pixel, and adds nothing then', () => {
    const matrix = new ConfusionMatrix(3);
    expect(() => {
      matrix.add(Int32Array.of(0, 0), Uint8Array.of(0, 34));
    }).toThrow(
      new DataError('ConfusionMatrix: expected labels 0 to 2 or 255 (ignore), got 34 at pixel 1'),
    );
    expect(() => {
      matrix.add(Int32Array.of(0, -1), Int32Array.of(0, 1));
    }).toThrow('expected predictions 0 to 2, got -1 at pixel 1');
    // The number of classes itself is the first that is none.
    expect(() => {
      matrix.add(Uint8Array.of(0), Uint8Array.of(3));
    }).toThrow('expected labels 0 to 2 or 255 (ignore), got 3 at pixel 0');
    expect(() => {
      matrix.add(Uint8Array.of(3), Uint8Array.of(0));
    }).toThrow('expected predictions 0 to 2, got 3 at pixel 0');
    expect(matrix.total).toBe(0);
  });

  it('refuses a prediction of another size', () => {
    const add = () => {
      new ConfusionMatrix(3).add(Int32Array.of(0), Uint8Array.of(0, 1));
    };
    expect(add).toThrow(ShapeError);
    expect(add).toThrow(
      'ConfusionMatrix: expected a prediction for each of 2 pixels, got 1; ' +
        'resize the prediction to the label map',
    );
  });

  it.each([0, 1.5, NaN, 4097, 1e9])('refuses %d classes', (classes) => {
    expect(() => new ConfusionMatrix(classes)).toThrow(ConfigError);
    expect(() => new ConfusionMatrix(classes)).toThrow(
      `ConfusionMatrix: expected a number of classes from 1 to 4096, got ${classes}`,
    );
  });

  it('takes a single class', () => {
    const matrix = new ConfusionMatrix(1);
    matrix.add(Uint8Array.of(0, 0), Uint8Array.of(0, 255));
    expect(matrix.toJSON()).toEqual({ classes: 1, counts: [[1]] });
  });

  it('comes back from its own JSON and refuses another', () => {
    const matrix = new ConfusionMatrix(2);
    matrix.add(Uint8Array.of(0, 1, 1), Uint8Array.of(0, 1, 0));
    const text = JSON.stringify(matrix);
    expect(ConfusionMatrix.fromJSON(JSON.parse(text) as never).counts).toEqual(matrix.counts);
    for (const counts of [
      [[1, 2]],
      [[1], [2]],
      [
        [1, -1],
        [0, 0],
      ],
      'x',
      undefined,
    ]) {
      expect(() => ConfusionMatrix.fromJSON({ classes: 2, counts } as never)).toThrow(
        new DataError('ConfusionMatrix: expected 2 rows of 2 counts, whole numbers from 0'),
      );
    }
  });

  it('refuses to merge a matrix of another number of classes', () => {
    expect(() => {
      new ConfusionMatrix(2).merge(new ConfusionMatrix(3));
    }).toThrow('expected a matrix of 2 classes to merge, got 3');
  });
});
