import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as arrow from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { formatArchitecture } from '../../../lib/architecture/format.js';
import { publishedArchitecture } from '../../../lib/architecture/published.js';
import { DataError } from '../../../lib/errors.js';
import { arraysDigest } from '../../../lib/files/arrays-digest.js';
import { RunDirectory } from '../../../lib/run/directory.js';
import type { HistoryEntry } from '../../../lib/run/history-row.js';
import { PRIMITIVES } from '../../../lib/search-space/operations/paper.js';
import { collectTrials } from '../../../lib/trials/collect/collect.js';
import { trialRows, trialsMarkdown, trialSummary } from '../../../lib/trials/collect/describe.js';
import { writeTrials } from '../../../lib/trials/collect/write.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { arraysOf } from '../../run/small-checkpoints.js';

const root = temporaryFolder();
const SHAPE = {
  layers: 2,
  levels: 4,
  blocks: 1,
  operations: PRIMITIVES,
  firstLayer: 'free',
} as const;

/** α that prefers an operation on each of the two edges; β that prefers to stay at its level. */
const ALPHA = Float32Array.from({ length: 16 }, (_, i) => Number(i === 3 || i === 8 + 4));
const BETA = Float32Array.of(3, 0, 3, 0, 0, 0, 0);

function epoch(number: number, meanIou: number | null, more: Partial<HistoryEntry> = {}) {
  const row = { epoch: number, step: 4 * (number + 1), phase: 'architecture', kind: 'epoch' };
  return { ...row, seconds: 10, meanIou, ...more };
}

interface Given {
  readonly kind?: string;
  readonly options?: object;
  readonly rows?: readonly HistoryEntry[];
  readonly documents?: Readonly<Record<string, string>>;
  /** What a script wrote when its last start ended. */
  readonly ended?: string;
}

/** Writes a run as a search does. */
async function writeRun(folder: string, given: Given): Promise<RunDirectory> {
  const { kind = 'search', options = { epochs: 3 }, rows = [], documents = {}, ended } = given;
  const run = await RunDirectory.create(folder, { kind, config: { options }, seed: 7 });
  const writer = await run.openHistory(0, SHAPE);
  rows.forEach((row) => {
    writer.add(row);
  });
  await writer.close();
  for (const [name, text] of Object.entries(documents)) {
    await run.writeText(name as 'end', text);
  }
  if (ended !== undefined) {
    writeFileSync(`${folder}.ended`, ended);
  }
  return run;
}

const FOUND = { architecture: formatArchitecture(publishedArchitecture), end: '{}' };

const collect = async (folder: string) => {
  const { trials } = await collectTrials(folder);
  return Object.fromEntries(trials.map((trial) => [trial.id, trial]));
};

/** Names and contents of all files below a folder. */
function snapshot(folder: string): string {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((e) => path.join(e.parentPath, e.name));
  const contents = files.sort().map((file) => file + readFileSync(file).toString('hex'));
  return createHash('sha256').update(contents.join()).digest('hex');
}

