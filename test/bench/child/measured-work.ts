/** A work that is ready to be run again and again. */
import type { nn } from 'autodeeplab';
import * as tf from '@tensorflow/tfjs-core';
import { Random } from 'autodeeplab';
import { CLASSES, type Work } from '../cases.js';
import type { NamedProfile } from '../profile-table.js';

/** One run of a work. */
export interface WorkResult {
  /** Times of its parts, by name; empty if it is one. */
  readonly parts: Readonly<Record<string, number>>;
  readonly loss: number | null;
}

/** A work with everything it needs. */
export interface MeasuredWork {
  /** What the library expected before it ran, if it is a compiled program. */
  readonly memory?: nn.MemoryEstimate | undefined;
  run(): Promise<WorkResult>;
  /** What the time of each of its compiled steps is spent on. */
  profile?(): readonly NamedProfile[];
}

/** How a program of the library is to run. */
export interface ProgramMode {
  readonly mode: 'graph' | 'eager';
  readonly precision: nn.Precision;
}

/** What the library's own programs tell `compile`: see `lib/search/search-program.ts` and others. */
export const COMPILE_OPTIONS: Readonly<Record<Work['kind'], Omit<nn.CompileOptions, 'mode'>>> = {
  search: { work: 'branches' },
  retrain: {},
  infer: { rewrite: true },
};

const random = new Random(1).fork('bench');

/** Random pixels in [−1, 1). */
export function randomImages(count: number): Float32Array {
  const source = random.fork('image');
  return Float32Array.from({ length: count }, () => source.uniform(-1, 1));
}

/** A batch of random images and labels of a square size. */
export function randomBatch(batch: number, size: number): { image: tf.Tensor; labels: tf.Tensor } {
  const pixels = batch * size * size;
  const source = random.fork('labels');
  const labels = Int32Array.from({ length: pixels }, () => source.integer(CLASSES));
  return {
    image: tf.tensor4d(randomImages(pixels * 3), [batch, size, size, 3]),
    labels: tf.tensor3d(labels, [batch, size, size], 'int32'),
  };
}

/** Inputs of a training step of square images. */
export function batchInputs(batch: number, size: number): Record<string, nn.InputSpec> {
  return {
    image: { shape: [batch, size, size, 3] },
    labels: { shape: [batch, size, size], dtype: 'int32' },
  };
}

/** What the time of a program's step is spent on. */
export function profileOf(
  program: nn.Program,
  step: string,
  inputs: nn.NamedTensors,
): NamedProfile {
  if (program.profile === undefined) {
    throw new Error(`${step}: expected a compiled step, got one that runs operation by operation`);
  }
  return { step, ...program.profile(step, inputs) };
}

/** Reads the loss of a step, which waits for its end, and frees the outputs. */
export async function readLoss(outputs: nn.NamedTensors): Promise<number> {
  const [loss] = await outputs.loss.data();
  tf.dispose(outputs);
  return loss;
}

/** Tensors with a prefix before their names. */
export function prefixed(prefix: string, tensors: nn.NamedTensors): nn.NamedTensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [`${prefix}/${name}`, tensor]),
  );
}
