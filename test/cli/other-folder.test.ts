/** Runs that are used from other folders than the one they were started in, in processes of their own. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeArchitecture } from '../../lib/architecture/file.js';
import { flatGrey } from '../helpers/png.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { TINY_ARCHITECTURE } from '../training/tiny-architecture.js';
import { writeTinyDataset } from '../training/tiny-dataset.js';
import { autodeeplab, ensureCompiled } from './compiled-cli.js';
import { NARROW_FLAGS } from '../training/train-tiny.js';

const folder = temporaryFolder();
const project = path.join(folder, 'project');
const moved = path.join(folder, 'moved');
const elsewhere = path.join(folder, 'elsewhere');

const from = (cwd: string, ...args: string[]) => autodeeplab(args, undefined, cwd);

beforeAll(async () => {
  ensureCompiled();
  await mkdir(elsewhere);
  await writeTinyDataset(path.join(project, 'data'), { train: 4, val: 2 });
  await writeArchitecture(path.join(project, 'architecture.json'), TINY_ARCHITECTURE);
  const trained = await from(
    project,
    ...['retrain', 'architecture.json', '--data', 'folder', '--root', 'data', '--out', 'run'],
    ...['--preset', 'tiny', '--crop', '33', '--batch-size', '2', '--filter-multiplier', '1'],
    ...NARROW_FLAGS,
    ...['--steps', '2', '--validation-split', 'none', '--workers', '0'],
  );
  expect(trained).toMatchObject({ code: 0 });
});

describe('a run with a relative root', () => {
  it('is evaluated from another folder, and after its project has moved', async () => {
    const evaluate = (run: string) =>
      from(elsewhere, 'evaluate', run, '--no-baselines', '--workers', '0');
    expect(await evaluate('../project/run')).toMatchObject({ code: 0 });
    await rename(project, moved);
    const report = await evaluate('../moved/run');
    expect(report).toMatchObject({ code: 0 });
    expect(report.output).toContain('2 of 2 images');
  });

  it('predicts from another folder', async () => {
    const args = ['predict', '../moved/run', '../moved/data/val/0.png', '--out', 'pictures'];
    expect(await from(elsewhere, ...args)).toMatchObject({ code: 0 });
  });

  it('resumes there, and says that its data has moved and what has changed', async () => {
    const resume = (...more: string[]) =>
      from(elsewhere, 'retrain', '--resume', '--out', '../moved/run', ...more);
    const same = await resume();
    expect(same.errors.join('\n')).toContain(
      `the data moved from ${project}/data to ${moved}/data: names and sizes of the files agree`,
    );
    expect(same.code).toBe(0);

    await writeFile(path.join(moved, 'data/train/new.png'), flatGrey(44, 40, 3));
    await writeFile(path.join(moved, 'data/train_labels/new.png'), flatGrey(44, 40, 1));
    const changed = await resume();
    expect(changed.code).toBe(1);
    expect(changed.errors.at(-1)).toBe(
      'error: ../moved/run: expected the data that the run began with, got in train 1 image added ' +
        `(new) (in ${moved}/data). Restore the data, or start a new run in another folder, which ` +
        'begins with these weights by --initial-weights ../moved/run',
    );

    await rm(path.join(moved, 'data'), { recursive: true });
    const lost = await resume();
    expect(lost.code).toBe(1);
    expect(lost.errors.at(-1)).toMatch(/got no such folder; say where it is now with --root$/);
  });
});
