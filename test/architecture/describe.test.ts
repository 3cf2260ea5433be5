import { describe, expect, it } from 'vitest';
import {
  describeArchitecture,
  drawCell,
  drawLayers,
  drawPath,
} from '../../lib/architecture/describe.js';
import { publishedArchitecture } from '../../lib/architecture/published.js';
import { FOUR, NINE } from '../helpers/operation-lists.js';

describe('describeArchitecture', () => {
  it('draws the published path', () => {
    expect(drawPath(publishedArchitecture.path)).toBe(
      [
        'layer     stem  1  2  3  4  5  6  7  8  9 10 11 12',
        'stride  4    o  o  o  o  .  .  .  .  .  .  .  .  .',
        'stride  8    .  .  .  .  o  .  o  .  .  .  .  .  o',
        'stride 16    .  .  .  .  .  o  .  o  o  .  .  o  .',
        'stride 32    .  .  .  .  .  .  .  .  .  o  o  .  .',
      ].join('\n'),
    );
  });

  it('says which tensors each layer reads', () => {
    expect(drawLayers([0, 1, 0])).toBe(
      [
        'layer  level  stride  cell              H^{l-1}             H^{l-2}',
        '1      0      4       keeps the size    stem (stride 4)     stem (stride 2)',
        '2      1      8       halves the size   layer 1 (stride 4)  stem (stride 4)',
        '3      0      4       doubles the size  layer 2 (stride 8)  layer 1 (stride 4)',
      ].join('\n'),
    );
  });

  it('names every branch of the published cell', () => {
    const lines = drawCell(publishedArchitecture.genotype).split('\n');
    expect(lines.slice(0, 3)).toEqual([
      'block  branch  operation           reads    input  edge  op',
      '1      left    atrous conv 5x5     H^{l-2}  0      0     7',
      '       right   separable conv 3x3  H^{l-1}  1      1     4',
    ]);
    expect(lines[9]).toBe('5      left    separable conv 5x5  block 2  3      17    5');
    expect(lines[10]).toBe('       right   atrous conv 5x5     block 4  5      19    7');
  });

  it('gives every layer a column, a hundred of them a wider one', () => {
    const lines = drawPath(new Array<number>(100).fill(0)).split('\n');
    expect(lines.map((line) => line.length)).toEqual(new Array(5).fill(9 + 5 + 4 * 100));
    expect(lines[0].slice(-8)).toBe('  99 100');
    expect(lines[1].slice(-8)).toBe('   o   o');
  });

  it('writes a whole description', () => {
    const text = describeArchitecture({
      version: 1,
      path: [1],
      genotype: {
        blocks: [
          {
            left: { input: 0, operation: 'skip_connect' },
            right: { input: 1, operation: 'none' },
          },
        ],
      },
      operations: ['none', 'skip_connect'],
      provenance: { source: 'by hand' },
    });
    expect(text).toBe(`1 layer, one cell of 1 block in every layer
Source: by hand

Path
layer     stem  1
stride  4    o  .
stride  8    .  o
stride 16    .  .
stride 32    .  .

layer  level  stride  cell             H^{l-1}          H^{l-2}
1      1      8       halves the size  stem (stride 4)  stem (stride 2)
Where H^{l-2} has another size than the cell, it is resized.

Cell
block  branch  operation        reads    input  edge  op
1      left    skip connection  H^{l-2}  0      0     1
       right   no connection    H^{l-1}  1      1     0
Each block adds its two branches. The cell's output is the channels of its 1 block side by side.

What the numbers mean
path: one level per layer. Level 0, 1, 2, 3 is stride 4, 8, 16, 32: the feature map is that many
  times smaller than the image in each direction. Going down one level doubles the channels.
input: what a branch reads. 0 is the cell before the last (H^{l-2}), 1 the last cell (H^{l-1}),
  2 the first block of this cell, 3 the second, and so on.
edge: the same input as a row of alpha: edges are counted block by block (2 for block 1, 3 for
  block 2, ...). op: the operation as a column of alpha, 0 no connection to 1 skip connection.
`);
  });

  it('puts it together and explains the numbers', () => {
    const text = describeArchitecture(publishedArchitecture);
    expect(text).toContain('12 layers, one cell of 5 blocks in every layer');
    expect(text).toContain('What the numbers mean');
    expect(text).toContain("from the authors' code (hnasnet); Cityscapes\n");
    expect(text.split('\n').every((line) => line.length <= 110)).toBe(true);
  });
});

describe('describeArchitecture over other operations', () => {
  const genotype = {
    blocks: [
      {
        left: { input: 0, operation: 'inverted_bottleneck' },
        right: { input: 1, operation: 'skip_connect' },
      },
    ],
  };

  it.each([
    ['nine', NINE, '8', '3', '0 no connection to 8 inverted bottleneck 3x3'],
    ['four', FOUR, '1', '3', '0 separable conv 3x3 to 3 skip connection'],
  ])('numbers the operations by their columns of α: %s', (_, operations, left, right, columns) => {
    expect(drawCell(genotype, operations).split('\n').slice(1, 3)).toEqual([
      `1      left    inverted bottleneck 3x3  H^{l-2}  0      0     ${left}`,
      `       right   skip connection          H^{l-1}  1      1     ${right}`,
    ]);
    const text = describeArchitecture({ ...publishedArchitecture, genotype, operations });
    expect(text).toContain(`op: the operation as a column of alpha, ${columns}.`);
    expect(text).toContain(drawCell(genotype, operations));
    expect(text).toContain('12 layers, one cell of 1 block in every layer');
  });

  it('refuses a list without an operation of the cell, whose column it could not say', () => {
    expect(() => drawCell(genotype)).toThrow(
      /^operations: expected all that the cell has, got none, .* without inverted_bottleneck; pass/,
    );
  });
});
