import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../lib/errors.js';
import { openFolder } from '../../lib/dataset/folder/folder.js';
import type { DataPart } from '../../lib/dataset/inspection/summary.js';
import { RunDirectory } from '../../lib/run/directory.js';
import type { ProgressEvent } from '../../lib/training/events.js';
import { checkLabels } from '../../lib/training/label-check.js';
import { useBackend, backends } from '../helpers/backends.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { DESCRIPTION, tinyDataset, writeTinyDataset } from './tiny-dataset.js';
import { trainTiny } from './train-tiny.js';

const folder = temporaryFolder();
const dataset = await tinyDataset(path.join(folder, 'data'), { train: 2, val: 1 });
const parts: DataPart[] = [
  { name: 'train', role: 'training', samples: await dataset.samples('train') },
  { name: 'val', role: 'validation', samples: await dataset.samples('val') },
];

/** The check of the tiny dataset with its events. */
async function check(changes: Partial<Parameters<typeof checkLabels>[0]> = {}) {
  const events: ProgressEvent[] = [];
  const inspection = await checkLabels({
    dataset,
    parts,
    labelCheck: 'all',
    resumed: undefined,
    onProgress: (event) => events.push(event),
    ...changes,
  });
  return { inspection, events };
}

describe('checkLabels', () => {
  it('reports its progress, a line per part and the warnings', async () => {
    const [training] = parts;
    const twice: DataPart = { ...training, name: 'val', role: 'validation' };
    const { events, inspection } = await check({ parts: [training, twice] });
    const images = { kind: 'images', purpose: 'label check', total: 4, secondsLeft: undefined };
    expect(events).toEqual([
      ...[1, 2, 3, 4].map((done) => ({ ...images, done })),
      { kind: 'note', text: expect.stringMatching(/^train, 2 label maps: [a-z]+ \d/) as string },
      { kind: 'note', text: expect.stringMatching(/^val, 2 label maps: [a-z]+ \d/) as string },
      {
        kind: 'warning',
        text: expect.stringMatching(/^tiny: 2 of 2 images of val are in train too/) as string,
      },
    ]);
    expect(inspection?.parts.map(({ images: n }) => n)).toEqual([2, 2]);
  });

  it('throws all errors at once, after saying what the label maps hold', async () => {
    const classes = [
      { name: 'dark', id: 0 },
      { name: 'red', id: 1 },
    ];
    const other = await openFolder({ ...DESCRIPTION, root: path.join(folder, 'data'), classes });
    const notes: string[] = [];
    const work = checkLabels({
      dataset: other,
      parts,
      labelCheck: 'all',
      resumed: undefined,
      onProgress: (event) => event.kind === 'note' && notes.push(event.text),
    });
    const error = await work.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(DataError);
    expect((error as Error).message).toMatch(
      /^tiny, train: expected label values out of 0-1, 255, .*\ntiny, val: expected label values/,
    );
    expect(notes).toHaveLength(2);
  });

  it('does nothing where the options say so', async () => {
    expect(await check({ labelCheck: 'none' })).toEqual({ inspection: undefined, events: [] });
  });

  it('does not look again if the run that is resumed has the result', async () => {
    const resumed = path.join(folder, 'resumed');
    const run = await RunDirectory.create(resumed, { kind: 'retrain', config: {}, seed: 1 });
    expect((await check({ resumed })).inspection).toBeDefined();
    await run.write('labels', {});
    await run.close();
    expect(await check({ resumed })).toEqual({ inspection: undefined, events: [] });
  });
});

describe('a run', () => {
  it('finds a broken validation file before it makes its folder', async () => {
    await useBackend(backends[0]);
    const root = await writeTinyDataset(path.join(folder, 'broken'), { train: 2, val: 2 });
    const label = path.join(root, 'val_labels', '1.png');
    await writeFile(label, (await readFile(label)).subarray(0, 60));
    const run = path.join(folder, 'broken-run');
    await expect(trainTiny(await openFolder({ root }), run)).rejects.toThrow(
      /^tiny, val: expected samples that can be read, got 1 of 2 that cannot:\n {2}label map .*1\.png/,
    );
    expect(existsSync(run)).toBe(false);
  });

  it('keeps what its label maps hold', async () => {
    const run = path.join(folder, 'kept');
    await trainTiny(dataset, run, { crop: 33, validationSplit: null });
    const stored = await (await RunDirectory.open(run)).read('labels');
    const { inspection } = await check({ parts: parts.slice(0, 1) });
    expect(stored).toEqual(inspection);
  });
});
