/** Options of every training that change no result, only speed and files. */
import { resolve } from 'node:path';
import type { CompileOptions } from '../../runtime/compile.js';
import { deviceOf } from '../../runtime/devices.js';
import { choice, devices, nullable, real, text, whole } from './kinds.js';
import { option, under, type OptionValues, type PresetValues } from './table.js';

/** What all of them have in common. */
const HOUSEKEEPING = { source: 'Changes no result', onResume: 'free' } as const;

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
    /** The last n checkpoints stay, besides the best and that of the start of the epoch. */
    keepCheckpoints: option(
      whole({ min: 1 }),
      { paper: 3, ...HOUSEKEEPING },
      'the last n checkpoints stay, besides the best and that of the start of the epoch',
    ),
    /**
     * How often the run may go back to the start of the epoch when a loss, a gradient or a statistic is
     * not finite, each time with half the learning rates from there on; then it ends. As long as all is
     * finite, it changes nothing.
     */
    rollBacks: option(
      whole({ min: 0 }),
      { paper: 0, ...HOUSEKEEPING },
      'go back to the start of the epoch at NaN, n times at most, with half the learning rates',
    ),
    /** Threads that read images; 0: the main thread; null: one less than the cores, at most 2. */
    workers: option(
      nullable(whole({ min: 0 }), 'auto'),
      { paper: null, ...HOUSEKEEPING },
      'threads that read images; 0: the main thread',
    ),
    /**
     * A folder for decoded, resized samples, in which later epochs and runs find them; null: none. They
     * serve every run that reads the same files at the same resolution, several at once, too. It gets
     * large: 4 bytes per pixel.
     */
    cache: option(
      nullable(text('<folder>'), 'none'),
      { paper: null, ...HOUSEKEEPING },
      'a folder that keeps decoded, resized samples for later epochs and runs',
    ),
    /**
     * The most that the cache may take, GiB. What no run has used for longest then makes room; a
     * dataset that does not fit stays in part. 1 GiB of the disk stays free in any case.
     */
    cacheLimit: option(
      real({ above: 0 }),
      { paper: 20, ...HOUSEKEEPING },
      'the most that the cache may take, GiB',
    ),
    /**
     * Devices of this machine for the replicas, in their order; the first holds the weights. Fewer devices
     * than replicas: several replicas on each. null: TensorFlow's choice, one device for all.
     */
    devices: option(
      nullable(devices, 'none'),
      { paper: null, ...HOUSEKEEPING },
      'devices of this machine for the replicas, such as gpu:0,gpu:1',
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

/** The options with a folder that means the same when the run is resumed from another one. */
export function withWholeCache<T extends Pick<Housekeeping, 'cache'>>(options: T): T {
  const { cache } = options;
  return cache === null ? options : { ...options, cache: resolve(cache) };
}

/** The same on the first of the devices, for programs that no replicas compute. */
export function onFirstDevice<T extends CompileOptions>(options: T): T {
  const { devices: names } = options;
  return names === undefined ? options : { ...options, devices: names.slice(0, 1) };
}

/** What `compile` is told about memory and devices. */
export function machineOptions({
  recompute,
  memoryLimit,
  devices: names,
}: Housekeeping): Pick<CompileOptions, 'recompute' | 'memoryLimit' | 'devices'> {
  return {
    recompute,
    ...(memoryLimit !== null && { memoryLimit: memoryLimit * 2 ** 30 }),
    ...(names !== null && { devices: names.map(deviceOf) }),
  };
}
