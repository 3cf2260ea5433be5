/** How the benchmark of ADE20K ranks. */
import { scores } from '../../metrics/scores.js';
import type { Benchmark } from '../benchmark.js';

/**
 * The mean of pixel accuracy and mean IoU. Pixels labelled 0 do not count; a class that is neither
 * labelled nor predicted counts as 0, as in the benchmark's code, which matters for parts of a split
 * only.
 *
 * Source: MIT Scene Parsing Benchmark, development kit: README ("Evaluation routines") and
 * demoEvaluation.m.
 */
export const ADE20K_BENCHMARK: Benchmark = {
  finalScore: {
    name: 'mean of pixel accuracy and mIoU over all 150 classes',
    of(matrix) {
      const { pixelAccuracy, meanIou } = scores(matrix, 'zero');
      return (pixelAccuracy + meanIou) / 2;
    },
  },
};
