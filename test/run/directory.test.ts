import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { temporaryName } from '../../lib/files/temporary-file.js';
import { ConfigError, DataError } from '../../lib/errors.js';
import { RunDirectory } from '../../lib/run/directory.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const root = temporaryFolder();
let count = 0;
const newFolder = () => join(root, 'runs', String(count++));

const config = { layers: 12, optimizer: { learningRate: 0.025, betas: [0.9, 0.999] } };
const settings = { kind: 'search', config, seed: 7 };
const json = (...path: string[]): unknown => JSON.parse(readFileSync(join(...path), 'utf8'));

describe('RunDirectory', () => {
  it('records configuration, seed and environment, and adds each resumption', async () => {
    const folder = newFolder();
    const run = await RunDirectory.create(folder, { ...settings, environment: { threads: 2 } });
    expect(json(folder, 'config.json')).toEqual({ version: 1, ...settings });
    await run.close();
    const resumed = await RunDirectory.resume(folder, settings);
    expect([resumed.kind, resumed.seed, resumed.config]).toEqual(['search', 7, config]);
    await resumed.close();
    const { sessions } = json(folder, 'environment.json') as { sessions: object[] };
    expect(sessions).toHaveLength(2);
    expect(sessions[0]).toMatchObject({
      threads: 2,
      node: process.versions.node,
      tfjs: tf.version_core,
    });
    expect(readdirSync(folder).sort()).toEqual([
      'checkpoints',
      'config.json',
      'environment.json',
      'manifest.json',
    ]);
  });

  it('holds history, checkpoints and documents, which others may read meanwhile', async () => {
    const folder = newFolder();
    const run = await RunDirectory.create(folder, settings);
    const history = await run.openHistory(0);
    history.add({ epoch: 0, step: 5, phase: 'weights', kind: 'epoch', loss: 2 });
    await history.flush();
    await run.checkpoints.save({ step: 5, epoch: 1, metrics: {}, extra: null, groups: {} });
    await run.write('halves', { a: ['1', '2'], b: ['3'] });
    await run.write('metrics', { meanIou: NaN });

    const reader = await RunDirectory.open(folder);
    expect(reader.isWritable).toBe(false);
    expect((await reader.readHistory()).rows[0]).toMatchObject({ step: 5, loss: 2 });
    expect((await reader.checkpoints.latest())?.checkpoint.step).toBe(5);
    expect(await reader.read('halves')).toEqual({ a: ['1', '2'], b: ['3'] });
    expect(await reader.read('metrics')).toEqual({ meanIou: null });
    expect(await reader.read('architecture')).toBeUndefined();
    await expect(reader.write('metrics', {})).rejects.toThrow('opened for writing, got one for');
    await expect(
      reader.checkpoints.save({ step: 6, epoch: 1, metrics: {}, extra: null, groups: {} }),
    ).rejects.toThrow(DataError);
    await history.close();
    await run.close();
    await expect(run.write('metrics', {})).rejects.toThrow('for reading or closed');
  });

  it('continues from its checkpoint, without the history rows of later steps', async () => {
    const folder = newFolder();
    const run = await RunDirectory.create(folder, settings, { keepCheckpoints: 1 });
    const history = await run.openHistory(0);
    for (const step of [1, 2, 3]) {
      history.add({ epoch: 0, step, phase: 'weights', kind: 'step' });
      await history.flush();
      if (step < 3) {
        await run.checkpoints.save({ step, epoch: 0, metrics: {}, extra: null, groups: {} });
      }
    }
    await history.close();
    await run.close();
    const resumed = await RunDirectory.resume(folder);
    const step = (await resumed.checkpoints.latest())?.checkpoint.step ?? 0;
    await (await resumed.openHistory(step)).close();
    expect((await resumed.readHistory()).rows.map((row) => row.step)).toEqual([1, 2]);
    await resumed.close();
  });

  it('refuses to start over a run or among other files, and says what to do', async () => {
    const folder = newFolder();
    await (await RunDirectory.create(folder, settings)).close();
    await expect(RunDirectory.create(folder, settings)).rejects.toThrow(
      new ConfigError(
        `${folder}: expected a new or empty folder, got one with a search run; ` +
          'continue that run with { resume: true }, or choose another folder',
      ),
    );
    const other = newFolder();
    mkdirSync(other, { recursive: true });
    writeFileSync(join(other, 'thesis.txt'), '');
    await expect(RunDirectory.create(other, settings)).rejects.toThrow('1 entries (thesis.txt)');
    expect(readdirSync(other)).toEqual(['thesis.txt']);
    await expect(RunDirectory.create(join(other, 'thesis.txt'), settings)).rejects.toThrow(
      DataError,
    );
  });

  it('starts in a folder where an earlier start was killed before it got anywhere', async () => {
    const folder = newFolder();
    mkdirSync(folder, { recursive: true });
    writeFileSync(temporaryName(join(folder, 'config.json')), '{"ver');
    const run = await RunDirectory.create(folder, settings);
    await run.close();
    expect(readdirSync(folder).sort()).toEqual([
      'config.json',
      'environment.json',
      'manifest.json',
    ]);
  });

  it('has what it cannot be resumed without before it is a run, whenever it is killed', async () => {
    const folder = newFolder();
    const documents = { architecture: '{"path": []}\n' };
    await (await RunDirectory.create(folder, { ...settings, documents })).close();
    rmSync(join(folder, 'config.json')); // killed before it was written
    rmSync(join(folder, 'environment.json'));
    const other = { architecture: '{"path": [1]}\n' };
    const run = await RunDirectory.create(folder, { ...settings, documents: other });
    expect(await run.read('architecture')).toEqual({ path: [1] });
    await run.close();
    rmSync(join(folder, 'config.json'));
    writeFileSync(join(folder, 'metrics.json'), '{}');
    await expect(RunDirectory.create(folder, { ...settings, documents })).rejects.toThrow(
      '2 entries',
    );
  });

  it('refuses to be resumed with other settings, unless they may differ', async () => {
    const folder = newFolder();
    await (await RunDirectory.create(folder, settings)).close();
    const more = { ...settings, config: { ...config, workers: 4 } };
    await expect(RunDirectory.resume(folder, more)).rejects.toThrow(ConfigError);
    await (await RunDirectory.resume(folder, { ...more, mayDiffer: ['workers'] })).close();
  });

  it('records what a resume changed, whenever it is killed meanwhile', async () => {
    const folder = newFolder();
    await (await RunDirectory.create(folder, settings)).close();
    const file = join(folder, 'config.json');
    const before = readFileSync(file, 'utf8');
    const longer = { ...settings, config: { ...config, workers: 4 } };
    const run = await RunDirectory.resume(folder, { ...longer, recorded: ['workers'] });
    await run.recordDifferences(7);
    expect(run.config).toEqual(longer.config);
    await run.close();
    const values = { workers: { now: 4 } };
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      config: longer.config,
      changes: [{ afterStep: 7, values }],
    });
    expect((await RunDirectory.open(folder)).config).toEqual(longer.config);
    writeFileSync(file, before); // killed before the new one was written
    expect((await RunDirectory.open(folder)).config).toEqual(settings.config);
    writeFileSync(file, before.replace('"seed": 7', '"seed": 8'));
    await expect(RunDirectory.open(folder)).rejects.toThrow(DataError);
  });

  it('keeps a second writer out and leaves no lock behind when a start fails', async () => {
    const folder = newFolder();
    const run = await RunDirectory.create(folder, settings);
    await expect(RunDirectory.resume(folder, settings)).rejects.toThrow(
      'expected a free lock, got one held by process',
    );
    await run.close();
    const other = newFolder();
    mkdirSync(join(other, 'x'), { recursive: true });
    await expect(RunDirectory.create(other, settings)).rejects.toThrow(ConfigError);
    expect(readdirSync(other)).toEqual(['x']);
  });

  it('refuses a folder without a run and one whose configuration is damaged', async () => {
    const folder = newFolder();
    for (const start of [() => RunDirectory.open(folder), () => RunDirectory.resume(folder)]) {
      await expect(start()).rejects.toThrow(
        `${folder}: expected the folder of a run, got none with a config.json; check the path`,
      );
    }
    mkdirSync(folder, { recursive: true });
    for (const text of ['{"version": 1', '[]', '{"version": 2}', 'null']) {
      writeFileSync(join(folder, 'config.json'), text);
      await expect(RunDirectory.open(folder)).rejects.toThrow(DataError);
    }
  });
});
