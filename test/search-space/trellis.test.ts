import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../lib/errors.js';
import {
  arrowIndex,
  arrowSource,
  arrowTarget,
  createTrellis,
  incoming,
  levelStride,
  outgoing,
  previousPreviousLevel,
  trellisNode,
} from '../../lib/search-space/trellis.js';
import { arrowNumbers } from '../helpers/brute-force-paths.js';

/** Walks all paths, arrow by arrow. */
function countWalks(layers: number, firstLayer: 'free' | 'stride-4'): number {
  const trellis = createTrellis({ layers, firstLayer });
  let ways = new Map([[0, 1]]);
  for (let layer = 1; layer <= layers; layer++) {
    const next = new Map<number, number>();
    for (const arrow of trellis.arrows.filter((candidate) => candidate.layer === layer)) {
      next.set(arrow.to, (next.get(arrow.to) ?? 0) + (ways.get(arrow.from) ?? 0));
    }
    ways = next;
  }
  return [...ways.values()].reduce((sum, n) => sum + n, 0);
}

describe('createTrellis', () => {
  const paper = () => createTrellis({ layers: 12 });

  it('has the stem, 45 nodes and 105 arrows at 12 layers', () => {
    expect(paper().nodes.filter(({ layer }) => layer > 0)).toHaveLength(45);
    expect(paper().nodes[0]).toMatchObject({ layer: 0, level: 0, incoming: [] });
    expect(paper().arrows).toHaveLength(105);
  });

  it('opens one level per layer: {4, 8}, {4, 8, 16}, then all four', () => {
    const levels = (layer: number) =>
      paper()
        .nodes.filter((node) => node.layer === layer)
        .map(({ level }) => level);
    expect([0, 1, 2, 3, 12].map(levels)).toEqual([
      [0],
      [0, 1],
      [0, 1, 2],
      [0, 1, 2, 3],
      [0, 1, 2, 3],
    ]);
  });

  it('has 2, 5 and 8 arrows into the first layers and 10 into every other', () => {
    const count = (layer: number) => paper().arrows.filter((arrow) => arrow.layer === layer).length;
    expect([1, 2, 3, 4, 8, 12].map(count)).toEqual([2, 5, 8, 10, 10, 10]);
  });

  it.each([
    [1, 4],
    [2, 4],
    [3, 4],
    [7, 4],
    [6, 1],
    [6, 2],
    [5, 6],
  ])('numbers the arrows of %i layers and %i levels by layer, from, to', (layers, levels) => {
    const trellis = createTrellis({ layers, levels });
    const keys = trellis.arrows.map(({ layer, from, to }) => `${layer}/${from}/${to}`);
    expect(keys).toEqual([...arrowNumbers(layers, levels).keys()]);
    expect(trellis.arrows.every(({ index }, i) => index === i)).toBe(true);
    for (const arrow of trellis.arrows) {
      expect(arrowIndex(trellis, arrow.layer, arrow.from, arrow.to)).toBe(arrow.index);
      const source = trellis.nodes[arrowSource(trellis, arrow)];
      const target = trellis.nodes[arrowTarget(trellis, arrow)];
      expect(source).toMatchObject({ layer: arrow.layer - 1, level: arrow.from });
      expect(target).toMatchObject({ layer: arrow.layer, level: arrow.to });
      expect(outgoing(trellis, source)).toContain(arrow);
      expect(incoming(trellis, target)).toContain(arrow);
    }
  });

  it('gives every arrow one source and one target group', () => {
    const sorted = (groups: readonly (readonly number[])[]) => groups.flat().sort((a, b) => a - b);
    const all = paper().arrows.map(({ index }) => index);
    expect(sorted(paper().nodes.map((node) => node.outgoing))).toEqual(all);
    expect(sorted(paper().nodes.map((node) => node.incoming))).toEqual(all);
  });

  it('finds nodes, and nothing where the trellis has none', () => {
    expect(trellisNode(paper(), 5, 3)).toMatchObject({ layer: 5, level: 3 });
    expect(trellisNode(paper(), 0, 0)).toMatchObject({ layer: 0, level: 0 });
    expect(trellisNode(paper(), 12, 3)).toMatchObject({ layer: 12, level: 3 });
    expect(trellisNode(paper(), 2, -1)).toBeUndefined();
    expect(trellisNode(paper(), 1, 2)).toBeUndefined();
    expect(trellisNode(paper(), 13, 0)).toBeUndefined();
    expect(trellisNode(paper(), 3, 4)).toBeUndefined();
    expect(trellisNode(paper(), -1, 0)).toBeUndefined();
  });

  it('has an arrow of its own for "same" at stride 8 into layer 2', () => {
    // Ports have used the entry of another arrow here, so that one never acted and one acted twice.
    const numbers = [0, 1, 2].map((to) => arrowIndex(paper(), 2, 1, to));
    expect(numbers).toEqual([4, 5, 6]);
  });

  it('refuses arrows it does not have and sizes that cannot be', () => {
    expect(() => arrowIndex(paper(), 4, 0, 2)).toThrow(ConfigError);
    expect(() => arrowIndex(paper(), 1, 1, 1)).toThrow(
      'trellis: expected an arrow of a trellis of 12 layers and 4 levels, ' +
        'got the one into layer 1 from level 1 to level 1',
    );
    expect(() => createTrellis({ layers: 0 })).toThrow(
      'trellis layers: expected a positive integer, got 0',
    );
    expect(() => createTrellis({ layers: 3, levels: 1.5 })).toThrow(ConfigError);
    expect(() => createTrellis({ layers: 3, levels: 0 })).toThrow(
      'trellis levels: expected a positive integer, got 0',
    );
  });

  it('survives a round trip through JSON', () => {
    expect(JSON.parse(JSON.stringify(paper()))).toEqual(paper());
  });

  it('knows strides', () => {
    expect([0, 1, 2, 3].map(levelStride)).toEqual([4, 8, 16, 32]);
  });

  it('takes the tensor of the nearest size where H^{l-2} has no tensor of the same level', () => {
    // The cases that the author's e-mail settles: 8H1, 16H2, 8H2, 32H3, 16H3, 32H4.
    const level = (layer: number, at: number) => previousPreviousLevel(paper(), layer, at);
    expect([level(1, 0), level(1, 1)]).toEqual([-1, -1]);
    expect([level(2, 0), level(2, 1), level(2, 2)]).toEqual([0, 0, 0]);
    expect([level(3, 0), level(3, 1), level(3, 2), level(3, 3)]).toEqual([0, 1, 1, 1]);
    expect([level(4, 2), level(4, 3)]).toEqual([2, 2]);
    expect([level(5, 3), level(12, 3)]).toEqual([3, 3]);
    const one = createTrellis({ layers: 4, levels: 1 });
    expect([1, 2, 3].map((layer) => previousPreviousLevel(one, layer, 0))).toEqual([-1, 0, 0]);
  });
});

