import { describe, expect, it } from 'vitest';
import { decodePath } from '../../../lib/decoder/path.js';
import { ConfigError } from '../../../lib/errors.js';
import type { Trace } from '../../../lib/plot/figure.js';
import { betaFigure } from '../../../lib/plot/search-space/beta-figure.js';
import { Random } from '../../../lib/random.js';
import { createTrellis } from '../../../lib/search-space/trellis.js';

const TRELLIS = createTrellis({ layers: 12 });

function snapshots(count: number) {
  const random = new Random(4);
  return Array.from({ length: count }, (_, i) => ({
    epoch: i + 1,
    logits: Float32Array.from({ length: 105 }, () => random.normal()),
  }));
}

/** The polygons of a trace. */
function polygons(trace: Trace) {
  const result: { x: number; y: number }[][] = [[]];
  (trace.x as (number | null)[]).forEach((x, i) => {
    if (x === null) {
      result.push([]);
    } else {
      result[result.length - 1].push({ x, y: (trace.y as number[])[i] });
    }
  });
  return result.slice(0, -1);
}

describe('betaFigure', () => {
  it('has a square for each node with arrows: the stem and all layers but the last', () => {
    const { data } = betaFigure(TRELLIS, snapshots(3));
    const bands = data.filter(({ meta }) => meta === 'band');
    expect(bands).toHaveLength(3);
    for (const band of bands) {
      expect(polygons(band)).toHaveLength(1 + 45 - 4);
    }
  });

  it('makes the bands as high as the probabilities at each epoch', () => {
    const times = snapshots(3);
    const [finer, , coarser] = betaFigure(TRELLIS, times)
      .data.filter(({ meta }) => meta === 'band')
      .map(polygons);
    const nodes = TRELLIS.nodes.filter(({ outgoing }) => outgoing.length > 0);
    nodes.forEach(({ level, outgoing }, n) => {
      times.forEach(({ logits }, time) => {
        const sum = outgoing.reduce((total, index) => total + Math.exp(logits[index]), 0);
        const probability = (step: number) => {
          const index = outgoing.find((i) => TRELLIS.arrows[i].to === level + step);
          return index === undefined ? 0 : Math.exp(logits[index]) / sum;
        };
        const height = (polygon: { y: number }[]) => Math.abs(polygon[1 + time].y - polygon[0].y);
        expect(height(finer[n]) / 0.76).toBeCloseTo(probability(-1), 2);
        expect(height(coarser[n]) / 0.76).toBeCloseTo(probability(1), 2);
      });
    });
  });

  it('frames the path that the last epoch decodes to', () => {
    const times = snapshots(3);
    const { path } = decodePath(times[2].logits, TRELLIS);
    const frame = betaFigure(TRELLIS, times).data.find(({ meta }) => meta === 'path');
    const y = frame?.y as number[];
    const levels = Array.from({ length: 12 }, (_, i) => Math.round((y[6 * i] + y[6 * i + 2]) / 2));
    expect(levels).toEqual([0, ...path.slice(0, 11)]);
  });

  it('stays small over many epochs, and draws a single one', () => {
    const many = betaFigure(TRELLIS, snapshots(200));
    expect(JSON.stringify(many).length).toBeLessThan(80_000);
    expect(JSON.stringify(many.layout)).toContain('epoch 1 at the left, 200 at the right');
    expect(betaFigure(TRELLIS, snapshots(1)).data).toHaveLength(5);
    expect(() => betaFigure(TRELLIS, [])).toThrow(ConfigError);
  });
});
