import { describe, expect, it } from 'vitest';
import { decode } from '../../lib/decoder/decode.js';
import { describeDecode } from '../../lib/decoder/describe-decode.js';
import { formatArchitecture } from '../../lib/architecture/format.js';
import type { EndNormalisation } from '../../lib/architecture/normalize-beta.js';
import { parseArchitecture } from '../../lib/architecture/parse.js';
import { ConfigError, ShapeError } from '../../lib/errors.js';
import { Random } from '../../lib/random.js';

const random = new Random(3).fork('logits');
const alpha = Float32Array.from({ length: 160 }, () => random.normal());
const beta = Float32Array.from({ length: 105 }, () => random.normal());

describe('decode', () => {
  it('gives an architecture that can be written and read', () => {
    const { architecture, cell, path } = decode({ alpha, beta, layers: 12, blocks: 5 });
    expect(architecture.path).toEqual(path.path);
    expect(architecture.genotype).toEqual(cell.genotype);
    expect(parseArchitecture(formatArchitecture(architecture))).toEqual(architecture);
  });

  it('records where the architecture comes from', () => {
    const { architecture } = decode({
      alpha: [0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7],
      beta: [0, 1],
      layers: 1,
      blocks: 1,
      options: { endNormalisation: 'two-thirds' },
      provenance: { seed: 7, dataset: 'camvid', options: { epoch: 40 } },
    });
    expect(architecture.provenance).toEqual({
      source: 'search',
      seed: 7,
      dataset: 'camvid',
      // Python: sha256(struct.pack('<16f', …)) and sha256(struct.pack('<2f', 0, 1))
      alphaDigest: 'cbaa83e21fff66055d98edf7f77c03c06483df1ebfa247e023285bfdbd0ff98c',
      betaDigest: '22b6f43bd8d27738d3213f29e96b62d01d9d6c0ab4f9732aaae803186f51eab7',
      options: { epoch: 40, zeroInArgmax: false, endNormalisation: 'two-thirds' },
    });
  });

  it('takes any size, fewer levels included', () => {
    const { architecture } = decode({
      alpha: new Float32Array(16),
      beta: [0, 1, 0, 0, 0, 0],
      layers: 2,
      blocks: 1,
      levels: 2,
    });
    expect(architecture.path).toEqual([1, 0]);
  });

  it('refuses sizes and options that cannot be', () => {
    const input = { alpha, beta, layers: 12, blocks: 5 };
    expect(() => decode({ ...input, layers: 11 })).toThrow(ShapeError);
    expect(() => decode({ ...input, blocks: 4 })).toThrow('alpha: expected 112 numbers');
    expect(() => decode({ ...input, levels: 5 })).toThrow(ConfigError);
    expect(() => decode({ ...input, options: { k: -1 } })).toThrow(
      'k: expected a positive integer',
    );
    const endNormalisation = 'incoming' as EndNormalisation;
    expect(() => decode({ ...input, options: { endNormalisation } })).toThrow(
      'endNormalisation: expected valid or two-thirds, got incoming',
    );
  });
});

describe('describeDecode', () => {
  it('says how sure the decode is', () => {
    const text = describeDecode(
      decode({
        alpha: [9, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0],
        beta: [0, 0.1, 0, 0, 0, 0, 0],
        layers: 2,
        blocks: 1,
      }),
    );
    expect(text).toBe(
      [
        'Path: strides 4, 4.',
        'It is 1 times as probable as the second: strides 4, 8.',
        'The closest step is into layer 1, from stride 4: to 4 with 47.5 %, to 8 with 52.5 %.',
        "With the end normalisation 'two-thirds' the path would be: strides 8, 4.",
        'Cell: the closest choice is in block 1: separable conv 3x3 of H^{l-2} with 0.1 %, separable conv 5x5 with 0.0 %.',
        'On 1 of 2 kept edges "none" is the most probable operation (the choice leaves it out unless zeroInArgmax is set).',
      ].join('\n'),
    );
  });

  it('knows the case of a single path', () => {
    const only = decode({
      alpha: new Float32Array(16),
      beta: [0],
      layers: 1,
      blocks: 1,
      levels: 1,
    });
    expect(describeDecode(only)).toContain('It is the only path of positive probability.');
    expect(describeDecode(only)).toContain('No layer leaves a choice.');
  });
});
