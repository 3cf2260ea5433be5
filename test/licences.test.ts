import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('the licences of all dependencies are allowed, and environment.md lists them', async () => {
  const run = promisify(execFile)(process.execPath, ['.ci/licences.mjs', '--check']);
  await expect(run).resolves.toEqual({ stdout: '', stderr: '' });
});
