/** Ways to spoil a document, and what reading it then says. */
import type { DocumentValue } from './architecture-documents.js';

/** What is wrong, what to change, and the message: field, expected, got. */
export const spoiledDocuments: readonly (readonly [
  string,
  (value: DocumentValue) => void,
  string,
])[] = [
  [
    'another version',
    (v) => (v.version = 2),
    'version: expected 1, the only version this library reads, got 2',
  ],
  [
    'no version',
    (v) => delete v.version,
    'version: expected 1, the only version this library reads, got nothing',
  ],
  [
    'an unknown field',
    (v) => (v.pth = []),
    'the document: expected only the fields version, path, levels, genotype, operations, provenance, got "pth"',
  ],
  [
    'a path that is not a list',
    (v) => (v.path = '0 1' as never),
    'path: expected an array of levels, one per layer, got "0 1"',
  ],
  [
    'an empty path',
    (v) => {
      v.path = [];
      v.levels = [];
    },
    'path: expected at least one level, got nothing',
  ],
  [
    'a level that is not an integer',
    (v) => (v.path[2] = 0.5),
    'path[2]: expected an integer, got 0.5',
  ],
  ['a level of 4', (v) => (v.path[9] = 4), 'path[9]: expected a level from 0 to 3, got 4'],
  [
    'a jump',
    (v) => (v.path[3] = 2),
    'path[3]: expected a level at most one step from the level before it, 0, got 2',
  ],
  [
    'a start at stride 16',
    (v) => (v.path[0] = 2),
    'path[0]: expected a level at most one step from the stem, which is at 0, got 2',
  ],
  [
    'a stride that contradicts the path',
    (v) => (v.levels[4] = 8),
    'levels[4]: expected 16, the stride of path[4] = 2, got 8',
  ],
  [
    'a stride too few',
    (v) => v.levels.pop(),
    'levels: expected 12 strides, one for each level of path, got an array of 11',
  ],
  ['no genotype', (v) => (v.genotype = null as never), 'genotype: expected an object, got null'],
  [
    'no blocks',
    (v) => (v.genotype.blocks = []),
    'genotype.blocks: expected at least one block, got an array of 0',
  ],
  [
    'an unknown operation',
    (v) => (v.genotype.blocks[1].left.operation = 'sep_conv_7x7'),
    'genotype.blocks[1].left.operation: expected one of none, max_pool_3x3,',
  ],
  [
    'an input from the future',
    (v) => (v.genotype.blocks[1].right.input = 3),
    'genotype.blocks[1].right.input: expected a hidden state from 0 to 2, which come before this block, got 3',
  ],
  [
    'a negative input',
    (v) => (v.genotype.blocks[0].left.input = -1),
    'genotype.blocks[0].left.input: expected a hidden state from 0 to 1',
  ],
  [
    'an input as text',
    (v) => (v.genotype.blocks[0].left.input = '0'),
    'genotype.blocks[0].left.input: expected an integer, got "0"',
  ],
  [
    'an unknown field of a branch',
    (v) => (v.genotype.blocks[0].left.op = 1),
    'genotype.blocks[0].left: expected only the fields input, operation, got "op"',
  ],
  [
    'no source',
    (v) => delete v.provenance.source,
    'provenance.source: expected a text, got nothing',
  ],
  [
    'a short digest',
    (v) => (v.provenance.alphaDigest = 'abc'),
    'provenance.alphaDigest: expected 64 hexadecimal digits, got "abc"',
  ],
  [
    'a seed too large',
    (v) => (v.provenance.seed = 2 ** 32),
    'provenance.seed: expected an integer from 0 to 4294967295, got 4294967296',
  ],
  [
    'a date in words',
    (v) => (v.provenance.date = 'today'),
    'provenance.date: expected a date and time such as',
  ],
  [
    'an option that is a list',
    (v) => (v.provenance.options = { k: [] }),
    'provenance.options.k: expected a text, a number, true or false, got an array of 0',
  ],
  [
    'strides that are not a list',
    (v) => (v.levels = 4 as never),
    'levels: expected an array of strides, one per layer, got 4',
  ],
  [
    'a stride as text',
    (v) => (v.levels[1] = '4' as never),
    'levels[1]: expected an integer, got "4"',
  ],
  [
    'blocks that are not a list',
    (v) => (v.genotype.blocks = {} as never),
    'genotype.blocks: expected an array of blocks, got an object',
  ],
  [
    'a branch that is no object',
    (v) => (v.genotype.blocks[0].left = true as never),
    'genotype.blocks[0].left: expected an object, got true',
  ],
  [
    'an operation as a number',
    (v) => (v.genotype.blocks[0].right.operation = 4 as never),
    'genotype.blocks[0].right.operation: expected a text, got 4',
  ],
  [
    'operations that are not a list',
    (v) => (v.operations = 'none' as never),
    'operations: expected an array of operation names, got "none"',
  ],
  [
    'a provenance in words',
    (v) => (v.provenance = 'x'.repeat(61) as never),
    `provenance: expected an object, got "${'x'.repeat(60)}…"`,
  ],
  [
    'an unknown field of the provenance',
    (v) => (v.provenance.author = 'me'),
    'provenance: expected only the fields source, alphaDigest, betaDigest, seed, date, dataset, ' +
      'libraryVersion, options, got "author"',
  ],
  [
    'options in 60 characters',
    (v) => (v.provenance.options = 'z'.repeat(60)),
    `provenance.options: expected an object of options, got "${'z'.repeat(60)}"`,
  ],
  [
    'a digest as a number',
    (v) => (v.provenance.betaDigest = 12),
    'provenance.betaDigest: expected a text, got 12',
  ],
  [
    'a digest of 65 digits',
    (v) => (v.provenance.betaDigest = '0'.repeat(65)),
    'provenance.betaDigest: expected 64 hexadecimal digits, got "0000',
  ],
  [
    'a digest before other text',
    (v) => (v.provenance.betaDigest = `${'0'.repeat(64)}\n`),
    'provenance.betaDigest: expected 64 hexadecimal digits, got "0000',
  ],
  [
    'a seed below 0',
    (v) => (v.provenance.seed = -1),
    'provenance.seed: expected an integer from 0 to 4294967295, got -1',
  ],
  [
    'a seed between two numbers',
    (v) => (v.provenance.seed = 1.5),
    'provenance.seed: expected an integer from 0 to 4294967295, got 1.5',
  ],
  [
    'a dataset as a number',
    (v) => (v.provenance.dataset = 4),
    'provenance.dataset: expected a text, got 4',
  ],
  [
    'too many layers',
    (v) => {
      v.path = new Array<number>(1001).fill(0);
      v.levels = new Array<number>(1001).fill(4);
    },
    'path: expected at most 1000 levels, one per layer, got an array of 1001',
  ],
  [
    'too many blocks',
    (v) => (v.genotype.blocks = Array.from({ length: 101 }, () => v.genotype.blocks[0])),
    'genotype.blocks: expected at most 100 blocks, got an array of 101',
  ],
  [
    'too many operations',
    (v) => (v.operations = Array.from({ length: 257 }, () => 'none')),
    'operations: expected at most 256 names, got an array of 257',
  ],
];
