import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataFolders, userDataFolder } from '../../lib/notebook/kernel/data-folders.js';
import {
  kernelTitle,
  readKernelspecs,
  removeKernelspec,
  writeKernelspec,
} from '../../lib/notebook/kernel/kernelspec.js';
import { withKernel } from '../../lib/notebook/kernel/lab-environment.js';
import { PACKAGE_FOLDER } from '../../lib/notebook/kernel/package-folder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

describe('the kernelspec', () => {
  const home = temporaryFolder();

  // jupyter_core 5.9.1, jupyter_data_dir().
  it.each([
    ['linux', {}, join(home, '.local/share/jupyter')],
    ['linux', { XDG_DATA_HOME: '/data' }, '/data/jupyter'],
    ['linux', { JUPYTER_DATA_DIR: '/own', XDG_DATA_HOME: '/data' }, '/own'],
    ['darwin', {}, join(home, 'Library/Jupyter')],
    ['win32', { APPDATA: '/roaming' }, '/roaming/jupyter'],
  ] as const)('goes where Jupyter looks on %s with %o', (platform, environment, expected) => {
    expect(userDataFolder(environment, platform, home)).toBe(expected);
    expect(dataFolders(environment, platform)).toContain(userDataFolder(environment, platform));
  });

  it('is written, read, and removed', () => {
    const place = temporaryFolder();
    expect(readKernelspecs(place)).toEqual([]);
    const folder = writeKernelspec(place);
    const spec = JSON.parse(readFileSync(join(folder, 'kernel.json'), 'utf8')) as {
      argv: string[];
    };
    expect(spec).toMatchObject({ language: 'typescript', interrupt_mode: 'message' });
    expect(spec.argv).toEqual([process.execPath, join(folder, 'launch.mjs'), '{connection_file}']);
    expect(readKernelspecs(place)).toMatchObject([{ folder }]);
    expect(removeKernelspec(place)).toBe(true);
    expect(removeKernelspec(place)).toBe(false);
  });

  /** Makes the kernelspec in a folder that of another project. */
  const giveTo = (folder: string, project: string): void => {
    const file = join(folder, 'kernel.json');
    const spec = JSON.parse(readFileSync(file, 'utf8')) as object;
    const metadata = { autodeeplab: { package: project, version: '1' } };
    writeFileSync(file, JSON.stringify({ ...spec, metadata }));
  };

  it('leaves that of another project alone, and has a name of its own beside it', () => {
    const place = temporaryFolder();
    const other = temporaryFolder();
    const plain = writeKernelspec(place);
    giveTo(plain, other);
    const own = writeKernelspec(place);
    expect(own).toMatch(/kernels.autodeeplab-[0-9a-f]{8}$/);
    expect(writeKernelspec(place)).toBe(own);
    expect(readKernelspecs(place)).toMatchObject([
      { folder: plain, packageFolder: other },
      { folder: own, packageFolder: PACKAGE_FOLDER, problem: undefined },
    ]);
    expect(removeKernelspec(place)).toBe(true);
    expect(removeKernelspec(place)).toBe(false);
    expect(readKernelspecs(place)).toMatchObject([{ folder: plain, packageFolder: other }]);
  });

  it('takes the name of a project that is gone, and keeps no second one', () => {
    const place = temporaryFolder();
    const other = temporaryFolder();
    const plain = writeKernelspec(place);
    giveTo(plain, other);
    writeKernelspec(place);
    giveTo(plain, join(other, 'gone'));
    expect(writeKernelspec(place)).toBe(plain);
    expect(readKernelspecs(place)).toMatchObject([
      { folder: plain, packageFolder: PACKAGE_FOLDER },
    ]);
  });

  it('says of which project it is', () => {
    const spec = readFileSync(join(writeKernelspec(temporaryFolder()), 'kernel.json'), 'utf8');
    expect(JSON.parse(spec)).toMatchObject({ display_name: kernelTitle() });
    expect(kernelTitle()).toMatch(/^TypeScript \(autodeeplab in .*\)$/);
    expect(kernelTitle()).toContain(PACKAGE_FOLDER.split(/[\\/]/).at(-1));
  });

  it('is found by the lab of its project before all others, with what draws its figures', () => {
    const cache = temporaryFolder();
    const variables = withKernel({ AUTODEEPLAB_CACHE: cache, JUPYTER_PATH: '/others' });
    const [first, second] = variables.JUPYTER_PATH!.split(delimiter);
    expect(second).toBe('/others');
    expect(first.startsWith(cache)).toBe(true);
    expect(readKernelspecs(first)).toMatchObject([
      { folder: join(first, 'kernels', 'autodeeplab'), packageFolder: PACKAGE_FOLDER },
    ]);
    expect(existsSync(join(first, 'labextensions', 'autodeeplab-figures', 'package.json'))).toBe(
      true,
    );
    expect(withKernel({ AUTODEEPLAB_CACHE: cache }).JUPYTER_PATH).toBe(first);
  });

  it('says what is wrong with a kernel that cannot start', () => {
    const place = temporaryFolder();
    const file = join(writeKernelspec(place), 'kernel.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(process.execPath, '/gone/node'));
    expect(readKernelspecs(place)[0].problem).toMatch(/\/gone\/node is missing/);
    writeFileSync(file, '{');
    expect(readKernelspecs(place)[0].problem).toMatch(/unreadable/);
  });

  it('has a launcher that asks for the build when it is missing', () => {
    const launcher = join(writeKernelspec(temporaryFolder()), 'launch.mjs');
    const text = readFileSync(launcher, 'utf8');
    writeFileSync(launcher, text.replace(/const start = .*/, "const start = '/gone/start.js';"));
    const { status, stderr } = spawnSync(process.execPath, [launcher], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/not built: run `npm run build` in /);
    expect(() => execFileSync(process.execPath, ['--check', launcher])).not.toThrow();
  });
});
