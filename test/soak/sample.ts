/** What is measured of a process, from outside and inside. */

/** What the system says of a process; undefined where it does not say it. */
export interface Outside {
  readonly rss?: number;
  readonly fileHandles?: number;
  readonly threads?: number;
  /** The processor's time that it has taken, of all its threads. */
  readonly cpuSeconds?: number;
}

/** What a process says of itself. */
export interface Inside {
  /** Memory of JavaScript's objects, bytes. */
  readonly heapUsed: number;
  /** Memory that JavaScript's objects hold outside of its heap, bytes, buffers included. */
  readonly external: number;
  readonly arrayBuffers: number;
  /** Tensors that were not disposed. */
  readonly tensors: number;
  readonly tensorBytes: number;
  /** What keeps the event loop busy: timers, sockets, worker threads. */
  readonly resources: number;
  /** Rounds of the work that are done. */
  readonly rounds: number;
}

/** One sample; of what is inside only where the process had time to answer. */
export interface Sample extends Outside, Partial<Inside> {
  /** Since the work began, in seconds. */
  readonly seconds: number;
}

/** A quantity that is followed. */
export interface Measure {
  readonly key: Exclude<keyof Sample, 'seconds' | 'rounds' | 'cpuSeconds'>;
  readonly title: string;
  readonly unit: 'MiB' | '1';
  /** Growth over the measured time that is too small to matter, in its unit. */
  readonly ignored: number;
}

/** All quantities, the most telling first. */
export const MEASURES: readonly Measure[] = [
  { key: 'rss', title: 'resident memory', unit: 'MiB', ignored: 8 },
  { key: 'heapUsed', title: 'heap in use', unit: 'MiB', ignored: 2 },
  { key: 'external', title: 'outside the heap', unit: 'MiB', ignored: 2 },
  { key: 'arrayBuffers', title: 'array buffers', unit: 'MiB', ignored: 2 },
  { key: 'tensors', title: 'tensors', unit: '1', ignored: 0.5 },
  { key: 'tensorBytes', title: 'tensor memory', unit: 'MiB', ignored: 0.1 },
  { key: 'fileHandles', title: 'file handles', unit: '1', ignored: 0.5 },
  { key: 'threads', title: 'threads', unit: '1', ignored: 0.5 },
  { key: 'resources', title: 'active resources', unit: '1', ignored: 0.5 },
];
