import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AUTHORS_AUGMENTATION, randomView } from '../../../lib/dataset/reading/augment.js';
import {
  centerView,
  cropPadding,
  drawImage,
  drawLabels,
  paddedView,
  type View,
} from '../../../lib/dataset/reading/view.js';
import { ShapeError } from '../../../lib/errors.js';
import { Random } from '../../../lib/random.js';

function grey(height: number, width: number, values: readonly number[]) {
  return { height, width, data: Uint8Array.from(values.flatMap((v) => [v, v, v])) };
}

/** What a view shows of a grey image and of labels; images are given back as 0..255. */
function draw(height: number, width: number, values: readonly number[], view: View) {
  const image = new Float32Array(view.height * view.width * 3);
  const labels = new Uint8Array(view.height * view.width);
  drawImage(grey(height, width, values), view, image);
  drawLabels({ height, width, data: Uint8Array.from(values) }, view, labels);
  const shown = [...image].filter((_, i) => i % 3 === 0).map((v) => ((v + 1) * 255) / 2);
  return { image: shown.map((v) => Math.round(v * 1000) / 1000), labels: [...labels] };
}

const size = (height: number, width: number) => ({ height, width });
const anyPixels = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
  .chain(([height, width]) =>
    fc
      .array(fc.integer({ min: 0, max: 254 }), {
        minLength: height * width,
        maxLength: height * width,
      })
      .map((values) => ({ height, width, values })),
  );

