/** What the benchmark of a dataset scores besides its classes. */
import type { ConfusionMatrix } from '../metrics/confusion-matrix.js';
import type { InstanceClass } from '../metrics/instance-iou.js';

/** A group of classes that a benchmark scores as one. */
export interface Category {
  readonly name: string;
  /** The classes, by train id. */
  readonly classes: readonly number[];
}

/** Things that a benchmark counts one by one. */
export interface BenchmarkInstances {
  /** The classes whose things are told apart. */
  readonly classes: readonly InstanceClass[];
  /**
   * The map of things that belongs to a label map, by the names of the dataset: a 16-bit grey PNG of
   * the same size.
   */
  readonly fileOf: (labelFile: string) => string;
}

/** The score by which a benchmark ranks, where that is not the mean IoU. */
export interface FinalScore {
  readonly name: string;
  /** From 0 to 1. */
  readonly of: (matrix: ConfusionMatrix) => number;
}

/** What a benchmark scores; `evaluate` reports it. */
export interface Benchmark {
  readonly categories?: readonly Category[] | undefined;
  readonly instances?: BenchmarkInstances | undefined;
  readonly finalScore?: FinalScore | undefined;
}
