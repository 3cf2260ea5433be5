import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFolder } from '../../lib/dataset/folder/folder.js';
import { DataError } from '../../lib/errors.js';
import { RunDirectory } from '../../lib/run/directory.js';
import { presetsOf } from '../../lib/training/options/table.js';
import { dataOfRun } from '../../lib/training/run-data.js';
import { factsOf } from '../../lib/training/stored-run.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { checkpointAt } from '../run/small-checkpoints.js';
import { PROGRAMS } from './options/programs.js';
import { tinyDataset, writeTinyDataset } from './tiny-dataset.js';

const folder = temporaryFolder();
const SPLITS = ['train', 'val', null];

/** A run of one of the programs on data of its own. */
async function begin(name: string, program = PROGRAMS[0]) {
  const root = path.join(folder, name, 'data');
  const dataset = await tinyDataset(root, { train: 4, val: 2 });
  const request = { dataset, folder: path.join(folder, name, 'run') };
  const { fingerprint } = await dataOfRun(request, program, SPLITS);
  const config = factsOf(request.folder, dataset, presetsOf(program.table).tiny, {});
  const run = await RunDirectory.create(request.folder, { kind: program.name, seed: 1, config });
  await run.write('data', fingerprint);
  await run.close();
  return {
    root,
    run: request.folder,
    resume: async (now = root) =>
      dataOfRun(
        { ...request, dataset: await openFolder({ root: now }), resume: true },
        program,
        SPLITS,
      ),
  };
}

describe('dataOfRun', () => {
  it('lists the splits that are used, once each', async () => {
    const dataset = await tinyDataset(path.join(folder, 'plain'), { train: 2, val: 1 });
    const request = { dataset, folder: path.join(folder, 'nothing') };
    const { fingerprint, notes } = await dataOfRun(request, PROGRAMS[0], ['train', 'train', null]);
    expect(Object.keys(fingerprint.splits)).toEqual(['train']);
    expect(notes).toEqual([]);
  });

  it('goes on with the same data, and says if it has moved', async () => {
    const { root, resume } = await begin('same');
    expect((await resume()).notes).toEqual([]);
    const moved = path.join(folder, 'moved');
    await rename(root, moved);
    expect((await resume(moved)).notes).toEqual([
      `the data moved from ${root} to ${moved}: names and sizes of the files agree, and samples of their contents`,
    ]);
  });

  it('refuses data that differs, naming what, and how to go on', async () => {
    const [search, retrain] = [await begin('search'), await begin('retrain', PROGRAMS[1])];
    for (const { root } of [search, retrain]) {
      await rm(path.join(root, 'val/1.png'));
      await rm(path.join(root, 'val_labels/1.png'));
      await writeTinyDataset(root, { train: 6, val: 1 });
    }
    await expect(search.resume()).rejects.toThrow(DataError);
    await expect(search.resume()).rejects.toThrow(
      `${search.run}: expected the data that the run began with, got in train 2 images added ` +
        `(4, 5); in val 1 image removed (1) (in ${search.root}). Restore the data, or start a ` +
        'new run in another folder',
    );
    await expect(retrain.resume()).rejects.toThrow(
      `another folder, which begins with these weights by the option initialWeights ${retrain.run}`,
    );
  });

  it('names classes that differ', async () => {
    const { root, resume } = await begin('classes');
    const file = path.join(root, 'dataset.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace('"red"', '"blue"'));
    await expect(resume()).rejects.toThrow('got classes added "blue" and removed "red" (in');
  });

  it('needs its list only once there is a checkpoint', async () => {
    const { run, resume } = await begin('unlisted');
    const file = path.join(run, 'data.json');
    await writeFile(file, '{}');
    await expect(resume()).rejects.toThrow(/data\.json: expected the file as this run wrote it/);
    await rm(file);
    await resume();
    const opened = await RunDirectory.resume(run);
    await opened.checkpoints.save(checkpointAt(1));
    await opened.close();
    await expect(resume()).rejects.toThrow(/data\.json: expected the list .*got no such file/);
  });
});
