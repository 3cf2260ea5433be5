import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../files/atomic-file.js';
import { fileError } from '../../files/file-error.js';
import { writeJsonFile } from '../../files/json-file.js';
import { epochsToArrow, trialsToArrow } from './arrow.js';
import type { CollectedTrials } from './collected.js';
import { agreementOf, trialsMarkdown } from './describe.js';

/** The version of the layout of `trials.json`. */
const VERSION = 1;

/**
 * Writes collected trials into a folder: `trials.md` (a table), `trials.json` (all of it, and what the
 * architectures have in common), `trials.arrow` (a row for each trial) and `epochs.arrow` (a row for each
 * epoch of each trial). Each file is replaced in one step.
 *
 * Python reads the last two with `pyarrow.feather.read_feather(file)`.
 *
 * @throws {@link DataError} if a file cannot be written
 */
export async function writeTrials({ trials }: CollectedTrials, folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw fileError('create', folder, error);
  }
  const plain = trials.map((trial) => ({ ...trial, history: undefined }));
  const agreement = agreementOf(trials) ?? null;
  await writeJsonFile(join(folder, 'trials.json'), { version: VERSION, trials: plain, agreement });
  await writeFileAtomic(join(folder, 'trials.md'), trialsMarkdown(trials));
  await writeFileAtomic(join(folder, 'trials.arrow'), trialsToArrow(trials));
  await writeFileAtomic(join(folder, 'epochs.arrow'), epochsToArrow(trials));
}
