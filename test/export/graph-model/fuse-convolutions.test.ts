import { describe, expect, it } from 'vitest';
import { fuseConvolutions } from '../../../lib/export/graph-model/fuse-convolutions.js';
import type { JsonNode } from '../../../lib/export/graph-model/json-node.js';

const node = (name: string, op: string, ...input: string[]): JsonNode => ({
  name,
  op,
  input,
  attr: { T: { type: 'DT_FLOAT' } },
});

const decoded = ({ attr }: JsonNode) =>
  (attr.fused_ops as { list: { s: string[] } }).list.s.map((text) =>
    Buffer.from(text, 'base64').toString(),
  );

describe('fuseConvolutions', () => {
  it('takes bias and ReLU into a convolution', () => {
    const nodes = fuseConvolutions(
      [
        node('c', 'Conv2D', 'x', 'w'),
        node('s', 'AddV2', 'c', 'b'),
        node('r', 'Relu', 's'),
        node('y', 'Identity', 'r'),
      ],
      ['b'],
    );
    expect(nodes.map(({ name, op, input }) => [name, op, input])).toEqual([
      ['c', '_FusedConv2D', ['x', 'w', 'b']],
      ['y', 'Identity', ['c']],
    ]);
    expect(decoded(nodes[0])).toEqual(['BiasAdd', 'Relu']);
    expect(nodes[0].attr).toMatchObject({ T: { type: 'DT_FLOAT' }, num_args: { i: '1' } });
  });

  it('leaves a ReLU beside which others read the sum', () => {
    const nodes = fuseConvolutions(
      [
        node('c', 'DepthwiseConv2dNative', 'x', 'w'),
        node('s', 'AddV2', 'c', 'b'),
        node('r', 'Relu', 's'),
        node('z', 'AddV2', 's', 'r'),
      ],
      ['b'],
    );
    expect(nodes.map(({ name, op, input }) => [name, op, input])).toEqual([
      ['c', 'FusedDepthwiseConv2dNative', ['x', 'w', 'b']],
      ['r', 'Relu', ['c']],
      ['z', 'AddV2', ['c', 'r']],
    ]);
    expect(decoded(nodes[0])).toEqual(['BiasAdd']);
  });

  it('leaves sums of two maps, and convolutions that others read', () => {
    const maps = [node('c', 'Conv2D', 'x', 'w'), node('s', 'AddV2', 'c', 'b')];
    expect(fuseConvolutions(maps, [])).toEqual(maps);
    const twice = [...maps, node('z', 'Neg', 'c')];
    expect(fuseConvolutions(twice, ['b'])).toEqual(twice);
    const other = [node('c', 'Neg', 'x'), node('s', 'AddV2', 'c', 'b')];
    expect(fuseConvolutions(other, ['b'])).toEqual(other);
  });
});
