import { rename } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { reopenDataset } from '../../lib/dataset/open-dataset.js';
import { ConfigError, DataError } from '../../lib/errors.js';
import { RunDirectory } from '../../lib/run/directory.js';
import {
  factsOf,
  openStoredDataset,
  resumePlaces,
  readStoredRun,
} from '../../lib/training/stored-run.js';
import { presetsOf } from '../../lib/training/options/table.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { PROGRAMS } from './options/programs.js';
import { tinyDataset } from './tiny-dataset.js';

const folder = temporaryFolder();
const [search, retrain] = PROGRAMS;
const { tiny } = presetsOf(search.table);
let dataset: Dataset;

const settings = (options: object) => ({
  kind: 'search',
  seed: 1,
  config: factsOf(folder, dataset, options, { more: 3 }),
});

async function runWith(name: string, options: object): Promise<string> {
  const run = await RunDirectory.create(path.join(folder, name), settings(options));
  await run.close();
  return run.folder;
}

beforeAll(async () => {
  dataset = await tinyDataset(path.join(folder, 'data'));
});

describe('readStoredRun', () => {
  it('gives the options and a dataset that opens again, also elsewhere', async () => {
    const stored = await readStoredRun(await runWith('run', tiny), search);
    expect(stored.options).toEqual(tiny);
    expect(stored.dataset.classes.map(({ name }) => name)).toEqual(['dark', 'red', 'green']);
    const again = await reopenDataset(stored.dataset);
    expect(again.classes).toEqual(dataset.classes);
    expect(await again.samples('val')).toEqual(await dataset.samples('val'));
    const moved = await tinyDataset(path.join(folder, 'moved'));
    const there = await reopenDataset(stored.dataset, { root: path.join(folder, 'moved') });
    expect(await there.samples('val')).toEqual(await moved.samples('val'));
  });

  it('refuses the run of another program, and one whose facts are not complete', async () => {
    const run = await runWith('other', tiny);
    await expect(readStoredRun(run, retrain)).rejects.toThrow(ConfigError);
    await expect(readStoredRun(run, retrain)).rejects.toThrow(
      'expected a retrain run, got a search run',
    );
    const { crop, ...others } = tiny;
    const unknown = readStoredRun(await runWith('unknown', { ...others, corp: crop }), search);
    await expect(unknown).rejects.toThrow(DataError);
    await expect(unknown).rejects.toThrow(/config\.json: search.* got "corp"/);
    const config = { options: tiny };
    const bare = path.join(folder, 'bare');
    await (await RunDirectory.create(bare, { ...settings(tiny), config })).close();
    await expect(readStoredRun(bare, search)).rejects.toThrow(/expected the facts of a run/);
  });
});

describe('the resume check', () => {
  const resume = async (run: string, options: object) => {
    const places = resumePlaces(search);
    await (await RunDirectory.resume(run, { ...settings(options), ...places })).close();
  };

  it.each(Object.entries(search.table))('knows whether %s may differ', async (name, option) => {
    const run = await runWith(`resumed-${name}`, tiny);
    const resumed = resume(run, { ...tiny, [name]: 'other' });
    await (option.onResume !== 'same'
      ? expect(resumed).resolves.toBeUndefined()
      : expect(resumed).rejects.toThrow(`options.${name}`));
  });

  it('leaves the dataset to the comparison of what it holds', async () => {
    const run = await runWith('moved-data', tiny);
    const moved = await tinyDataset(path.join(folder, 'moved'));
    const config = factsOf(run, { ...moved, classes: dataset.classes.slice(1) }, tiny, { more: 3 });
    const places = resumePlaces(search);
    await (await RunDirectory.resume(run, { ...settings(tiny), config, ...places })).close();
  });
});

describe('openStoredDataset', () => {
  /** A project with data and a run in it. */
  async function project(name: string) {
    const place = path.join(folder, name);
    dataset = await tinyDataset(path.join(place, 'data'));
    const run = path.join(place, 'runs/first');
    const config = factsOf(run, dataset, tiny, {});
    await (await RunDirectory.create(run, { kind: 'search', seed: 1, config })).close();
    return { place, run };
  }
  const imagesOf = async (run: string, root?: string) => {
    const opened = await openStoredDataset(await readStoredRun(run, search), root);
    return (await opened.samples('val')).map(({ imageFile }) => imageFile);
  };

  it('finds the data where it was, or moved together with the run, or where one says', async () => {
    const { place, run } = await project('project');
    expect((await imagesOf(run))[0]).toBe(path.join(place, 'data/val/0.png'));
    const moved = path.join(folder, 'elsewhere');
    await rename(place, moved);
    const movedRun = path.join(moved, 'runs/first');
    expect((await imagesOf(movedRun))[0]).toBe(path.join(moved, 'data/val/0.png'));
    await rename(path.join(moved, 'data'), path.join(folder, 'data-only'));
    await expect(imagesOf(movedRun)).rejects.toThrow(
      `${movedRun}: expected its dataset tiny in ${place}/data or ${moved}/data, got no such ` +
        'folder; say where it is now with the option root',
    );
    const there = await imagesOf(movedRun, path.join(folder, 'data-only'));
    expect(there[0]).toBe(path.join(folder, 'data-only/val/0.png'));
  });
});
