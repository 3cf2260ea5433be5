/** `autodeeplab study` as users run it: parts in processes of their own. */
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readStudyRecord } from '../../lib/study/read-record.js';
import type { StudyRecord } from '../../lib/study/record.js';
import { resultFile } from '../../lib/study/folder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { TINY_PARTS, TINY_RETRAIN, TINY_SEARCH, writeStudyDataset } from '../study/tiny-study.js';
import { autodeeplabHere } from './command-line.js';
import { autodeeplab, ensureCompiled } from './compiled-cli.js';

const folder = temporaryFolder();
const at = (...names: string[]) => path.join(folder, ...names);
const data = ['--data', 'folder', '--root', at('data')];

/** The command for a study of four parts in a folder. */
const command = (out: string, ...more: string[]): string[] => [
  ...['study', ...data, '--preset', 'tiny', '--out', at(out), '--groups', 'found,random'],
  ...['--search-config', at('search.json'), '--retrain-config', at('retrain.json')],
  ...['--search-seeds', '1', '--retrain-seeds', '1', '--random-per-found', '1', ...more],
];

/** The scores of a study by network. */
const scoresOf = ({ scores }: StudyRecord) => scores.map(({ network, iou }) => [network, iou]);

beforeAll(async () => {
  ensureCompiled();
  await writeStudyDataset(at('data'));
  await writeFile(at('search.json'), JSON.stringify(TINY_SEARCH));
  await writeFile(at('retrain.json'), JSON.stringify(TINY_RETRAIN));
});

describe('the command study', () => {
  it('lists what it would do, and writes nothing', async () => {
    const { code, output, errors } = await autodeeplabHere(command('dry', '--dry-run'));
    expect(code).toBe(0);
    expect(
      output
        .split('\n')
        .slice(1, 5)
        .map((line) => line.split(' ', 1)[0]),
    ).toEqual(TINY_PARTS);
    expect(output).toMatch(
      /expected on this machine as busy as it is: 4 parts, .* one after the other/,
    );
    expect(errors.join('\n')).toMatch(/warning: these settings can hardly decide an architecture/);
    expect(existsSync(at('dry'))).toBe(false);
    const json = await autodeeplabHere(command('dry', '--dry-run', '--json', '--only', 'retrain'));
    const parts = JSON.parse(json.output) as { id: string; seconds: number; memory: number }[];
    expect(parts.map(({ id }) => id)).toEqual(TINY_PARTS.slice(2));
    expect(parts.every(({ seconds, memory }) => seconds > 0 && memory > 0)).toBe(true);
  });

  it('is stopped by SIGTERM with its part, goes on, and is shared by two processes', async () => {
    let isSent = false;
    const first = await autodeeplab(command('out'), (text, kill) => {
      if (!isSent && text.includes('epoch 1/2')) {
        isSent = true;
        kill('SIGTERM');
      }
    });
    expect(first.code).toBe(143);
    expect(first.errors.join('\n')).toMatch(/part 1 of 4: search-1 \(0 done\)/);
    expect(first.errors.at(-1)).toBe('interrupted; repeat the same command to go on');
    expect(await readdir(at('out', 'results'))).toEqual(['settings.json']);
    expect(await readdir(at('out', 'locks'))).toEqual([]);

    const two = await Promise.all([
      autodeeplab(command('out', '--at-once', '2', '--threads', '1')),
      autodeeplab(['study', ...data, '--out', at('out'), '--keep', 'none']),
    ]);
    expect(two.map(({ code }) => code)).toEqual([0, 0]);
    const begun = two.flatMap(({ errors }) =>
      errors.flatMap((line) => /^part \d of 4: ([\w-]+)/.exec(line)?.[1] ?? []),
    );
    // Both may see a part as free, but only one of them gets it.
    const done = two.flatMap(({ errors }) => errors.filter((line) => line.includes('epoch 1/1')));
    expect(done).toHaveLength(2);
    expect(new Set(begun)).toEqual(new Set(TINY_PARTS));
    const { searches, missing } = await readStudyRecord(at('out', 'study.json'));
    expect(missing).toEqual([]);
    expect(searches[0].curve).toHaveLength(2);
  });

  it('gives the same without an interruption, and prints it as JSON', async () => {
    const { code, output } = await autodeeplab(command('whole', '--json'));
    expect(code).toBe(0);
    const record = JSON.parse(output) as StudyRecord;
    expect(record.madeBy.command).toMatch(
      /^npx autodeeplab study --data folder --root data --preset/,
    );
    expect(JSON.stringify(record)).not.toContain(folder);
    const shared = await readStudyRecord(at('out', 'study.json'));
    expect(scoresOf(shared)).toEqual(scoresOf(record));
    expect(shared.searches[0].alpha).toEqual(record.searches[0].alpha);
    const texts = await Promise.all(
      TINY_PARTS.map((id) => readFile(resultFile(at('out'), id), 'utf8')),
    );
    expect(texts.join('')).not.toContain(folder);
  });

  it('says which part failed, and ends with 1', async () => {
    await rm(resultFile(at('whole'), 'opinion-1'));
    await rm(at('whole', 'runs'), { recursive: true });
    const { code, output, errors } = await autodeeplab(['study', ...data, '--out', at('whole')]);
    expect(code).toBe(1);
    expect(errors.join('\n')).toMatch(
      /error: .*expected the run of search-1, whose supernet is asked/,
    );
    expect(output).toMatch(
      /^1 search and 2 retrainings done, 1 part missing\nopinion-1 failed: its process/,
    );
  });

  it.each([
    [['--groups', 'foud'], 1, /groups.0: expected some of found, random/],
    [['--search-seeds', '3-1'], 2, /whose range 3-1 falls/],
    [['--at-once', '0'], 1, /study atOnce: expected a whole number above 0, got 0/],
    [['--only', 'search-9'], 1, /study only: expected search, opinion, retrain or the ids/],
    [['--part', 'retrain'], 1, /study part: expected the id of one part, got "retrain"/],
    [['--keep', 'some'], 2, /Allowed choices are none, last, all/],
  ])('refuses %j', async (more, code, message) => {
    const result = await autodeeplabHere(command('refused', ...more));
    expect(result.code).toBe(code);
    expect(result.errors.join('\n')).toMatch(message);
    expect(existsSync(at('refused'))).toBe(false);
  });
});