describe('a trellis whose first layer is at stride 4', () => {
  it('has the 28,657 paths that the paper() counts, against 75,025', () => {
    expect(countWalks(12, 'stride-4')).toBe(28657);
    expect(countWalks(12, 'free')).toBe(75025);
  });

  it('finds every node and arrow by its place', () => {
    const trellis = createTrellis({ layers: 7, firstLayer: 'stride-4' });
    for (const node of trellis.nodes) {
      expect(trellisNode(trellis, node.layer, node.level)).toBe(node);
    }
    for (const { layer, from, to, index } of trellis.arrows) {
      expect(arrowIndex(trellis, layer, from, to)).toBe(index);
    }
    expect(trellisNode(trellis, 1, 1)).toBeUndefined();
    expect(trellisNode(trellis, 2, 1)).toBeDefined();
    expect(trellisNode(trellis, -1, 0)).toBeUndefined();
  });

  it('opens its levels a layer later, which the tensor of layer l − 2 shows', () => {
    const trellis = createTrellis({ layers: 7, firstLayer: 'stride-4' });
    const level = (layer: number, at: number) => previousPreviousLevel(trellis, layer, at);
    expect([level(1, 0), level(2, 1), level(3, 2), level(4, 3), level(6, 3)]).toEqual([
      -1, 0, 0, 1, 3,
    ]);
  });
});
