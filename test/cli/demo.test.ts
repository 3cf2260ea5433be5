/** `autodeeplab demo`: serves the page of a network, or one that was written, until it is stopped. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { tinyDataset } from '../training/tiny-dataset.js';
import { trainTiny } from '../training/train-tiny.js';
import { useBackend } from '../helpers/backends.js';
import { autodeeplabHere } from './command-line.js';
import { ensureCompiled, MAIN } from './compiled-cli.js';

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);

beforeAll(async () => {
  ensureCompiled();
  await useBackend('wasm');
  await trainTiny(await tinyDataset(at('data'), { train: 4 }), at('run'));
  await mkdir(at('tmp'));
});

/** Shows a folder, reads the page, and stops the command as Ctrl-C does. */
async function shown(source: string) {
  const child = spawn(process.execPath, [MAIN, 'demo', source, '--backend', 'wasm'], {
    env: { ...process.env, TMPDIR: at('tmp') },
  });
  let errors = '';
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  const ended = once(child, 'close');
  const said = once(child.stdout, 'data') as Promise<[Buffer]>;
  const [text] = await Promise.race([said, ended.then(() => Promise.reject(new Error(errors)))]);
  const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(text.toString())![0];
  const page = JSON.parse(await (await fetch(`${url}network.json`)).text()) as unknown;
  child.kill('SIGINT');
  const [code] = (await ended) as [number | null];
  return { code, errors: errors.trimEnd().split('\n'), page };
}

it('shows a run, and leaves nothing behind', async () => {
  const { code, errors, page } = await shown(at('run'));
  expect(page).toMatchObject({ format: 'autodeeplab-web', name: 'run' });
  expect(errors.at(-1)).toBe('interrupted; the page is no longer served');
  expect(code).toBe(130);
  expect(await readdir(at('tmp'))).toEqual([]);
});

it('shows what export --format web has written, which stays', async () => {
  const out = at('web');
  const flags = ['--format', 'web', '--backend', 'wasm', '--name', 'Small', '--out', out];
  const { code, output } = await autodeeplabHere(['export', at('run'), ...flags]);
  expect(code).toBe(0);
  expect(output).toMatch(/MiB, of which the network has .*; npx autodeeplab demo /);
  const { page } = await shown(out);
  expect(page).toMatchObject({ name: 'Small' });
  expect(existsSync(path.join(out, 'index.html'))).toBe(true);
});

it('says that a folder is not one of a network', async () => {
  const { code, errors } = await autodeeplabHere(['demo', at('data'), '--backend', 'wasm']);
  expect(code).toBe(1);
  expect(errors.at(-1)).toMatch(/^error: .*expected /);
});

it('refuses a port that there is not before anything is read', async () => {
  const { code, errors } = await autodeeplabHere(['demo', at('missing'), '--port', '99999']);
  expect(code).toBe(1);
  expect(errors).toEqual([
    'error: demo port: expected a whole number from 0 to 65535, got 99999; leave it out, and a free one is taken',
  ]);
});
