/** What server files are for: the rules, the split with its images, the competition. */
import type { Dataset, Sample } from '../dataset/dataset.js';
import { submissionFormatOf } from '../dataset/open-dataset.js';
import type { SubmissionFormat, SubmissionTarget } from '../dataset/submission.js';
import { ConfigError } from '../errors.js';

/** Options that say which server files are meant. */
export interface TargetOptions {
  readonly dataset: Dataset;
  /** The images to predict; `test` by default. Another one, such as `val`, is for rehearsals. */
  readonly split?: string | undefined;
  /** Of VOC: `comp6` (default, trained on any data) or `comp5` (on VOC 2012 only). */
  readonly competition?: string | undefined;
}

/** The images that files are wanted for, and the rules. */
export interface Target extends SubmissionTarget {
  readonly format: SubmissionFormat;
  readonly samples: readonly Sample[];
  /** The images of the whole split, where this copy of the dataset does not have them all. */
  readonly missingOf: number | undefined;
}

function competitionOf({ competitions, server }: SubmissionFormat, wanted?: string): string {
  const names = competitions.map(({ name }) => name);
  if (wanted !== undefined && !names.includes(wanted)) {
    const expected = names.length === 0 ? 'none' : `one of ${names.join(', ')}`;
    throw new ConfigError(
      `competition: expected ${expected} for ${server}, got "${wanted}"` +
        (names.length === 0 ? '; leave it out' : ''),
    );
  }
  return wanted ?? names.at(0) ?? '';
}

/**
 * Finds the images and the rules.
 *
 * @throws {@link ConfigError} if the dataset has no server, no such split or no such competition
 * @throws {@link DataError} if images are missing
 */
export async function findTarget(options: TargetOptions): Promise<Target> {
  const { dataset, split = 'test' } = options;
  const format = submissionFormatOf(dataset.description.kind);
  const competition = competitionOf(format, options.competition);
  if (!dataset.splits.includes(split)) {
    throw new ConfigError(
      `submission: expected a split out of ${dataset.splits.join(', ')} of ${dataset.name}, got ` +
        `"${split}"; add the images of ${split} to ${dataset.description.root}, or rehearse on another ` +
        'split with the option split',
    );
  }
  const samples = await dataset.samples(split);
  const full = split === 'test' ? format.testImages : undefined;
  const missingOf = full === samples.length ? undefined : full;
  return { format, split, competition, samples, missingOf };
}
