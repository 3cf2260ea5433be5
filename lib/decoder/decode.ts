/** From α and β to an architecture. */
import { ConfigError } from '../errors.js';
import { completeShape, trellisOf, type SearchSpaceShape } from '../search-space/shape.js';
import type { Architecture, Provenance } from '../architecture/architecture.js';
import { checkArchitectureLevels } from '../architecture/architecture.js';
import type { CellDecode, DecodeCellOptions } from './cell.js';
import { decodeCell } from './cell.js';
import type { DecodePathOptions, PathDecode } from './path.js';
import { decodePath } from './path.js';
import { logitsDigest } from '../architecture/digest.js';
import type { Logits } from '../architecture/probabilities.js';
import { END_NORMALISATIONS } from '../search-space/end-normalisation.js';

/** α, β and the search space that they belong to; what is left out of its shape is the paper's. */
export interface DecodeInput extends Partial<SearchSpaceShape> {
  /** α, logits `[edges · operations]`, row by row. */
  readonly alpha: Logits;
  /** β, logits `[arrows]`, in the order of the trellis. */
  readonly beta: Logits;
  /** How to decide. */
  readonly options?: DecodeOptions;
  /** What is known of the search; `source` is "search" by default. Digests and options are added. */
  readonly provenance?: Partial<Provenance>;
}

/** How {@link decode} decides. */
export interface DecodeOptions extends DecodeCellOptions, DecodePathOptions {}

/** An architecture and how sure the decoder is of each part. */
export interface DecodeResult {
  /** The decoded network. */
  readonly architecture: Architecture;
  /** The cell, with the probability and the margins of each branch. */
  readonly cell: CellDecode;
  /** The path, with the k best, the margin and the decode under the other end normalisation. */
  readonly path: PathDecode;
}

/**
 * Decodes a search: the cell from α, the path from β.
 *
 * Source: Auto-DeepLab §4.3.
 *
 * @throws {@link ConfigError} if a size or an option is not usable
 * @throws {@link ShapeError} if α or β has the wrong length for `layers` and `blocks`
 * @throws {@link NumericError} if α or β holds NaN or +Infinity
 *
 * @example
 * const alpha = new Float32Array(20 * 8);
 * const beta = new Float32Array(105);
 * decode({ alpha, beta, layers: 12, blocks: 5 }).architecture.path.length; // 12
 */
export function decode(input: DecodeInput): DecodeResult {
  const { alpha, beta, options = {}, provenance } = input;
  const shape = completeShape(input);
  const { zeroInArgmax = false, endNormalisation = 'valid', k = 5 } = options;
  if (!END_NORMALISATIONS.includes(endNormalisation)) {
    throw new ConfigError(
      `endNormalisation: expected ${END_NORMALISATIONS.join(' or ')}, got ${String(endNormalisation)}`,
    );
  }
  checkArchitectureLevels(shape.levels);
  const cell = decodeCell(alpha, shape, { zeroInArgmax });
  const path = decodePath(beta, trellisOf(shape), { endNormalisation, k });
  return {
    architecture: {
      version: 1,
      path: path.path,
      genotype: cell.genotype,
      operations: shape.operations,
      provenance: {
        source: 'search',
        ...provenance,
        alphaDigest: logitsDigest(alpha),
        betaDigest: logitsDigest(beta),
        options: { ...provenance?.options, zeroInArgmax, endNormalisation },
      },
    },
    cell,
    path,
  };
}
