/** Options of every training that change no result, only speed and files. */
import type { CompileOptions } from '../../runtime/compile.js';
import { choice, nullable, real, whole } from './kinds.js';
import { option, under, type OptionValues, type PresetValues } from './table.js';

/** What all of them have in common. */
const HOUSEKEEPING = { source: 'Changes no result', mayDiffer: true };

/** What differs between the programs. */
interface HousekeepingPresets {
  readonly historyEvery: Omit<PresetValues<number>, 'source'>;
  readonly checkpointEvery: Omit<PresetValues<number>, 'source'>;
}

/** The options that change no result, only speed and files. */
export function housekeepingOptions(own: HousekeepingPresets) {
  return under('Housekeeping', {
    /** The history gets a row every n steps, besides one for each epoch. */
    historyEvery: option(
      whole({ min: 1 }),
      { ...HOUSEKEEPING, ...own.historyEvery },
      'a row of the history every n steps',
    ),
    /** A checkpoint is written every n steps, besides those after epochs; 0: only those. */
    checkpointEvery: option(
      whole({ min: 0 }),
      { ...HOUSEKEEPING, ...own.checkpointEvery },
      'a checkpoint every n steps besides those after epochs; 0: only those',
    ),
    /** The last n checkpoints stay, besides the best. */
    keepCheckpoints: option(
      whole({ min: 1 }),
      { paper: 3, ...HOUSEKEEPING },
      'the last n checkpoints stay, besides the best',
    ),
    /** Threads that read images; 0: the main thread; null: one less than the cores, at most 2. */
    workers: option(
      nullable(whole({ min: 0 }), 'auto'),
      { paper: null, ...HOUSEKEEPING },
      'threads that read images; 0: the main thread',
    ),
    /** What the backward pass computes again to save memory; *auto*: as little as fits. */
    recompute: option(
      choice('auto', 'none', 'cheap', 'all'),
      { paper: 'auto', ...HOUSEKEEPING },
      'what the backward pass computes again to save memory',
    ),
    /** Memory that the process may take, GiB; null: nine tenths of the machine's. */
    memoryLimit: option(
      nullable(real({ above: 0 }), 'auto'),
      { paper: null, ...HOUSEKEEPING },
      "memory that the process may take, GiB; auto: nine tenths of the machine's",
    ),
  });
}

/** The options that say what a run keeps and when. */
export type HousekeepingOptions = ReturnType<typeof housekeepingOptions>;

/** What changes no result, only speed and files. */
export type Housekeeping = OptionValues<HousekeepingOptions>;

/** What `compile` is told about memory. */
export function memoryOptions({
  recompute,
  memoryLimit,
}: Housekeeping): Pick<CompileOptions, 'recompute' | 'memoryLimit'> {
  return { recompute, ...(memoryLimit !== null && { memoryLimit: memoryLimit * 2 ** 30 }) };
}
