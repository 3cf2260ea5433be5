/** Decoding α and β of a search: at its end, or again from its checkpoints. */
import {
  decode,
  type DecodeInput,
  type DecodeOptions,
  type DecodeResult,
} from '../decoder/decode.js';
import { libraryVersion } from '../run/version.js';
import { completeShape } from '../search-space/shape.js';
import { ALPHA, BETA } from '../search-space/supernet/supernet.js';
import type { CheckpointChoice } from '../run/checkpoint-folder.js';
import { readVariables } from '../training/first-weights.js';
import { readStoredRun } from '../training/stored-run.js';
import { SEARCH, type SearchConfig } from './options.js';

/** How {@link decodeSearch} reads and decides. */
export interface DecodeSearchOptions {
  /** α and β of the last step (default), or of the best validation. */
  readonly checkpoint?: CheckpointChoice;
  /** How to decide; the end normalisation is by default that of the search. */
  readonly options?: DecodeOptions;
}

/** α and β as plain numbers. */
export interface ArchitectureLogits {
  /** `[edges · operations]`, edge by edge. */
  readonly alpha: Float32Array;
  /** `[arrows]`. */
  readonly beta: Float32Array;
}

/** α and β of a search with its space, its end normalisation and where they come from, ready to decode. */
export function decodeInputOf(
  { alpha, beta }: ArchitectureLogits,
  config: SearchConfig,
  dataset: string,
  options: DecodeOptions = {},
): DecodeInput {
  const { seed, endNormalisation } = config;
  return {
    alpha,
    beta,
    ...completeShape(config),
    options: { endNormalisation, ...options },
    provenance: {
      source: 'search',
      seed,
      dataset,
      date: new Date().toISOString(),
      libraryVersion: libraryVersion(),
    },
  };
}

/** α and β of a search, ready to decode. */
export interface SearchLogits {
  /** What `decode`, `decodeWithin` and `decodeFrontier` take. */
  readonly input: DecodeInput;
  /** Number of classes of the dataset that was searched on. */
  readonly classes: number;
}

/**
 * Reads the α and β of a search, also while it is running.
 *
 * @param folder - of the search
 * @throws {@link ConfigError} if the run is not a search
 * @throws {@link DataError} if it has no checkpoint yet or a file cannot be read
 *
 * @example
 * const { input, classes } = await readSearchLogits('runs/search');
 * const network = { filterMultiplier: 20, classes, height: 1025, width: 2049 };
 * const { lost } = decodeWithin({ ...input, network, limits: { parameters: 3e6 } });
 */
export async function readSearchLogits(
  folder: string,
  { checkpoint = 'last', options }: DecodeSearchOptions = {},
): Promise<SearchLogits> {
  const { dataset, options: config } = await readStoredRun(folder, SEARCH);
  const variables = await readVariables(folder, checkpoint);
  const logits = {
    alpha: variables[ALPHA].data as Float32Array,
    beta: variables[BETA].data as Float32Array,
  };
  const input = decodeInputOf(logits, config, dataset.name, options);
  return { input, classes: dataset.classes.length };
}

/**
 * Decodes the α and β of a search, also while it is running.
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
  options: DecodeSearchOptions = {},
): Promise<DecodeResult> {
  return decode((await readSearchLogits(folder, options)).input);
}
