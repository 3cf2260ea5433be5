import { describe, expect, it } from 'vitest';
import { decode } from '../../lib/decoder/decode.js';
import { formatArchitecture } from '../../lib/architecture/format.js';
import type { EndNormalisation } from '../../lib/search-space/end-normalisation.js';
import { parseArchitecture } from '../../lib/architecture/parse.js';
import { ConfigError, ShapeError } from '../../lib/errors.js';
import { Random } from '../../lib/random.js';
import { operationLists } from '../helpers/operation-lists.js';
import { cellWords, randomAlpha, referenceDecode } from '../helpers/reference-decode.js';

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

  it('lets zero win where it is asked to', () => {
    const zeros = { alpha: [9, 0, 0, 1, 9, 0, 0, 1], beta: [0, 1], layers: 1, blocks: 1 };
    const operations = ['none', 'max_pool_3x3', 'avg_pool_3x3', 'skip_connect'];
    const left = (zeroInArgmax: boolean) =>
      decode({ ...zeros, operations, options: { zeroInArgmax } }).architecture.genotype.blocks[0]
        .left.operation;
    expect([left(true), left(false)]).toEqual(['none', 'skip_connect']);
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
    expect(() => decode({ ...input, levels: 5 })).toThrow(
      'levels: expected at most 4, the strides of a document, got 5',
    );
    expect(() => decode({ ...input, options: { k: -1 } })).toThrow(
      'k: expected a positive integer',
    );
    const endNormalisation = 'incoming' as EndNormalisation;
    expect(() => decode({ ...input, options: { endNormalisation } })).toThrow(
      'endNormalisation: expected valid or two-thirds, got incoming',
    );
  });

  it.each(operationLists)('decodes, writes and reads %s', (_, operations) => {
    const logits = randomAlpha(11, 1, 20, operations.length);
    const { architecture } = decode({ alpha: logits, beta, operations });
    expect(architecture.operations).toEqual(operations);
    expect(cellWords(architecture.genotype)).toEqual(referenceDecode(logits, 5, false, operations));
    expect(parseArchitecture(formatArchitecture(architecture))).toEqual(architecture);
    expect(() => decode({ alpha, beta, operations })).toThrow('alpha: expected');
  });
});
