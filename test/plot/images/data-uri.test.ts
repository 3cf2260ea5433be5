import { describe, expect, it } from 'vitest';
import { fitInto, labelUri, photographUri } from '../../../lib/plot/images/data-uri.js';
import { CLASSES, labels, pixelsOf, plainImage } from './small-images.js';

describe('pictures as text', () => {
  it('keep their proportions and are never enlarged', () => {
    expect(fitInto({ height: 1024, width: 2048 }, 512)).toEqual({ height: 256, width: 512 });
    expect(fitInto({ height: 10, width: 5 }, 512)).toEqual({ height: 10, width: 5 });
    expect(fitInto({ height: 1, width: 2048 }, 64)).toEqual({ height: 1, width: 64 });
  });

  it('have the exact colour and opacity of each label', async () => {
    const uri = labelUri(labels, labels, (label) =>
      label === 255 ? [9, 9, 9, 0] : [...CLASSES[label].color, label === 2 ? 80 : 255],
    );
    expect(uri).toMatch(/^data:image\/png;base64,/);
    const { pixel, info } = await pixelsOf(uri);
    expect([info.height, info.width]).toEqual([2, 4]);
    expect([0, 2, 3, 5].map(pixel)).toEqual([
      [128, 64, 128, 255],
      [0, 200, 0, 255],
      [9, 9, 9, 0],
      [70, 130, 180, 80],
    ]);
  });

  it('show a photograph in its colours, or in grey', async () => {
    const size = { height: 16, width: 32 };
    const { pixel, info } = await pixelsOf(await photographUri(plainImage(64, 128), size));
    expect([info.height, info.width]).toEqual([16, 32]);
    [200, 100, 50].forEach((value, c) => expect(Math.abs(pixel(100)[c] - value)).toBeLessThan(4));
    const grey = await pixelsOf(await photographUri(plainImage(64, 128), size, { grey: true }));
    const [r, g, b] = grey.pixel(100);
    expect(r).toBe(g);
    expect(g).toBe(b);
  });
});
