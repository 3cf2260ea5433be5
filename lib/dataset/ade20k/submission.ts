/** What the evaluation server of the MIT Scene Parsing Benchmark takes. */
import type { SubmissionFormat } from '../submission.js';
import { ADE20K_CLASSES, ADE20K_OTHER } from './classes.js';

/**
 * A zip file with one PNG of one channel per image of `test`, of the size of the image, whose values
 * are 1 to 150; `ADE_test_00000001.png` for `ADE_test_00000001.jpg`.
 *
 * Deviation: a label map of another size is refused; the benchmark's code would resize it. So is the
 * value 0, with which a labelled pixel is wrong in any case.
 *
 * Source: MIT Scene Parsing Benchmark, development kit: README ("Submission format to the evaluation
 * server") and demoEvaluation.m (channels, size). Assumption: how many images `test` has is not
 * checked; the kit announces 2,000, the released package was not at hand.
 */
export const ADE20K_SUBMISSION: SubmissionFormat = {
  server: 'the evaluation server of MIT Scene Parsing',
  classes: ADE20K_CLASSES.map(({ name, labelValues }) => ({ name, value: labelValues[0] })),
  meaningOf: (value) => (value === ADE20K_OTHER ? 'none of the classes' : undefined),
  png: 'grey',
  competitions: [],
  archive: 'zip',
  nameOf: (id) => `${id}.png`,
  idOf: (name) => /([^/]+)\.png$/.exec(name)?.[1],
};
