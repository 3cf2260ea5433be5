import { describe, expect, it } from 'vitest';
import { findCompiler, findPython } from '../../../lib/backend/setup/tools.js';
import { writeProgram } from '../program.js';
import { scratchFolder } from '../scratch-folder.js';

describe('findPython', () => {
  it('prefers a Python with pip to an earlier one without', async () => {
    const PATH = scratchFolder();
    writeProgram(PATH, 'python3', `echo '{"version": "3.13.0", "pip": null}'`);
    writeProgram(PATH, 'python', `echo '{"version": "3.11.2", "pip": "23.0"}'`);
    expect(await findPython({ PATH })).toEqual({
      command: 'python',
      version: '3.11.2',
      pip: '23.0',
    });
  });

  it('takes AUTODEEPLAB_PYTHON and no other', async () => {
    const PATH = scratchFolder();
    writeProgram(PATH, 'python3', `echo '{"version": "3.11.2", "pip": "23.0"}'`);
    expect(await findPython({ PATH, AUTODEEPLAB_PYTHON: '/nowhere/python' })).toBeUndefined();
  });

  it('finds none on an empty path', async () => {
    expect(await findPython({ PATH: scratchFolder() })).toBeUndefined();
  });
});

describe('findCompiler', () => {
  it('takes the first that runs', async () => {
    const PATH = scratchFolder();
    writeProgram(PATH, 'c++', 'exit 1');
    writeProgram(PATH, 'g++', 'echo "g++ 12.2.0"; echo more');
    expect(await findCompiler({ PATH })).toEqual({ command: 'g++', version: 'g++ 12.2.0' });
  });
});
