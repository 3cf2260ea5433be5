/** How far values are from expected ones. */
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors.js';
import type { Row } from './check.js';

/** The largest difference of some arrays. */
export interface Difference {
  readonly absolute: number;
  /** As a share of the largest expected element of the array; of 1 where all are 0. */
  readonly relative: number;
  /** The array in which the relative difference is largest. */
  readonly at: string;
}

/** No difference yet. */
export const NO_DIFFERENCE: Difference = { absolute: 0, relative: 0, at: '' };

function largest(values: ArrayLike<number>): number {
  return Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/**
 * The largest difference of an array; infinite where NaN stands in one of the two only.
 *
 * @param scale - what counts as 1; by default the largest expected element
 * @throws {@link ShapeError} if the lengths differ
 */
export function differenceOf(
  at: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  scale = largest(expected),
): Difference {
  if (actual.length !== expected.length) {
    throw new ShapeError(`${at}: expected ${expected.length} values, got ${actual.length}`);
  }
  let absolute = 0;
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(actual[i], expected[i])) {
      const difference = Math.abs(actual[i] - expected[i]);
      absolute = Math.max(absolute, Number.isNaN(difference) ? Infinity : difference);
    }
  }
  return { absolute, relative: absolute / (scale === 0 ? 1 : scale), at };
}

/** The larger one of differences, by their relative size. */
export function worst(differences: readonly Difference[]): Difference {
  return differences.reduce(
    (most, next) => (next.relative > most.relative ? next : most),
    NO_DIFFERENCE,
  );
}

/** What a row compares. */
export interface Comparison {
  readonly what: string;
  readonly expectedFrom: string;
  readonly tolerance: number;
  /** Computes and compares; may add a note. */
  readonly compare: () => Promised<Difference & { readonly note?: string | undefined }>;
}

type Promised<T> = T | Promise<T>;

/** One line of an error. */
export function lineOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0];
}

/** Makes a comparison and frees its tensors; an error becomes a row that says it. */
export async function rowOf({ what, expectedFrom, tolerance, compare }: Comparison): Promise<Row> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const row = { what, expectedFrom, tolerance };
  tf.engine().startScope();
  try {
    const { absolute, relative, at, note } = await compare();
    const ok = relative <= tolerance;
    const text = [ok || at === '' ? undefined : `largest in ${at}`, note]
      .filter(Boolean)
      .join('; ');
    return { ...row, absolute, relative, ok, seconds: seconds(), ...(text && { note: text }) };
  } catch (error) {
    const note = lineOf(error);
    return { ...row, absolute: NaN, relative: NaN, ok: false, seconds: seconds(), note };
  } finally {
    tf.engine().endScope();
  }
}
