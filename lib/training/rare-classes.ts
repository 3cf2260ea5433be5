/** Rare-class sampling in a run: what its label maps hold, counted once and kept with the run. */
import { z } from 'zod';
import type { Dataset, Sample } from '../dataset/dataset.js';
import type { ClassPixels, LabelCounts } from '../dataset/inspection/label-counts.js';
import type { Sampling } from '../dataset/loading/loader-options.js';
import { rareClassSampler, type RareClassSampler } from '../dataset/loading/rare-classes.js';
import { count, percent } from '../text.js';
import type { LoopControl } from './events.js';
import type { SamplingConfig } from './options/sampling.js';
import { imagesProgress } from './occasionally.js';
import type { DataPart } from '../dataset/inspection/summary.js';

/** How the images of a run are drawn. */
export interface RunSampling {
  /** How some of its training samples are drawn; undefined: each once per epoch. */
  of(samples: readonly Sample[]): Sampling | undefined;
  /** What the user should know. */
  readonly notes: readonly string[];
  /** The content of the run's `class-counts.json`; undefined if there is nothing to keep. */
  readonly document: ClassCounts | undefined;
}

/** The pixels in the label maps of training: by sample, by train id. */
type ClassCounts = z.infer<typeof schema>;

const schema = z.object({
  images: z.record(z.string(), z.record(z.string(), z.number().min(0))),
});

const EACH_ONCE: RunSampling = { of: () => undefined, notes: [], document: undefined };

/** The counts in a document; empty if it has none that can be used. */
function countsIn(document: unknown): ReadonlyMap<string, ClassPixels> {
  const parsed = schema.safeParse(document);
  const images = parsed.success ? Object.entries(parsed.data.images) : [];
  return new Map(
    images.map(([id, pixels]) => [
      id,
      new Map(Object.entries(pixels).map(([trainId, n]) => [Number(trainId), n])),
    ]),
  );
}

/** What is drawn with which probability, in a line. */
function describeSampler(
  { probabilities, imageProbabilities }: RareClassSampler,
  part: string,
  { classes }: Dataset,
): string {
  const named = classes
    .map(({ name }, c) => ({ name, probability: probabilities[c] }))
    .filter(({ probability }) => probability > 0)
    .sort((a, b) => b.probability - a.probability);
  const [first, last] = [named[0], named[named.length - 1]].map(
    ({ name, probability }) => `${name} (${percent(probability, 2)})`,
  );
  const never = imageProbabilities.filter((probability) => probability === 0).length;
  const rest =
    never === 0 ? '' : `; ${count(never, 'image')} without enough of a class: never drawn`;
  return `rareClassTemperature: images of ${part} are drawn for classes, from ${first} to ${last}${rest}`;
}

/**
 * How the images of a run are drawn.
 *
 * Label maps that were looked at, and those whose counts are known, are not read again.
 *
 * @param stored - gives the `class-counts.json` of the run so far
 * @throws {@link ConfigError} if no image holds enough pixels of a class
 * @throws {@link DataError} if a label map cannot be read
 * @throws the signal's reason if it is aborted
 */
export async function samplingOfRun(
  options: SamplingConfig,
  parts: readonly Omit<DataPart, 'role'>[],
  {
    dataset,
    labels,
    stored,
  }: {
    readonly dataset: Dataset;
    readonly labels: LabelCounts;
    readonly stored: () => Promise<unknown>;
  },
  { signal, onProgress }: LoopControl,
): Promise<RunSampling> {
  const { rareClassTemperature: temperature, rareClassPixels, rareClassCropPixels } = options;
  if (temperature === null) {
    return EACH_ONCE;
  }
  const names = dataset.classes.map(({ name }) => name);
  const before = countsIn(await stored());
  const samplings = new Map<readonly Sample[], Sampling>();
  const images: ClassCounts['images'] = {};
  const notes: string[] = [];
  for (const { name, samples } of parts) {
    const known = samples.map(({ id }) => before.get(id));
    const counts = known.every((one) => one !== undefined)
      ? known
      : await labels.of(samples, {
          signal,
          onProgress: imagesProgress(onProgress, 'class counts'),
        });
    const sampler = rareClassSampler(counts, names, { temperature, leastPixels: rareClassPixels });
    samplings.set(samples, { sampler, cropPixels: rareClassCropPixels });
    notes.push(describeSampler(sampler, name, dataset));
    for (const [i, { id }] of samples.entries()) {
      images[id] = Object.fromEntries(counts[i]);
    }
  }
  return { of: (samples) => samplings.get(samples), notes, document: { images } };
}
