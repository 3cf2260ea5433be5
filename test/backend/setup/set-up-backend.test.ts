import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addonFile, findNativePackage } from '../../../lib/backend/native-package.js';
import { wheelTarget } from '../../../lib/backend/setup/machine.js';
import { setUpBackend, type SetupResult } from '../../../lib/backend/setup/set-up-backend.js';
import { BackendError, ConfigError } from '../../../lib/errors.js';
import { writeProgram } from '../program.js';
import { scratchFolder } from '../scratch-folder.js';

const target = wheelTarget();
const installed = findNativePackage();
const canRun =
  target !== undefined &&
  installed !== undefined &&
  spawnSync('python3', ['--version']).status === 0;

/** A package that stands for tfjs-node: it computes if its addon holds the text "good". */
function fakePackage(): string {
  const folder = scratchFolder();
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  write('package.json', '{"version": "4.22.0", "main": "index.js"}');
  cpSync(join(installed ?? '', 'binding'), join(folder, 'binding'), { recursive: true });
  write('node_modules/@mapbox/node-pre-gyp/package.json', '{}');
  write('scripts/install.js', `throw new Error('getaddrinfo ENOTFOUND vendor');`);
  write(
    'index.js',
    `const text = require('node:fs').readFileSync(${JSON.stringify(addonFile(folder))}, 'utf8');
     if (!text.includes('good')) throw new Error('bad addon');
     exports.backend = () => ({ binding: { TF_Version: '2.21.0' }, isUsingGpuDevice: false });
     exports.tensor2d = () => undefined;
     exports.matMul = () => ({ dataSync: () => [7, 10, 15, 22] });`,
  );
  return folder;
}

interface Machine {
  readonly environment: NodeJS.ProcessEnv;
  readonly packageFolder: string;
  readonly setUp: (options?: { isForced?: boolean }) => Promise<SetupResult>;
  readonly steps: string[];
  /** Lets the compiler write this. */
  compiles(text: string): void;
}

