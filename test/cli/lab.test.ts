/** The command `lab`, with a program in the place of JupyterLab that notes how it was called. */
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { LAB_REQUIREMENTS } from '../../lib/notebook/kernel/lab-environment.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { autodeeplabHere } from './command-line.js';

const scratch = realpathSync(temporaryFolder());
const cache = join(scratch, 'cache');
const note = join(scratch, 'note.json');

const FAKE = `#!${process.execPath}
require('node:fs').writeFileSync(${JSON.stringify(note)}, JSON.stringify({
  args: process.argv.slice(2), folder: process.cwd(), path: process.env.JUPYTER_PATH,
}));
`;

interface Call {
  readonly args: readonly string[];
  readonly folder: string;
  readonly path: string;
}

async function lab(...args: readonly string[]) {
  vi.stubEnv('AUTODEEPLAB_CACHE', cache);
  vi.stubEnv('JUPYTER_PATH', '/others');
  const { code, errors } = await autodeeplabHere(['lab', ...args]);
  const called = existsSync(note) ? (JSON.parse(readFileSync(note, 'utf8')) as Call) : undefined;
  return { code, errors: errors.join('\n'), called };
}

describe.skipIf(process.platform === 'win32')('lab', () => {
  beforeEach(() => {
    const programs = join(cache, 'jupyterlab', 'bin');
    mkdirSync(programs, { recursive: true });
    writeFileSync(join(programs, 'python'), '');
    writeFileSync(join(programs, 'jupyter-lab'), FAKE, { mode: 0o755 });
    writeFileSync(join(cache, 'jupyterlab', 'autodeeplab.json'), JSON.stringify(LAB_REQUIREMENTS));
    writeFileSync(note, 'null');
  });

  it('opens a copy in the folder that is named, with the kernel of this project', async () => {
    const copy = join(scratch, 'copy');
    const { code, errors, called } = await lab('--folder', copy);
    expect(code).toBe(0);
    expect(called?.folder).toBe(join(copy, 'notebooks'));
    expect(existsSync(join(copy, 'notebooks', '00-start-here.ipynb'))).toBe(true);
    expect(errors).toContain(`opening ${join(copy, 'notebooks')}, a copy`);
    const [first, second] = called!.path.split(delimiter);
    expect(first.startsWith(join(cache, 'kernels'))).toBe(true);
    expect(second).toBe('/others');
  });

  it.each([
    ['as they are', ['--no-browser', '--port', '9000', '--folder', 'COPY', '--ip=127.0.0.1']],
    [
      'behind dashes',
      ['--folder', 'COPY', '--', '--no-browser', '--port', '9000', '--ip=127.0.0.1'],
    ],
  ])('gives options to JupyterLab %s', async (_, args) => {
    const copy = join(scratch, 'copy');
    const { called } = await lab(...args.map((arg) => (arg === 'COPY' ? copy : arg)));
    expect(called?.args.slice(1)).toEqual(['--no-browser', '--port', '9000', '--ip=127.0.0.1']);
    expect(called?.folder).toBe(join(copy, 'notebooks'));
  });

  it('refuses an option that was meant for it', async () => {
    const { code, errors, called } = await lab('--foldr', join(scratch, 'other'));
    expect(code).toBe(1);
    expect(errors).toBe('error: lab: expected --folder or an option of JupyterLab, got --foldr');
    expect(called).toBeNull();
  });

  it('copies nothing if it only prepares', async () => {
    const copy = join(scratch, 'none');
    const { code, called } = await lab('--prepare-only', '--folder', copy);
    expect([code, called]).toEqual([0, null]);
    expect(existsSync(copy)).toBe(false);
  });
});
