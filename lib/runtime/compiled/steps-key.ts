/** The key of compiled steps: a digest of everything that they follow from. */
import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs-core';
import { addedOperations, usesGpu } from '../../ops/native-kernels.js';
import type { NamedTensors } from '../../tensors.js';
import type { StepDefinition } from '../program.js';
import { libraryMark } from './library-mark.js';

/** What steps follow from besides the code of the library. */
export interface StepsOrigin {
  /** What their functions follow from, as the caller says. */
  readonly source: string;
  readonly state: NamedTensors;
  readonly steps: Readonly<Record<string, StepDefinition>>;
  readonly devices: readonly string[];
  readonly recompute: string;
  readonly precision: string;
  readonly rewrite: boolean;
}

/** 64 hexadecimal digits; undefined if the library has changed since this thread began. */
export function keyOfSteps({ state, steps, ...options }: StepsOrigin): string | undefined {
  const library = libraryMark();
  if (library === undefined) {
    return undefined;
  }
  const { TF_Version: tensorflow } = (
    tf.backend() as unknown as { readonly binding: { readonly TF_Version: string } }
  ).binding;
  const parts = {
    library,
    // The gradients of operations are tfjs's, and constants are computed by the engine of JavaScript.
    versions: [tf.version_core, tensorflow, process.version, process.arch],
    kernels: [usesGpu(), ...addedOperations()],
    options: [
      options.source,
      options.devices,
      options.recompute,
      options.precision,
      options.rewrite,
    ],
    state: Object.entries(state).map(([name, { shape, dtype }]) => [name, shape, dtype]),
    steps: Object.entries(steps).map(([name, { inputs, replicas = null }]) => [
      name,
      Object.entries(inputs),
      replicas,
    ]),
  };
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
