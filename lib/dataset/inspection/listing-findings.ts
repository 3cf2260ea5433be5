/** What is wrong with the files of a split, before any is read: counts and pairs. */
import { count } from '../../text.js';
import type { ListingProblemKind } from '../listing.js';
import { error, note, warning, type DataFinding } from './findings.js';
import type { ListedSplit } from './list-split.js';

/** Examples that a finding shows. */
const MOST_EXAMPLES = 3;

/** What a kind of problem says of n files; counts say themselves what they are. */
const SAID: Readonly<
  Record<
    Exclude<ListingProblemKind, 'count'>,
    { readonly make: (text: string) => DataFinding; readonly says: (n: number) => string }
  >
> = {
  unlabelled: {
    make: (text) => error('pairs', text),
    says: (n) => `expected a label map for every image, got ${count(n, 'image')} without`,
  },
  missing: {
    make: (text) => error('pairs', text),
    says: (n) => `expected all listed images, got ${n} of them missing`,
  },
  name: {
    make: (text) => error('pairs', text),
    says: (n) => `expected one sample per file and id, got ${count(n, 'file')} in doubt`,
  },
  line: {
    make: (text) => error('pairs', text),
    says: (n) => `expected lists of images and label maps, got ${count(n, 'line')} of another form`,
  },
  link: {
    make: (text) => error('pairs', text),
    says: (n) =>
      `expected files inside the folder, got ${count(n, 'symbolic link')} to outside of it; allow such ` +
      'links with the option followLinks if the dataset is yours',
  },
  skipped: {
    make: (text) => note('counts', text),
    says: (n) => `${count(n, 'listed image')} not there, which this kind of dataset allows`,
  },
};

/**
 * The counts and pairs of a split.
 *
 * @param alone - label maps without an image
 */
export function listingFindings(
  split: ListedSplit,
  dataset: string,
  alone: readonly string[],
): DataFinding[] {
  const { problems, failure, samples, name, images, whole } = split;
  const where = `${dataset}, ${name}`;
  if (failure !== undefined) {
    return [error('pairs', failure.message)];
  }
  const counts = problems.filter(({ kind }) => kind === 'count');
  const findings = counts.map(({ message }) => error('counts', message));
  if (counts.length === 0 && whole !== undefined && images !== whole) {
    findings.push(
      images < whole
        ? note('counts', `${where}: ${images} of the ${whole} images of the whole benchmark`)
        : warning(
            'counts',
            `${where}: expected at most the ${whole} images of the whole benchmark, got ${images}; ` +
              'scores do not compare with those of others until the images that are not part of it are gone',
          ),
    );
  }
  for (const kind of Object.keys(SAID) as (keyof typeof SAID)[]) {
    const own = problems.filter((problem) => problem.kind === kind);
    if (own.length > 0) {
      const shown = own.slice(0, MOST_EXAMPLES).map(({ message }) => message);
      const { make, says } = SAID[kind];
      findings.push(make(`${where}: ${says(own.length)}:\n  ${shown.join('\n  ')}`));
    }
  }
  if (alone.length > 0) {
    const shown = alone.slice(0, MOST_EXAMPLES).join(', ');
    findings.push(
      warning(
        'pairs',
        `${where}: ${count(alone.length, 'label map')} without an image, such as ${shown}; add the ` +
          'images, or let them be: they are not used',
      ),
    );
  }
  if (samples.length > 0 && samples.every(({ labelFile }) => labelFile === undefined)) {
    if (/^test/i.test(name)) {
      findings.push(note('pairs', `${where}: no label maps, as in test splits: it is not scored`));
    }
  }
  return findings;
}
