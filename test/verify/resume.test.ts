import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { latestCheckpoint } from '../../lib/run/checkpoint-folder.js';
import { readCheckpoint, writeCheckpoint } from '../../lib/run/checkpoint-file.js';
import { search, type SearchOptions } from '../../lib/search/search.js';
import { lossDifference, stateDifference } from '../../lib/verify/checks/resume.js';
import { backends, useBackend } from '../helpers/backends.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { tinyDataset } from '../training/tiny-dataset.js';

const root = temporaryFolder();
const place = (name: string) => path.join(root, name);

/** Two epochs of two steps, the architecture in the second. */
async function run(name: string, more: Partial<SearchOptions> = {}): Promise<void> {
  await search({
    dataset: await tinyDataset(place('data')),
    folder: place(name),
    preset: 'tiny',
    config: {
      layers: 2,
      filterMultiplier: 1,
      blocks: 1,
      crop: 33,
      batchSize: 2,
      epochs: 2,
      validationImages: 1,
      workers: 0,
    },
    ...more,
  });
}

/** A run that is stopped behind step 3 and resumed. */
async function resumed(name: string, between: () => Promise<void>): Promise<void> {
  const controller = new AbortController();
  const onProgress: SearchOptions['onProgress'] = (event) => {
    if (event.kind === 'step' && event.step === 3) {
      controller.abort();
    }
  };
  await run(name, { signal: controller.signal, onProgress });
  await between();
  await run(name, { resume: true });
}

describe('the comparison of a resumed run with a whole one', () => {
  beforeAll(async () => {
    await useBackend(backends[0]);
    await run('whole');
  });

  it('finds nothing where nothing is wrong', async () => {
    await resumed('right', () => Promise.resolve());
    expect(await lossDifference(place('right'), place('whole'))).toMatchObject({ absolute: 0 });
    expect(await stateDifference(place('right'), place('whole'))).toMatchObject({ absolute: 0 });
  });

  it('finds a velocity that was lost', async () => {
    await resumed('wrong', async () => {
      const found = await latestCheckpoint(path.join(place('wrong'), 'checkpoints'));
      const { groups, ...rest } = await readCheckpoint(found!.file);
      const optimizer = Object.fromEntries(
        Object.entries(groups.optimizer).map(([name, array]) => [
          name,
          name.startsWith('weights/')
            ? { ...array, data: array.data.slice().fill(0 as never) }
            : array,
        ]),
      );
      await writeCheckpoint(found!.file, { ...rest, groups: { ...groups, optimizer } });
    });
    const state = await stateDifference(place('wrong'), place('whole'));
    expect(state.relative).toBeGreaterThan(1e-2);
    expect((await lossDifference(place('wrong'), place('whole'))).absolute).toBeGreaterThan(0);
  });
});
