/** `autodeeplab doctor --verify`: a whole run as users start it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { autodeeplab, ensureCompiled } from './compiled-cli.js';

const folder = temporaryFolder();

beforeAll(ensureCompiled);

it('finds all right on wasm and writes the report', async () => {
  const file = path.join(folder, 'report.json');
  const flags = ['--verify', '--backend', 'wasm', '--json', file];
  const { code, output, errors } = await autodeeplab(['doctor', ...flags]);
  expect(output.trimEnd().split('\n').at(-1)).toMatch(/^Right: all \d+ comparisons on wasm /);
  expect(code).toBe(0);
  expect(errors.join('\n')).toContain('7/7 resume: ');
  const report = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  expect(report).toMatchObject({ right: true, backend: { name: 'wasm' } });
  expect(report).toHaveProperty('diagnosis.machine.processor');
}, 600_000);
