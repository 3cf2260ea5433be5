import { describe, expect, it } from 'vitest';
import { decodePath } from '../../lib/decoder/path.js';
import { arrowIndex, createTrellis, trellisNode } from '../../lib/search-space/trellis.js';
import { declareNetwork } from '../../lib/nn/declare.js';
import { resolveSearchSpace } from '../../lib/search-space/options.js';
import { supernet } from '../../lib/search-space/supernet/supernet.js';

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

describe('a trellis whose first layer is at stride 4', () => {
  it('has the 28,657 paths that the paper counts, against 75,025', () => {
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
  });

  it('never decodes a path that starts at stride 8', () => {
    const trellis = createTrellis({ layers: 3, firstLayer: 'stride-4' });
    const beta = trellis.arrows.map(({ from, to }) => (to > from ? 5 : 0));
    expect(decodePath(beta, trellis).path).toEqual([0, 1, 2]);
  });

  it('gives a supernet with one node fewer in each of the first layers', () => {
    const size = { layers: 2, filterMultiplier: 1, blocks: 1, classes: 3 };
    const names = (firstLayer: 'free' | 'stride-4') =>
      declareNetwork(supernet(resolveSearchSpace({ ...size, firstLayer })), [1, 33, 33, 3])
        .variables.map(({ name }) => /^(layer\d+\/stride\d+)\//.exec(name)?.[1])
        .filter((name, i, all) => name !== undefined && all.indexOf(name) === i);
    expect(names('free')).toEqual([
      'layer1/stride4',
      'layer1/stride8',
      'layer2/stride4',
      'layer2/stride8',
      'layer2/stride16',
    ]);
    expect(names('stride-4')).toEqual(['layer1/stride4', 'layer2/stride4', 'layer2/stride8']);
  });
});
