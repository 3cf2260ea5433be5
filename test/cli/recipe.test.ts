/** `npx autodeeplab recipe`, interrupted and continued. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { TINY_RECIPE } from '../recipe/tiny-recipe.js';
import { TINY_ARCHITECTURE } from '../training/tiny-architecture.js';
import { writeTinyDataset } from '../training/tiny-dataset.js';
import { formatArchitecture } from '../../lib/architecture/format.js';
import { autodeeplab, ensureCompiled } from './compiled-cli.js';

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);

beforeAll(async () => {
  ensureCompiled();
  await writeTinyDataset(at('data'), { train: 4, val: 1 });
  await writeFile(at('recipe.json'), JSON.stringify(TINY_RECIPE));
  await writeFile(at('architecture.json'), formatArchitecture(TINY_ARCHITECTURE));
});

it('stops in stage 2 at Ctrl-C, continues there, and says when it is finished', async () => {
  const args = ['recipe', at('recipe.json'), '--architecture', at('architecture.json')];
  const command = [...args, '--root', `tiny=${at('data')}`, '--out', at('out')];
  const dry = await autodeeplab([...command, '--dry-run']);
  expect(dry.output).toMatch(
    /^first: expected on this machine.* per step \(retrain, 2 steps\).*\nsecond: .*\nall 2 stages of training: .*; memory about \d/,
  );
  expect(existsSync(at('out'))).toBe(false);

  let isSent = false;
  const stopped = await autodeeplab(command, (text, kill) => {
    if (!isSent && text.includes('stage 2 of 3: epoch 1/2')) {
      isSent = true;
      kill('SIGINT');
    }
  });
  const first = stopped.errors.join('\n');
  expect(first).toContain(`stage 1 of 3: first (retrain), ${path.join(at('out'), '1-first')}`);
  expect(first).toMatch(/stage 1 of 3: epoch 1\/1, loss/);
  expect(stopped.errors.at(-1)).toBe('interrupted; repeat the same command to continue');
  expect(stopped.code).toBe(130);

  const again = await autodeeplab(command);
  expect(again.errors.join('\n')).not.toContain('stage 1 of 3');
  expect(again.errors.join('\n')).toMatch(/stage 2 of 3: resumed after step \d/);
  expect(again.output).toMatch(
    /^stage +program +state +steps +mIoU +folder\nfirst +retrain +done +2 .*\nsecond +retrain +done +4 .*\nscore +evaluate +done /,
  );
  expect(again.code).toBe(0);

  const finished = await autodeeplab(command);
  expect(finished.output).toMatch(/^the recipe was finished before; nothing was left to do\n/);
  expect(finished.code).toBe(0);

  const other = await autodeeplab([...command.slice(0, -4), '--out', at('other')]);
  expect(other.errors.at(-1)).toMatch(/got none; pass it as --root, such as tiny=/);
  expect(other.code).toBe(1);
});
