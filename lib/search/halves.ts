/** The halves A and B of a run: made once, stored with it, found again on resume. */
import { z } from 'zod';
import type { Dataset } from '../dataset/dataset.js';
import { restoreHalves, splitHalves, type HalvedSamples, type Halves } from '../dataset/halves.js';
import { DataError } from '../errors.js';
import { RunDirectory } from '../run/directory.js';

const ids = z.array(z.string()).min(1);
const schema: z.ZodType<Halves> = z.strictObject({ seed: z.number(), a: ids, b: ids });

/** The halves of a search, as ids and as samples. */
export interface HalvesOfRun {
  readonly halves: Halves;
  readonly samples: HalvedSamples;
}

/**
 * The halves of a search: those stored in its `halves.json`, or new ones.
 *
 * @param resumed - the folder of a run to resume; undefined: a new run
 * @throws {@link ConfigError} if the split has fewer than two samples
 * @throws {@link DataError} if stored samples are missing from the dataset
 */
export async function halvesOfRun(
  resumed: string | undefined,
  dataset: Dataset,
  { split, seed }: { readonly split: string; readonly seed: number },
): Promise<HalvesOfRun> {
  const samples = await dataset.samples(split);
  const stored = resumed && (await (await RunDirectory.open(resumed)).read('halves'));
  if (stored === undefined) {
    const halves = splitHalves(samples, seed);
    return { halves, samples: restoreHalves(samples, halves) };
  }
  const parsed = schema.safeParse(stored);
  if (!parsed.success) {
    throw new DataError(
      `${resumed}: expected halves.json with the ids of both halves, got another document; ` +
        'start a new run',
      resumed,
    );
  }
  return { halves: parsed.data, samples: restoreHalves(samples, parsed.data) };
}
