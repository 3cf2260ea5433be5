/** The halves A and B of a run: made once, stored with it, found again on resume. */
import { z } from 'zod';
import type { Dataset } from '../dataset/dataset.js';
import { restoreHalves, splitHalves, type HalvedSamples, type Halves } from '../dataset/halves.js';
import { DataError } from '../errors.js';
import type { RunDirectory } from '../run/directory.js';

const ids = z.array(z.string()).min(1);
const schema: z.ZodType<Halves> = z.strictObject({ seed: z.number(), a: ids, b: ids });

/**
 * The samples of both halves of a search, those stored in `halves.json` if there are.
 *
 * @throws {@link ConfigError} if the split has fewer than two samples
 * @throws {@link DataError} if stored samples are missing from the dataset
 */
export async function halvesOfRun(
  run: RunDirectory,
  dataset: Dataset,
  split: string,
  seed: number,
): Promise<HalvedSamples> {
  const samples = await dataset.samples(split);
  const stored = await run.read('halves');
  if (stored === undefined) {
    const halves = splitHalves(samples, seed);
    await run.write('halves', halves);
    return restoreHalves(samples, halves);
  }
  const parsed = schema.safeParse(stored);
  if (!parsed.success) {
    throw new DataError(
      `${run.folder}: expected halves.json with the ids of both halves, got another document; ` +
        'start a new run',
      run.folder,
    );
  }
  return restoreHalves(samples, parsed.data);
}
