import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeEnd, runChild } from '../../lib/verify/run-child.js';
import { ensureCompiled } from '../cli/compiled-cli.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const folder = temporaryFolder();
const request = { backend: 'wasm', check: 'reading', folder };

beforeAll(ensureCompiled);

describe('a check in a process of its own', () => {
  it('sends where it runs, its rows, and that it is done', async () => {
    const messages: { kind: string; row?: { what: string } }[] = [];
    const end = await runChild('check-child', request, {
      onMessage: (message) => messages.push(message as (typeof messages)[number]),
    });
    expect(end).toMatchObject({ code: 0, errors: '' });
    expect(messages[0]).toMatchObject({ kind: 'place', backend: { name: 'wasm' } });
    expect(messages.at(-1)).toEqual({ kind: 'end' });
    expect(messages.map(({ row }) => row?.what)).toContain('pixels of image.png');
  });

  it('says why it ended early', async () => {
    const end = await runChild('check-child', { ...request, check: 'no such check' });
    expect(describeEnd(end)).toMatch(/^it ended with code 1: TypeError: /);
  });

  it('says which signal ended it', () => {
    const end = { code: null, signal: 'SIGSEGV', errors: '' } as const;
    expect(describeEnd(end)).toBe('it ended with SIGSEGV');
  });

  it('is killed by the signal of the one that started it', async () => {
    const controller = new AbortController();
    const reason = new Error('stopped');
    const work = runChild(
      'check-child',
      { ...request, check: 'networks', folder: path.join(folder, 'unused') },
      {
        signal: controller.signal,
        onMessage: () => {
          controller.abort(reason);
        },
      },
    );
    await expect(work).rejects.toBe(reason);
  });
});
