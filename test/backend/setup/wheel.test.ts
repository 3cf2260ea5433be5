import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SetupContext } from '../../../lib/backend/setup/context.js';
import { downloadWheels, unpackWheel } from '../../../lib/backend/setup/wheel.js';
import { BackendError } from '../../../lib/errors.js';
import { writeProgram } from '../program.js';
import { scratchFolder } from '../scratch-folder.js';

const python = { command: 'python3', version: '3', pip: '1' };
const hasPython = spawnSync('python3', ['--version']).status === 0;

function contextIn(folder: string, environment: NodeJS.ProcessEnv = process.env): SetupContext {
  return {
    environment,
    cache: folder,
    log: join(folder, 'setup.log'),
    onProgress: () => undefined,
  };
}

/** Writes a wheel, a zip file, whose members are given by name and content. */
function writeWheel(file: string, members: Readonly<Record<string, string>>): void {
  const script = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as archive:
    for name, text in json.loads(sys.argv[2]).items():
        archive.writestr(name, text)
`;
  const result = spawnSync('python3', ['-c', script, file, JSON.stringify(members)]);
  expect(result.status).toBe(0);
}

describe.runIf(hasPython)('unpackWheel', () => {
  it('takes the wanted members and reads version and requirements', async () => {
    const folder = scratchFolder();
    const wheel = join(folder, 'a.whl');
    writeWheel(wheel, {
      'tensorflow/libtensorflow_cc.so.2': 'library',
      'tensorflow/python/x.py': 'code',
      'tensorflow-2.21.0.dist-info/METADATA':
        'Name: tensorflow\nVersion: 2.21.0\nRequires-Dist: six\n\nRequires-Dist: not this\n',
    });
    const target = join(folder, 'target');
    const report = await unpackWheel(
      contextIn(folder),
      python,
      wheel,
      target,
      /tensorflow\/libtensorflow_/,
    );
    expect(report).toEqual({ version: '2.21.0', requires: ['six'] });
    expect(readFileSync(join(target, 'tensorflow/libtensorflow_cc.so.2'), 'utf8')).toBe('library');
    expect(existsSync(join(target, 'tensorflow/python'))).toBe(false);
  });

  it('writes nothing outside the target folder', async () => {
    const folder = scratchFolder();
    const wheel = join(folder, 'a.whl');
    writeWheel(wheel, { '../outside': 'x', '/tmp/../outside2': 'x', inside: 'y' });
    const target = join(folder, 'target');
    await unpackWheel(contextIn(folder), python, wheel, target, /.*/);
    expect(existsSync(join(folder, 'outside'))).toBe(false);
    expect(existsSync(join(target, 'inside'))).toBe(true);
  });

  it('says that a wheel is damaged', async () => {
    const folder = scratchFolder();
    const wheel = join(folder, 'a.whl');
    writeFileSync(wheel, 'not a zip file');
    const promise = unpackWheel(contextIn(folder), python, wheel, join(folder, 't'), /.*/);
    await expect(promise).rejects.toThrow(BackendError);
    await expect(promise).rejects.toThrow('File is not a zip file');
  });
});

describe('downloadWheels', () => {
  it('tries the wheel of another Python where its own has none', async () => {
    const folder = scratchFolder();
    // Fails without --python-version; else writes a wheel into the folder after --dest.
    const command = writeProgram(
      folder,
      'python',
      `case "$*" in *--python-version*) ;; *) exit 1 ;; esac
       while [ "$1" != --dest ]; do shift; done
       echo wheel > "$2/tensorflow_cpu.whl"`,
    );
    const target = join(folder, 'wheels');
    mkdirSync(target);
    const wheels = await downloadWheels(
      contextIn(folder),
      { ...python, command },
      ['tensorflow-cpu==2.21.0'],
      ['manylinux_2_27_x86_64'],
      target,
    );
    expect(wheels).toEqual([join(target, 'tensorflow_cpu.whl')]);
    const log = readFileSync(join(folder, 'setup.log'), 'utf8');
    expect(log).toContain('--abi cp311 --abi none --platform manylinux_2_27_x86_64');
  });

  it('gives up at once in CI, and names the line of pip that tells why', async () => {
    const folder = scratchFolder();
    const command = writeProgram(
      folder,
      'python',
      'echo "WARNING: retrying"; echo "ERROR: No matching distribution found" >&2; exit 1',
    );
    const context = contextIn(folder, { ...process.env, CI: 'true', PIP_RETRIES: '' });
    const promise = downloadWheels(context, { ...python, command }, ['x==1'], [], folder);
    await expect(promise).rejects.toThrow(
      'pip download x==1 failed (exit code 1): ERROR: No matching distribution found',
    );
    expect(readFileSync(context.log, 'utf8')).toContain('--retries 0');
  });

  it('asks for pip where Python has none', async () => {
    const folder = scratchFolder();
    const promise = downloadWheels(
      contextIn(folder),
      { ...python, pip: undefined },
      ['x'],
      [],
      folder,
    );
    await expect(promise).rejects.toThrow('apt-get install python3-pip');
  });
});
