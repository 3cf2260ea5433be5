/** Decoding a search again, from its checkpoints. */
import { join } from 'node:path';
import { z } from 'zod';
import { describeIssue } from '../check-options.js';
import { decode, type DecodeOptions, type DecodeResult } from '../decoder/decode.js';
import { ConfigError, DataError } from '../errors.js';
import { RunDirectory } from '../run/directory.js';
import { libraryVersion } from '../run/version.js';
import { ALPHA, BETA } from '../search-space/supernet/supernet.js';
import { readVariables, type CheckpointChoice } from '../training/first-weights.js';

/** How {@link decodeSearch} reads and decides. */
export interface DecodeSearchOptions {
  /** α and β of the last step (default), or of the best validation. */
  readonly checkpoint?: CheckpointChoice;
  /** How to decide; the end normalisation is by default that of the search. */
  readonly options?: DecodeOptions;
}

const schema = z.object({
  layers: z.int().min(2),
  blocks: z.int().min(1),
  seed: z.int().min(0),
  endNormalisation: z.enum(['valid', 'two-thirds']),
  firstLayer: z.enum(['free', 'stride-4']).default('free'),
  dataset: z.object({ name: z.string() }),
});

/**
 * Decodes the α and β of a search, also while it goes on.
 *
 * @param folder - of the search
 * @throws {@link ConfigError} if the run is not a search
 * @throws {@link DataError} if it has no checkpoint yet or a file cannot be read
 *
 * @example
 * const { architecture } = await decodeSearch('runs/search');
 */
export async function decodeSearch(
  folder: string,
  { checkpoint = 'last', options }: DecodeSearchOptions = {},
): Promise<DecodeResult> {
  const run = await RunDirectory.open(folder);
  if (run.kind !== 'search') {
    throw new ConfigError(`${folder}: expected the folder of a search, got that of a ${run.kind}`);
  }
  const parsed = schema.safeParse(run.config);
  if (!parsed.success) {
    const file = join(folder, 'config.json');
    throw new DataError(
      `${file}: expected the configuration of a search, got ${describeIssue(parsed.error)}`,
      file,
    );
  }
  const { layers, blocks, seed, endNormalisation, firstLayer, dataset } = parsed.data;
  const variables = await readVariables(folder, checkpoint);
  return decode({
    alpha: variables[ALPHA].data as Float32Array,
    beta: variables[BETA].data as Float32Array,
    layers,
    firstLayer,
    blocks,
    options: { endNormalisation, ...options },
    provenance: {
      source: 'search',
      seed,
      dataset: dataset.name,
      date: new Date().toISOString(),
      libraryVersion: libraryVersion(),
    },
  });
}