describe('a view', () => {
  it('normalises to x * 2 / 255 - 1', () => {
    const target = new Float32Array(9);
    const image = { height: 1, width: 3, data: Uint8Array.of(0, 255, 51, 1, 2, 3, 4, 5, 6) };
    drawImage(image, paddedView(image, size(1, 3)), target);
    expect(target[0]).toBe(-1);
    expect(target[1]).toBe(1);
    expect(target[2]).toBeCloseTo(-0.6, 6);
  });

  it('takes the window from the scaled image, worked out by hand', () => {
    // 0, 100 scaled to four pixels is 0, 25, 75, 100; the window is the middle two.
    const view = { ...size(1, 2), scaled: size(1, 4), top: 0, left: 1, isFlipped: false };
    expect(draw(1, 2, [0, 100], view)).toEqual({ image: [25, 75], labels: [0, 100] });
    const flipped = { ...view, isFlipped: true };
    expect(draw(1, 2, [0, 100], flipped)).toEqual({ image: [75, 25], labels: [100, 0] });
  });

  it('pads on the right and below with 127.5 and the ignore label', () => {
    const view = paddedView(size(1, 2), size(2, 3));
    expect(draw(1, 2, [10, 20], view)).toEqual({
      image: [10, 20, 127.5, 127.5, 127.5, 127.5],
      labels: [10, 20, 255, 255, 255, 255],
    });
  });

  it('mirrors the padding with the window', () => {
    const view = { ...paddedView(size(1, 2), size(1, 3)), isFlipped: true };
    expect(draw(1, 2, [10, 20], view)).toEqual({ image: [127.5, 20, 10], labels: [255, 20, 10] });
  });

  it('writes at its place in a batch and leaves the other places alone', () => {
    const images = new Float32Array(2 * 3).fill(7);
    const labels = new Int32Array(2).fill(7);
    const view = paddedView(size(1, 1), size(1, 1));
    drawImage(grey(1, 1, [255]), view, images, 3);
    drawLabels({ height: 1, width: 1, data: Uint8Array.of(5) }, view, labels, 1);
    expect([...images]).toEqual([7, 7, 7, 1, 1, 1]);
    expect([...labels]).toEqual([7, 5]);
  });

  it('of the centre takes the middle, or the whole image if it is smaller', () => {
    expect(centerView(size(5, 4), size(2, 9))).toMatchObject({ top: 1, left: 0 });
    const { labels } = draw(1, 5, [1, 2, 3, 4, 5], centerView(size(1, 5), size(1, 3)));
    expect(labels).toEqual([2, 3, 4]);
  });

  it('of the whole image refuses an image that is larger, naming both sizes', () => {
    expect(() => paddedView(size(5, 4), size(5, 3), 'image x.png')).toThrow(
      new ShapeError(
        'image x.png: expected an image of at most 3x5 (width x height), got 4x5; raise the size, ' +
          'or read at a lower resolution',
      ),
    );
  });

  it('keeps labels on their pixels at every scale, crop and flip', () => {
    // The left part is black and label 0, the rest white and label 1: wherever the mixture is
    // brighter than the middle, the label must be 1, and the other way round.
    fc.assert(
      fc.property(
        fc.nat(2 ** 32 - 1),
        fc.record({
          height: fc.integer({ min: 1, max: 9 }),
          width: fc.integer({ min: 2, max: 9 }),
        }),
        fc.integer({ min: 1, max: 8 }),
        fc.boolean(),
        (seed, image, edge, isVertical) => {
          const isWhite = (i: number) =>
            (isVertical ? Math.floor(i / image.width) : i % image.width) >= edge;
          const white = Array.from({ length: image.height * image.width }, (_, i) => isWhite(i));
          const options = { ...AUTHORS_AUGMENTATION, scaleStep: 0, maxScale: 3 };
          const view = randomView(new Random(seed), image, size(6, 7), options);
          const target = new Float32Array(6 * 7 * 3);
          const labels = new Uint8Array(6 * 7);
          drawImage(
            grey(
              image.height,
              image.width,
              white.map((w) => (w ? 255 : 0)),
            ),
            view,
            target,
          );
          drawLabels({ ...image, data: Uint8Array.from(white, Number) }, view, labels);
          for (const [i, label] of labels.entries()) {
            const value = target[i * 3];
            if (label === 255) {
              expect(value).toBe(0);
            } else {
              expect(label === 1 ? value >= -1e-6 : value <= 1e-6).toBe(true);
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('equals scaling the whole image, then padding, cropping and mirroring it', () => {
    fc.assert(
      fc.property(anyPixels, fc.nat(2 ** 32 - 1), ({ height, width, values }, seed) => {
        const options = { ...AUTHORS_AUGMENTATION, scaleStep: 0 };
        const window = size(5, 6);
        const view = randomView(new Random(seed), size(height, width), window, options);
        const whole = draw(height, width, values, {
          ...view.scaled,
          scaled: view.scaled,
          top: 0,
          left: 0,
          isFlipped: false,
        });
        const drawn = draw(height, width, values, view);
        for (let y = 0; y < window.height; y++) {
          for (let x = 0; x < window.width; x++) {
            const fromY = view.top + y;
            const fromX = view.left + (view.isFlipped ? window.width - 1 - x : x);
            const isInside = fromY < view.scaled.height && fromX < view.scaled.width;
            const from = fromY * view.scaled.width + fromX;
            const at = y * window.width + x;
            expect(drawn.labels[at]).toBe(isInside ? whole.labels[from] : 255);
            expect(drawn.image[at]).toBe(isInside ? whole.image[from] : 127.5);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('mirrored twice is the same', () => {
    fc.assert(
      fc.property(anyPixels, ({ height, width, values }) => {
        const view = { ...paddedView(size(height, width), size(height, width)), isFlipped: true };
        const once = draw(height, width, values, view).labels;
        expect(draw(height, width, once, view).labels).toEqual(values);
      }),
    );
  });
});

describe('cropPadding', () => {
  it('gives back what was padded, for any number of channels', () => {
    fc.assert(
      fc.property(anyPixels, fc.nat(4), fc.nat(4), ({ height, width, values }, below, right) => {
        const padded = size(height + below, width + right);
        const image = new Float32Array(padded.height * padded.width * 3);
        const labels = new Int32Array(padded.height * padded.width);
        const view = paddedView(size(height, width), padded);
        drawImage(grey(height, width, values), view, image);
        drawLabels({ height, width, data: Uint8Array.from(values) }, view, labels);
        expect([...cropPadding(labels, padded, size(height, width))]).toEqual(values);
        const cropped = cropPadding(image, padded, size(height, width));
        expect(cropped).toBeInstanceOf(Float32Array);
        const expected = values.map((v) => Math.fround((v * 2) / 255 - 1));
        expect([...cropped].filter((_, i) => i % 3 === 2)).toEqual(expected);
      }),
    );
  });

  it('refuses sizes that do not fit the values', () => {
    const values = new Uint8Array(12);
    expect(() => cropPadding(values, size(5, 3), size(1, 1))).toThrow(ShapeError);
    expect(() => cropPadding(values, size(4, 3), size(4, 4))).toThrow(ShapeError);
  });
});
