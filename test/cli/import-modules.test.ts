import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addImportOption } from '../../lib/cli/import-modules.js';
import { ConfigError } from '../../lib/errors.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const folder = temporaryFolder();

/** What imported modules and the command note, in order. */
const notes = (): string[] => ((globalThis as { notes?: string[] }).notes ??= []);

const run = (...args: string[]) =>
  addImportOption(new Command())
    .action(() => {
      notes().push('command');
    })
    .parseAsync(args, { from: 'user' });

async function noting(name: string): Promise<string> {
  const file = path.join(folder, `${name}.mjs`);
  await writeFile(file, `(globalThis.notes ??= []).push('${name}');`);
  return file;
}

describe('--import', () => {
  it('loads files in order before the command runs', async () => {
    await run('--import', await noting('first'), '--import', await noting('second'));
    expect(notes()).toEqual(['first', 'second', 'command']);
  });

  it('loads packages that this folder can import', async () => {
    await expect(run('--import', 'commander')).resolves.toBeDefined();
  });

  it('says which module does not load, and why', async () => {
    const broken = path.join(folder, 'broken.mjs');
    await writeFile(broken, 'throw new Error("no such colour");');
    await expect(run('--import', broken)).rejects.toThrow(ConfigError);
    await expect(run('--import', broken)).rejects.toThrow(/broken\.mjs: .* got "no such colour"/);
    await expect(run('--import', './absent.mjs')).rejects.toThrow(/--import \.\/absent\.mjs: /);
  });
});
