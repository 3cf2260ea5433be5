import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { dataCommand } from '../../lib/cli/data.js';
import { BOTH, split, type Files } from '../dataset/inspection/small-folders.js';
import { temporaryFolder, writeTree } from '../helpers/temporary-folder.js';

const folder = temporaryFolder();

const DESCRIPTION = JSON.stringify({
  name: 'fields',
  classes: [
    { name: 'soil', id: 0 },
    { name: 'crop', id: 1 },
  ],
  splits: { train: { images: 'train', labels: 'train_labels' } },
});

const tree = (name: string, files: Files) =>
  writeTree(path.join(folder, name), { ...files, 'dataset.json': DESCRIPTION });

/** Runs the command in this process. */
async function check(
  ...args: string[]
): Promise<{ code: unknown; output: string; errors: string }> {
  const texts = (spy: { mock: { calls: unknown[][] } }) => spy.mock.calls.flat().join('\n');
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  process.exitCode = undefined;
  await dataCommand().parseAsync(['check', ...args], { from: 'user' });
  const code = process.exitCode;
  process.exitCode = undefined;
  return { code: code ?? 0, output: texts(log), errors: texts(error) };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('autodeeplab data check', () => {
  it('ends with 0 where nothing is wrong, for a folder or a kind and its root', async () => {
    const root = await tree('fine', split('train', [BOTH, BOTH]));
    expect(await check(root)).toEqual({
      code: 0,
      output: expect.stringMatching(
        /^fields: 1 split, every file read, .*\ntrain +2 .*nothing wrong was found$/s,
      ) as string,
      errors: '',
    });
    const names = await check('folder', '--root', root, '--read', 'nothing', '--splits', 'train');
    expect(names.output).toMatch(/names only, no file read/);
  });

  it('ends with 1 where something is, and writes every file at fault as JSON', async () => {
    const files = split(
      'train',
      Array.from({ length: 5 }, () => Buffer.from('text')),
    );
    const root = await tree('broken', files);
    const json = path.join(folder, 'check.json');
    const { code, output } = await check(root, '--json', json);
    expect([code, output]).toEqual([
      1,
      expect.stringMatching(/1 error \(.* got 5 of 5 that cannot/s),
    ]);
    const written = JSON.parse(await readFile(json, 'utf8')) as { files: unknown[] };
    expect(written.files).toHaveLength(5);
  });

  it('ends without a report after Ctrl-C', async () => {
    const root = await tree(
      'many',
      split(
        'train',
        Array.from({ length: 50 }, () => BOTH),
      ),
    );
    const json = path.join(folder, 'stopped.json');
    const listeners = process.listenerCount('SIGINT');
    const interrupt = setInterval(() => {
      if (process.listenerCount('SIGINT') > listeners) {
        clearInterval(interrupt);
        process.emit('SIGINT', 'SIGINT');
      }
    }, 1);
    const { code, output, errors } = await check(root, '--json', json);
    clearInterval(interrupt);
    expect([code, output]).toEqual([130, '']);
    expect(errors).toMatch(/interrupted; nothing was written$/);
    expect(existsSync(json)).toBe(false);
    expect(process.listenerCount('SIGINT')).toBe(listeners);
  });
});
