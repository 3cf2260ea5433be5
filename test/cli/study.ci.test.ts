/** `autodeeplab study` as users run it: parts in processes of their own. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { readStudyRecord } from '../../lib/study/read-record.js';
import type { StudyRecord } from '../../lib/study/record.js';
import { resultFile } from '../../lib/study/folder.js';
import { TINY_PARTS } from '../study/tiny-study.js';
import { autodeeplab, ensureCompiled } from './compiled-cli.js';
import { at, command, data, folder, prepareStudy } from './study-command.js';

/** The scores of a study by network. */
const scoresOf = ({ scores }: StudyRecord) => scores.map(({ network, iou }) => [network, iou]);

beforeAll(async () => {
  ensureCompiled();
  await prepareStudy();
});

describe('the command study', () => {
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
});
