import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ForeignDecode } from '../../lib/decoder/foreign-listing.js';
import { readForeignDecode } from '../../lib/decoder/foreign-listing.js';
import { formatArchitecture } from '../../lib/architecture/format.js';
import { parseArchitecture } from '../../lib/architecture/parse.js';
import { publishedArchitecture } from '../../lib/architecture/published.js';
import { DataError } from '../../lib/errors.js';

// A decode that a user of a port posted with the question "what does each number mean?".
const path = '1 2 2 2 1 1 1 0 0 0 1 1';
const cell = '[1 5][0 4][2 4][3 0][5 4][7 4][11 7][12 4][17 4][18 2]';
const pairs = [[1, 5], [0, 4], [2, 4], [3, 0], [5, 4], [7, 4], [11, 7], [12, 4], [17, 4], [18, 2]]; // oxfmt-ignore
const printed = `architecture search results: [${path}]
new cell structure: [[ 1  5]
 [ 0  4]
 [ 2  4]
 [ 3  0]
 [ 5  4]
 [ 7  4]
 [11  7]
 [12  4]
 [17  4]
 [18  2]]
saved to : run/experiment_0`;

describe('readForeignDecode', () => {
  it('refuses none, says where it is and what to do', () => {
    expect(() => readForeignDecode({ path, cell })).toThrow(DataError);
    expect(() => readForeignDecode({ path, cell })).toThrow(
      'foreign decode, block 2, edge 3 (reads H^{l-1}): expected an operation from 1 to 7, got 0 ' +
        '(none, no connection), which the decoding of this library never chooses (§4.3 leaves zero out ' +
        'of the strength, DARTS out of the choice as well). Decode α again with decode(), or pass ' +
        "{ none: 'drop' } to build the block from its other branch alone",
    );
  });

  it("reads the real decode with none: 'drop', each operation with its own edge", () => {
    const { architecture } = readForeignDecode({ path, cell }, { none: 'drop' });
    expect(architecture.path).toEqual([1, 2, 2, 2, 1, 1, 1, 0, 0, 0, 1, 1]);
    const words = architecture.genotype.blocks.map(({ left, right }) =>
      [left, right].map(({ input, operation }) => `${input} ${operation}`).join(', '),
    );
    expect(words).toEqual([
      '0 sep_conv_3x3, 1 sep_conv_5x5',
      '0 sep_conv_3x3, 1 none',
      '0 sep_conv_3x3, 2 sep_conv_3x3',
      '2 dil_conv_5x5, 3 sep_conv_3x3',
      '3 sep_conv_3x3, 4 avg_pool_3x3',
    ]);
    expect(parseArchitecture(formatArchitecture(architecture))).toEqual(architecture);
    expect(architecture.provenance).toEqual({
      source: 'printed by another program',
      options: { none: 'drop' },
    });
  });

  it('names every branch that is none', () => {
    expect(() => readForeignDecode({ path: [0], cell: [0, 0, 1, 0] })).toThrow(
      'foreign decode, block 1, edge 0 (reads H^{l-2}); block 1, edge 1 (reads H^{l-1}): expected',
    );
  });

  it('says what there is to know about it', () => {
    const { findings } = readForeignDecode({ path, cell }, { none: 'drop' });
    expect(findings.map(({ severity, where }) => `${severity} ${where}`)).toEqual([
      'note path',
      'note path',
      'warning block 1',
      'warning block 2',
    ]);
    expect(findings.map(({ message }) => message)).toEqual([
      'read as one level per layer: strides 8, 16, 16, 16, 8, 8, 8, 4, 4, 4, 8, 8.',
      'which normalisation decoded it cannot be seen; the ports scale β by 2/3 at stride 4 and 32, ' +
        'which is not in the paper. With β at hand, decode() shows both.',
      'edge 1 is listed before edge 0. Here each keeps its own operation: separable conv 3x3 of ' +
        'H^{l-2} and separable conv 5x5 of H^{l-1}. A port that takes the edges in ascending order ' +
        'but the operations in the order of the list would swap the two operations, so a network ' +
        'trained there may be another one.',
      'the branch that reads H^{l-1} is none and adds zero: the block is its other branch alone.',
    ]);
  });

  it.each<[string, ForeignDecode | string]>([
    ['the printed output', printed],
    ['lists of numbers', { path: [1, 2, 2, 2, 1, 1, 1, 0, 0, 0, 1, 1], cell: pairs }],
    ['a flat list', { path, cell: pairs.flat() }],
    ['numpy notation', { path: `array([${path.replaceAll(' ', ', ')}], dtype=uint8)`, cell: `array(${JSON.stringify(pairs)})` }], // oxfmt-ignore
    ['labels', { path: `path = [${path}]`, cell: `new cell structure: ${cell}` }],
    ['floats', { path: path.replaceAll(/\d/g, '$&.'), cell: cell.replaceAll(/\d+/g, '$&.0') }],
    ['pairs in another order', { path, cell: [...pairs].reverse() }],
  ])('reads %s alike', (_, input) => {
    const { architecture } = readForeignDecode(input, { none: 'drop' });
    expect(architecture).toEqual(readForeignDecode({ path, cell }, { none: 'drop' }).architecture);
  });

  it('reads the published architecture from its numbers', () => {
    const numbers = [0, 7, 1, 4, 2, 4, 3, 6, 8, 4, 5, 4, 13, 5, 11, 5, 17, 5, 19, 7];
    const { architecture, findings } = readForeignDecode({
      path: publishedArchitecture.path,
      cell: numbers,
    });
    const sorted = publishedArchitecture.genotype.blocks.map(({ left, right }) => {
      const [first, second] = [left, right].sort((a, b) => a.input - b.input);
      return { left: first, right: second };
    });
    expect(architecture.genotype.blocks).toEqual(sorted);
    // Blocks 3 and 4 list the higher edge first, but with the same operation twice.
    expect(findings.filter(({ severity }) => severity === 'warning')).toEqual([]);
  });

  it('warns of a block without any operation', () => {
    const { findings } = readForeignDecode({ path: [0], cell: [0, 0, 1, 0] }, { none: 'drop' });
    expect(findings.at(-1)).toMatchObject({ severity: 'warning', where: 'block 1' });
    expect(findings.at(-1)?.message).toContain('both branches are none');
  });

  it.each<[string, ForeignDecode | string, string]>([
    [
      'a jump in the path',
      { path: '0 2', cell },
      'path[1]: expected a level at most one step from the level before it, 0, got 2; no such network',
    ],
    ['strides for levels', { path: '4 8 8', cell }, 'path[0]: expected a level from 0 to 3, got 4'],
    ['words', { path, cell: '[1 sep]' }, 'foreign decode, cell: expected whole numbers, got "sep"'],
    [
      'fractions',
      { path, cell: [0, 1.5, 1, 4] },
      'foreign decode, cell: expected whole numbers, got 1.5',
    ],
    ['nothing', { path: '', cell }, 'foreign decode, path: expected whole numbers, got none'],
    [
      'half a block',
      { path, cell: '[0 4]' },
      'expected two pairs [edge, operation] per block, got 2 numbers',
    ],
    [
      'an edge beyond the cell',
      { path, cell: '[0 4][2 4]' },
      'cell[1]: expected an edge from 0 to 1, for 1 blocks, got 2',
    ],
    [
      'an edge below 0',
      { path, cell: '[-1 4][1 4]' },
      'cell[0]: expected an edge from 0 to 1, for 1 blocks, got -1',
    ],
    [
      'an operation below 0',
      { path, cell: '[0 4][1 -1]' },
      'cell[1]: expected an operation from 0 to 7, got -1',
    ],
    [
      'an unknown operation',
      { path, cell: '[0 4][1 8]' },
      'cell[1]: expected an operation from 0 to 7, got 8',
    ],
    [
      'three edges into a block',
      { path, cell: '[0 4][2 4][3 4][4 4]' },
      'block 1: expected two different edges out of 0 to 1, got 0',
    ],
    [
      'an edge twice',
      { path, cell: '[0 4][0 5]' },
      'block 1: expected two different edges out of 0 to 1, got 0, 0',
    ],
    ['an unlabelled text', '[1 2]', 'got a text without the first; give them as { path, cell }'],
    [
      'a log of two decodes',
      `architecture search results: [0 1]\nnew cell structure: ${path}\narchitecture search results: [1 2]`,
      'expected one list "architecture search results: ...", got 2; keep those of one decode',
    ],
    ['a text of one list', 'architecture search results: [1 2]', 'got a text without the second'],
  ])('says what is wrong with %s', (_, input, message) => {
    // oxfmt-ignore
    expect(() => readForeignDecode(input)).toThrow(DataError);
    expect(() => readForeignDecode(input)).toThrow(message);
  });

  it('gives only its own errors for any text', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom('[', ']', ' ', '1', '0', '4', ',', '-', '.', '\n') }),
    );
    fc.assert(
      fc.property(text, text, fc.boolean(), (first, second, isWhole) => {
        try {
          readForeignDecode(isWhole ? first : { path: first, cell: second }, { none: 'drop' });
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
