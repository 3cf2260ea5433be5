import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { autodeeplabHere } from './command-line.js';

describe('autodeeplab kernel', () => {
  const prefix = temporaryFolder();
  const data = join(prefix, 'share', 'jupyter');
  const figures = join(data, 'labextensions', 'autodeeplab-figures');
  const kernel = (command: string) => autodeeplabHere(['kernel', command, '--prefix', prefix]);

  it('installs the kernel and what draws its figures, and removes both', async () => {
    const { code, output } = await kernel('install');
    expect(code).toBe(0);
    expect(output).toContain(join(data, 'kernels', 'autodeeplab'));
    expect(output).toContain(figures);
    expect(existsSync(join(figures, 'package.json'))).toBe(true);
    await kernel('uninstall');
    expect(existsSync(join(data, 'kernels', 'autodeeplab'))).toBe(false);
    expect(existsSync(figures)).toBe(false);
  });

  it('leaves what draws figures as long as another project has its kernel there', async () => {
    await kernel('install');
    const file = join(data, 'kernels', 'autodeeplab', 'kernel.json');
    const spec = JSON.parse(readFileSync(file, 'utf8')) as object;
    const metadata = { autodeeplab: { package: temporaryFolder(), version: '1' } };
    writeFileSync(file, JSON.stringify({ ...spec, metadata }));
    await kernel('install'); // of its own name, beside it
    const { output } = await kernel('uninstall');
    expect(output).toContain('removed from');
    expect(existsSync(figures)).toBe(true);
  });
});
