/** Reference values of the statistics of a study. */
import { readFileSync } from 'node:fs';
import type { Matched, NetworkSet } from '../../../lib/study/report/bootstrap.js';
import type { Draw } from '../../../lib/study/report/randomisation.js';

export interface Expected {
  readonly low: number;
  readonly high: number;
  /** Of the resampled means. */
  readonly deviation: number;
}

/** Made by test/reference/study_statistics.py. */
export const studyStatistics = JSON.parse(
  readFileSync(new URL('../../fixtures/study-statistics.json', import.meta.url), 'utf8'),
) as {
  readonly means: readonly (Expected & { readonly sets: readonly NetworkSet[] })[];
  readonly paired: readonly (Expected & { readonly searches: readonly Matched[] })[];
  readonly unpaired: readonly (Expected & Matched)[];
  readonly simple: readonly (Expected & { readonly values: readonly number[] })[];
  readonly correlations: readonly {
    readonly x: readonly number[];
    readonly y: readonly number[];
    readonly ranks: readonly number[];
    readonly spearman: number;
    readonly kendall: number;
  }[];
  readonly quantiles: readonly {
    readonly sorted: readonly number[];
    readonly shares: readonly number[];
    readonly quantiles: readonly number[];
  }[];
  readonly randomisation: readonly {
    readonly draws: readonly Draw[];
    readonly probability: number;
  }[];
};