describe('collectTrials', () => {
  it('knows how far each trial has come, and changes nothing', async () => {
    const folder = path.join(root, 'states');
    const of = (name: string) => path.join(folder, name);
    const rows = [epoch(0, 0.2), epoch(1, 0.1)];
    await (await writeRun(of('seed-10'), { rows, documents: FOUND, ended: '0 abc' })).close();
    await (await writeRun(of('seed-2'), { rows, ended: '143 abc' })).close();
    await (await writeRun(of('seed-3'), { rows, ended: '1 abc' })).close();
    await (await writeRun(of('seed-4'), { rows, documents: { end: '{}' } })).close();
    await (await writeRun(of('seed-5'), {})).close();
    writeFileSync(path.join(of('seed-5'), 'failed.safetensors'), '');
    mkdirSync(of('seed-6'));
    mkdirSync(of('seed-7'));
    writeFileSync(`${of('seed-7')}.ended`, '2 abc\n');
    const running = await writeRun(of('seed-8'), { rows, ended: '143 abc' });
    mkdirSync(of('collected'));
    writeFileSync(path.join(of('collected'), 'trials.md'), '');
    writeFileSync(of('seed-2.log'), 'no trial');
    const before = snapshot(folder);
    const { trials } = await collectTrials(folder);
    expect(trials.map(({ id, state, note }) => [id, state, note])).toEqual([
      ['seed-2', 'interrupted', null],
      ['seed-3', 'failed', 'ended with exit code 1'],
      ['seed-4', 'interrupted', null], // killed before the architecture was written
      ['seed-5', 'failed', 'a loss or a weight was not finite'],
      ['seed-6', 'not begun', null],
      ['seed-7', 'failed', 'ended with exit code 2'],
      ['seed-8', 'running', expect.stringContaining(`process ${process.pid}`)],
      ['seed-10', 'done', null],
    ]);
    expect(snapshot(folder)).toBe(before);
    await running.close();
    expect((await collect(folder))['seed-8'].state).toBe('interrupted');
  });

  it('takes a run that another machine holds for running, and one whose process is gone not', async () => {
    const folder = path.join(root, 'held');
    const lock = path.join(folder, 'seed-1', 'run.lock');
    await (await writeRun(path.join(folder, 'seed-1'), {})).close();
    const owner = { token: 'x', pid: 2 ** 22 + 1, processStart: '', since: '2026-01-01' };
    writeFileSync(lock, JSON.stringify({ ...owner, host: 'node7' }));
    expect((await collect(folder))['seed-1']).toMatchObject({
      state: 'running',
      note: `process ${owner.pid} on node7 since 2026-01-01`,
    });
    rmSync(lock);
    expect((await collect(folder))['seed-1'].state).toBe('interrupted');
  });

  it('adds up scores, lengths and times', async () => {
    const folder = path.join(root, 'scores');
    const rows = [
      { epoch: 0, step: 1, phase: 'weights', kind: 'step', seconds: 99 },
      { epoch: 0, step: 4, phase: 'weights', kind: 'evaluation', seconds: 2.5, meanIou: 0.3 },
      epoch(0, 0.3),
      epoch(1, 0.2),
      epoch(2, null),
    ];
    await (await writeRun(path.join(folder, 'a'), { rows })).close();
    const options = { epochs: null, steps: 90 };
    await (await writeRun(path.join(folder, 'b'), { kind: 'retrain', options })).close();
    const { a, b } = await collect(folder);
    expect(a).toMatchObject({
      kind: 'search',
      seed: 7,
      steps: 12,
      epochs: 3,
      meanIou: 0.2,
      bestMeanIou: 0.3,
      length: { unit: 'epochs', value: 3 },
      seconds: 32.5,
      evaluations: [],
    });
    expect(b).toMatchObject({
      kind: 'retrain',
      steps: 0,
      epochs: 0,
      meanIou: null,
      bestMeanIou: null,
      seconds: 0,
      length: { unit: 'steps', value: 90 },
    });
  });

  it('decodes the last α and β of a search that is not done, once they are trained', async () => {
    const folder = path.join(root, 'decisions');
    const logits = { alpha: ALPHA, beta: BETA };
    const early = [epoch(0, 0.1, { ...logits, phase: 'weights' })];
    const late = [...early, epoch(1, 0.1, logits)];
    await (await writeRun(path.join(folder, 'early'), { rows: early })).close();
    await (await writeRun(path.join(folder, 'late'), { rows: late })).close();
    await (await writeRun(path.join(folder, 'done'), { rows: late, documents: FOUND })).close();
    const { early: none, late: some, done } = await collect(folder);
    expect(none.architecture).toBeNull();
    expect(some.architecture?.path).toEqual([0, 0]);
    expect(some.architecture?.genotype.blocks).toEqual([
      {
        left: { input: 0, operation: PRIMITIVES[3] },
        right: { input: 1, operation: PRIMITIVES[4] },
      },
    ]);
    expect(done.architecture?.path).toEqual(publishedArchitecture.path);
  });

  it('says what is damaged, and reads the others', async () => {
    const folder = path.join(root, 'damaged');
    await (await writeRun(path.join(folder, 'bad'), { rows: [epoch(0, 0.5)] })).close();
    await (await writeRun(path.join(folder, 'good'), { rows: [epoch(0, 0.5)] })).close();
    writeFileSync(path.join(folder, 'bad', 'config.json'), '{}');
    const { bad, good } = await collect(folder);
    expect(bad.note).toContain('expected the configuration of a run');
    expect(good).toMatchObject({ note: null, meanIou: 0.5 });
  });

  it.each(['nowhere', 'empty'])('refuses a folder that is %s', async (name) => {
    const folder = path.join(root, name);
    if (name === 'empty') {
      mkdirSync(folder);
    }
    await expect(collectTrials(folder)).rejects.toThrow(DataError);
  });
});