/** A machine whose pip copies a prepared wheel and whose compiler writes a text. */
function fakeMachine(): Machine {
  const folder = scratchFolder();
  const wheel = join(folder, 'tensorflow_cpu-2.21.0-py3-none-any.whl');
  const make = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as archive:
    for name in sys.argv[2:]:
        archive.writestr("tensorflow/" + name, "library")
`;
  spawnSync('python3', ['-c', make, wheel, ...(target?.libraries ?? [])]);
  const python = writeProgram(
    folder,
    'python',
    `case "$*" in
       *"pip download"*) while [ "$1" != --dest ]; do shift; done; cp "${wheel}" "$2" ;;
       *json.dumps*version_info*) echo '{"version": "3.11.2", "pip": "23.0"}' ;;
       *) exec python3 "$@" ;;
     esac`,
  );
  const compiles = (text: string): void => {
    writeProgram(
      folder,
      'compiler',
      `[ "$1" = --version ] && { echo "compiler 1"; exit 0; }
       while [ "$1" != -o ]; do shift; done; echo "${text}" > "$2"`,
    );
  };
  compiles('good');
  const environment = {
    ...process.env,
    AUTODEEPLAB_BACKEND: '',
    AUTODEEPLAB_CACHE: join(folder, 'cache'),
    AUTODEEPLAB_PYTHON: python,
    CUDA_VISIBLE_DEVICES: '-1',
    CXX: join(folder, 'compiler'),
  };
  const packageFolder = fakePackage();
  const steps: string[] = [];
  return {
    environment,
    packageFolder,
    steps,
    compiles,
    setUp: (options = {}) =>
      setUpBackend({
        ...options,
        environment,
        packageFolder,
        onProgress: (line) => steps.push(line),
      }),
  };
}

describe.runIf(canRun)('setUpBackend', () => {
  it('fetches, compiles, loads once, and is done at once the second time', async () => {
    const machine = fakeMachine();
    const first = await machine.setUp();
    expect(first).toMatchObject({ backend: 'tensorflow', failures: [] });
    expect(first.summary).toBe('native TensorFlow 2.21.0 is in place, on the cpu');
    expect(machine.steps).toHaveLength(4);
    expect(await machine.setUp()).toMatchObject({
      backend: 'tensorflow',
      summary: 'native TensorFlow 2.21.0 (cpu) is in place already',
      log: undefined,
    });
    expect(machine.steps).toHaveLength(4);
  });

  it('takes library and addon from the cache for a fresh copy of the package', async () => {
    const machine = fakeMachine();
    await machine.setUp();
    rmSync(join(machine.packageFolder, 'lib'), { recursive: true });
    rmSync(join(machine.packageFolder, 'deps'), { recursive: true });
    machine.steps.length = 0;
    expect(await machine.setUp()).toMatchObject({ backend: 'tensorflow' });
    expect(machine.steps).toEqual(['loading it once']);
  });

  it('lets one of two set-ups at the same time do the work', async () => {
    const machine = fakeMachine();
    const results = await Promise.all([machine.setUp(), machine.setUp()]);
    expect(results.map(({ backend }) => backend)).toEqual(['tensorflow', 'tensorflow']);
    expect(machine.steps.filter((step) => step === 'loading it once')).toHaveLength(1);
  });

  it('leaves wasm, and says all that was tried, where nothing works', async () => {
    const machine = fakeMachine();
    machine.environment.AUTODEEPLAB_PYTHON = '/nowhere/python';
    const result = await machine.setUp();
    expect(result.backend).toBe('wasm');
    expect(result.failures[0]).toContain('no Python was found');
    expect(result.failures[1]).toContain('getaddrinfo ENOTFOUND vendor');
    expect(result.summary).toContain('no Python was found');
    expect(readFileSync(result.log ?? '', 'utf8')).toContain('install.js cpu download');
    expect(existsSync(addonFile(machine.packageFolder))).toBe(false);
  });

  it('throws where tensorflow was asked for by name and nothing works', async () => {
    const { environment, packageFolder } = fakeMachine();
    environment.CXX = '/nowhere/compiler';
    const promise = setUpBackend({ backend: 'tensorflow', environment, packageFolder });
    await expect(promise).rejects.toThrow(BackendError);
    await expect(promise).rejects.toThrow('no C++ compiler was found');
  });

  it('keeps an earlier build that works where the new one does not load', async () => {
    const machine = fakeMachine();
    mkdirSync(dirname(addonFile(machine.packageFolder)), { recursive: true });
    writeFileSync(addonFile(machine.packageFolder), 'good, made by hand');
    machine.compiles('bad');
    const result = await machine.setUp();
    expect(result.backend).toBe('tensorflow');
    expect(result.summary).toContain('of an earlier build stays in place');
    expect(result.failures).toEqual(['the wheel build (cpu) does not load: Error: bad addon']);
    expect(readFileSync(addonFile(machine.packageFolder), 'utf8')).toContain('by hand');
  });

  it('builds again when it is forced', async () => {
    const machine = fakeMachine();
    await machine.setUp();
    machine.steps.length = 0;
    await machine.setUp({ isForced: true });
    expect(machine.steps).toHaveLength(4);
  });

  it('leaves wasm where the cache cannot be written', async () => {
    const { environment, packageFolder } = fakeMachine();
    environment.AUTODEEPLAB_CACHE = join(packageFolder, 'package.json', 'x');
    const result = await setUpBackend({ environment, packageFolder });
    expect(result.backend).toBe('wasm');
    expect(result.summary).toContain('name another in AUTODEEPLAB_CACHE');
  });
});

describe('setUpBackend without work', () => {
  it('builds nothing where wasm is asked for, by option or environment', async () => {
    const packageFolder = fakePackage();
    const asked = { backend: 'wasm', summary: 'wasm was asked for: nothing to build' };
    expect(await setUpBackend({ backend: 'wasm', packageFolder })).toMatchObject(asked);
    const environment = { AUTODEEPLAB_BACKEND: 'wasm' };
    expect(await setUpBackend({ environment, packageFolder })).toMatchObject(asked);
    expect(existsSync(join(packageFolder, 'deps'))).toBe(false);
  });

  it('names the install command where the package is missing', async () => {
    const result = await setUpBackend({ environment: {}, packageFolder: undefined });
    expect(result.backend).toBe('wasm');
    expect(result.summary).toContain('run: npm install --ignore-scripts --save-optional');
  });

  it('refuses an unknown name in the environment', async () => {
    const environment = { AUTODEEPLAB_BACKEND: 'cuda' };
    await expect(setUpBackend({ environment })).rejects.toThrow(ConfigError);
  });
});
