import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../lib/errors.js';
import { RunDirectory, type RunDocument } from '../../lib/run/directory.js';
import { chosenCheckpoint } from '../../lib/run/checkpoint-folder.js';
import { checkDocument, Manifest } from '../../lib/run/manifest.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { checkpointAt } from './small-checkpoints.js';

const root = temporaryFolder();
let count = 0;

const DOCUMENTS: readonly RunDocument[] = [
  'architecture',
  'data',
  'halves',
  'metrics',
  'labels',
  'class-weights',
];
const settings = {
  kind: 'search',
  seed: 7,
  config: { options: { learningRate: 0.025, epochs: 4 } },
};

/** A closed run with documents, a history of a row and a checkpoint. */
async function newRun(value = 1): Promise<string> {
  const folder = join(root, String(count++));
  const run = await RunDirectory.create(folder, settings);
  for (const name of DOCUMENTS) {
    await run.write(name, { value });
  }
  const history = await run.openHistory(0);
  history.add({ epoch: 0, step: value, phase: 'weights', kind: 'step' });
  await history.close();
  await run.checkpoints.save(checkpointAt(value));
  await run.close();
  return folder;
}

function edit(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
}

describe('a document of a run that is not what the run wrote', () => {
  it('is refused in the configuration, with what was edited', async () => {
    const folder = await newRun();
    edit(join(folder, 'config.json'), '0.025', '0.25');
    const message =
      /config\.json: expected .* got config\.options\.learningRate: 0\.025, now 0\.25; put the values back/;
    await expect(RunDirectory.open(folder)).rejects.toThrow(message);
    await expect(RunDirectory.resume(folder, settings)).rejects.toThrow(message);
    edit(join(folder, 'config.json'), '0.25', '0.0250');
    await (await RunDirectory.resume(folder, settings)).close();
  });

  it.each(DOCUMENTS)('is refused if it is edited: %s', async (name) => {
    const folder = await newRun();
    const file = join(folder, `${name}.json`);
    await (await RunDirectory.resume(folder, settings)).close();
    edit(file, '1', '2');
    const run = await RunDirectory.open(folder);
    await expect(run.read(name)).rejects.toThrow(
      /expected the file as this run wrote it.*edited, exchanged or damaged; restore/,
    );
    await expect(RunDirectory.resume(folder, settings)).rejects.toThrow(DataError);
    await expect(checkDocument(file)).rejects.toThrow(DataError);
  });

  it('is refused if it is that of another run', async () => {
    const [folder, other] = [await newRun(1), await newRun(2)];
    cpSync(join(other, 'halves.json'), join(folder, 'halves.json'));
    await expect(RunDirectory.resume(folder, settings)).rejects.toThrow('halves.json');
    cpSync(join(other, 'manifest.json'), join(folder, 'manifest.json'));
    await expect(RunDirectory.resume(folder, settings)).rejects.toThrow(DataError);
  });

  it('is refused if the list itself is edited or gone', async () => {
    const folder = await newRun();
    const file = join(folder, 'manifest.json');
    edit(file, '"epochs": 4', '"epochs": 5');
    await expect(Manifest.open(folder)).rejects.toThrow(
      /manifest\.json: expected .* edited or is damaged/,
    );
    rmSync(file);
    await expect(RunDirectory.open(folder)).rejects.toThrow(
      /manifest\.json: expected .* got no such file/,
    );
  });

  it('may be made again by the run itself, or be gone', async () => {
    const folder = await newRun();
    const run = await RunDirectory.resume(folder);
    await run.write('metrics', { value: 3 });
    expect(await run.read('metrics')).toEqual({ value: 3 });
    rmSync(join(folder, 'labels.json'));
    expect(await run.read('labels')).toBeUndefined();
    await run.close();
  });

  it('is what it was or what it becomes if the program is killed between list and document', async () => {
    const folder = await newRun();
    const manifest = await Manifest.open(folder);
    await manifest.announce('metrics.json', 'new\n');
    const run = await RunDirectory.open(folder);
    expect(await run.read('metrics')).toEqual({ value: 1 });
    writeFileSync(join(folder, 'metrics.json'), 'new\n');
    expect((await Manifest.open(folder)).isIntact('metrics.json', 'new\n')).toBe(true);
    await manifest.announce('decode.json', 'first\n');
    expect(await run.read('decode')).toBeUndefined();
  });
});

describe('checkpoints and history of another run', () => {
  it('are not taken for those of this one', async () => {
    const [folder, other] = [await newRun(1), await newRun(2)];
    cpSync(join(other, 'checkpoints'), join(folder, 'checkpoints'), { recursive: true });
    cpSync(join(other, 'history.arrow'), join(folder, 'history.arrow'));
    const run = await RunDirectory.resume(folder, settings);
    const found = await run.checkpoints.latest();
    expect(found?.checkpoint.step).toBe(1);
    expect(found?.skipped[0]?.reason).toMatch(
      /expected a checkpoint of this run, got that of another/,
    );
    const { run: name } = await Manifest.open(folder);
    await expect(chosenCheckpoint(join(folder, 'checkpoints'), 'last', name)).rejects.toThrow(
      'got that of another one',
    );
    await expect(run.openHistory(1)).rejects.toThrow(
      /expected the history of this run, got that of another/,
    );
    await run.close();
  });
});

describe('checkDocument', () => {
  it('leaves files alone that no run wrote', async () => {
    const folder = await newRun();
    writeFileSync(join(folder, 'mine.json'), '{}');
    await checkDocument(join(folder, 'mine.json'));
    await checkDocument(join(root, 'no-run.json'));
  });
});