describe('the evaluations of a trial', () => {
  const folder = path.join(root, 'evaluations');
  const trial = path.join(folder, 'a');
  const weightsAt = (step: number) => ({
    step,
    epoch: step,
    metrics: {},
    extra: null,
    groups: { variables: arraysOf(step) },
  });
  const report = (step: number, meanIou: number, changes: object = {}) => {
    const weights = { step, digest: arraysDigest(arraysOf(step)) };
    const which = { dataset: 'd', root: '/d', split: 'val', images: 4, imagesOfSplit: 4, weights };
    const how = { checkpoint: 'best', scoreSize: 'read', scales: [1], flip: false };
    return { ...which, ...how, window: null, stride: null, meanIou, pixelAccuracy: 1, ...changes };
  };
  /** What a table of trials and a table of Arrow have as the evaluated mean IoU. */
  const shown = async () => {
    const collected = await collectTrials(folder);
    const out = path.join(root, 'evaluations-collected');
    await writeTrials(collected, out);
    const table = arrow.tableFromIPC(readFileSync(path.join(out, 'trials.arrow')));
    const [names, cells] = trialRows(collected.trials);
    const cell = cells[names.indexOf('evaluated mIoU')] as string | undefined;
    return [cell, table.getChild('evaluatedMeanIou')?.get(0) as number | null];
  };

  it('are those of its present weights; tables show that of one view of all images', async () => {
    const run = await writeRun(trial, {});
    await run.checkpoints.save(weightsAt(4));
    const part = { images: 2 };
    await run.write('metrics', [
      report(2, 0.1), // before the run went on
      report(4, 0.2, { scales: [0.5, 1], flip: true }),
      report(4, 0.3, { checkpoint: 'last' }),
      report(4, 0.4, { split: 'test' }),
      report(4, 0.5, part),
      report(4, 0.6, { scoreSize: 'original' }),
      report(4, 0.7),
    ]);
    await run.close();
    const { a } = await collect(folder);
    expect(a.evaluations.map(({ meanIou }) => meanIou)).toEqual([0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
    expect(a.note).toBeNull();
    expect(await shown()).toEqual(['70.00 % (val)', 0.7]);
    const partly = await RunDirectory.resume(trial);
    await partly.write('metrics', [
      report(2, 0.1),
      report(4, 0.2, { flip: true }),
      report(4, 0.5, part),
    ]);
    await partly.close();
    expect(await shown()).toEqual(['50.00 % (val, 2 of 4 images)', 0.5]);
  });

  it('are none once it has gone on, and none whose weights cannot be read', async () => {
    const run = await RunDirectory.resume(trial);
    await run.checkpoints.save(weightsAt(8));
    await run.close();
    const { a: longer } = await collect(folder);
    expect([longer.evaluations, longer.note]).toEqual([[], null]);
    expect(await shown()).toEqual([undefined, null]);
    rmSync(path.join(trial, 'checkpoints'), { recursive: true });
    const { a: bare } = await collect(folder);
    expect(bare).toMatchObject({ kind: 'search', evaluations: [] });
    expect(bare.note).toMatch(/its evaluations are left out: .* expected checkpoints, got none/);
  });
});

describe('what is written of trials', () => {
  const made = (async () => {
    const folder = path.join(root, 'written');
    const rows = [epoch(0, 0.2, { alpha: ALPHA, beta: BETA }), epoch(1, 0.4)];
    for (const [name, meanIou] of Object.entries({ 'a|b': 0.5, c: 0.7 })) {
      const own = [...rows, epoch(2, meanIou)];
      await (await writeRun(path.join(folder, name), { rows: own, documents: FOUND })).close();
    }
    mkdirSync(path.join(folder, 'd'));
    const collected = await collectTrials(folder);
    const out = path.join(folder, 'collected');
    await writeTrials(collected, out);
    return { trials: collected.trials, out };
  })();

  it('is a table without columns that say nothing, and a summary', async () => {
    const { trials } = await made;
    const strides = publishedArchitecture.path.map((level) => 4 * 2 ** level).join(' ');
    expect(trialRows(trials)).toEqual([
      ['trial', 'state', 'seed', 'done', 'last mIoU', 'best mIoU', 'time', 'strides'],
      ['a|b', 'done', '7', '3/3 epochs', '50.00 %', '50.00 %', '30 s', strides],
      ['c', 'done', '7', '3/3 epochs', '70.00 %', '70.00 %', '30 s', strides],
      ['d', 'not begun', '–', '–', '–', '–', '–', '–'],
    ]);
    expect(trialSummary(trials)).toEqual([
      '3 trials: 2 done, 1 not begun',
      'last mIoU of 2: 60.00 % ± 14.14 points', // (0.7 − 0.5) / √2
      'best mIoU of 2: 60.00 % ± 14.14 points',
      'architectures of 2 searches: two agree on 100.0 % of the layers, on 100.0 % of the inputs of ' +
        'the cell, on 100.0 % of its branches',
    ]);
    const markdown = trialsMarkdown(trials).split('\n');
    expect(markdown[2]).toMatch(/^\| a\\\|b +\| done +\|/);
    expect(markdown.at(-5)).toBe('- 3 trials: 2 done, 1 not begun');
  });

  it('is JSON and Arrow, whole files only', async () => {
    const { out } = await made;
    expect(readdirSync(out).sort()).toEqual([
      ...['epochs.arrow', 'trials.arrow', 'trials.json', 'trials.md'],
    ]);
    const json = JSON.parse(readFileSync(path.join(out, 'trials.json'), 'utf8')) as {
      trials: { id: string; history?: unknown }[];
      agreement: { count: number };
    };
    expect(json.trials.map(({ id, history }) => [id, history])).toEqual([
      ['a|b', undefined],
      ['c', undefined],
      ['d', undefined],
    ]);
    expect(json.agreement.count).toBe(2);
    const trials = arrow.tableFromIPC(readFileSync(path.join(out, 'trials.arrow')));
    expect(
      [...(trials.getChild('bestMeanIou')!.toArray() as Iterable<number>)].slice(0, 2),
    ).toEqual([0.5, 0.7]);
    expect(trials.getChild('seed')?.get(2)).toBeNull();
    const epochs = arrow.tableFromIPC(readFileSync(path.join(out, 'epochs.arrow')));
    expect(Array.from({ length: 6 }, (_, i) => epochs.getChild('trial')?.get(i) as string)).toEqual(
      ['a|b', 'a|b', 'a|b', 'c', 'c', 'c'],
    );
    expect(epochs.getChild('meanIou')?.get(5)).toBe(0.7);
  });

  it('has all columns before the first epoch', async () => {
    const folder = path.join(root, 'early');
    await (await writeRun(path.join(folder, 'seed-1'), {})).close();
    const out = path.join(folder, 'collected');
    await writeTrials(await collectTrials(folder), out);
    const { out: full } = await made;
    const [early, late] = [out, full].map((where) =>
      arrow.tableFromIPC(readFileSync(path.join(where, 'epochs.arrow'))),
    );
    expect(early.numRows).toBe(0);
    expect(early.schema.names).toEqual(late.schema.names);
    expect(early.schema.fields.map(({ type }) => String(type))).toEqual(
      late.schema.fields.map(({ type }) => String(type)),
    );
  });
});
