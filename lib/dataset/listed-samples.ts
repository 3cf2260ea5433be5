/** The samples of a split, and the images that its list names although they are not there. */
import path from 'node:path';
import { count } from '../text.js';
import type { Dataset, Sample } from './dataset.js';
import type { AbsentImage } from './listing.js';

/** What a split lists. */
export interface ListedSamples {
  /** Those that are there. */
  readonly samples: readonly Sample[];
  /** All images that it lists, whether they are there or not. */
  readonly listed: number;
  /** What to say of images that are not there; undefined if all are. */
  readonly warning: string | undefined;
}

function describeAbsent(
  { name }: Dataset,
  split: string,
  absent: readonly AbsentImage[],
  listed: number,
): string | undefined {
  const [first] = absent;
  return absent.length === 0
    ? undefined
    : `${name}, split ${split}: ${absent.length} of ${count(listed, 'image')} that ${path.basename(first.list)} ` +
        `lists ${absent.length === 1 ? 'is' : 'are'} not there, such as ${first.image}; the others are used`;
}

/**
 * The samples of a split, with what is to be said of listed images that are not there, which some kinds of
 * dataset leave out so that a part of the data can be used.
 *
 * @throws what {@link Dataset.samples} throws
 */
export async function listedSamples(dataset: Dataset, split: string): Promise<ListedSamples> {
  const absent: AbsentImage[] = [];
  const samples = await dataset.samples(split, { onAbsent: (image) => absent.push(image) });
  const listed = samples.length + absent.length;
  return { samples, listed, warning: describeAbsent(dataset, split, absent, listed) };
}
