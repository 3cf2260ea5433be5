/** The weights that a network in training predicts with: their averages where there are any. */
import * as tf from '@tensorflow/tfjs-core';
import { withoutPrefix, withPrefix, type NamedTensors } from '../tensors.js';
import type { TrainedProgram } from './run-work.js';

/** The weights to predict with, by name; the caller disposes them. */
export function predictingWeights({
  program,
  variables,
  averaged = [],
}: Pick<TrainedProgram, 'program' | 'variables' | 'averaged'>): NamedTensors {
  const hasAverage = new Set(averaged);
  const last = variables.map(({ name }) => name).filter((name) => !hasAverage.has(name));
  const state = program.state([
    ...last.map((name) => `variables/${name}`),
    ...averaged.map((name) => `averages/${name}`),
  ]);
  return { ...withoutPrefix('variables', state), ...withoutPrefix('averages', state) };
}

/** Begins the averages, if there are any, with the weights that the program has now. */
export function startAverages({
  program,
  averaged = [],
}: Pick<TrainedProgram, 'program' | 'averaged'>): void {
  if (averaged.length === 0) {
    return;
  }
  const state = program.state(averaged.map((name) => `variables/${name}`));
  program.load(withPrefix('averages', withoutPrefix('variables', state)));
  tf.dispose(state);
}
