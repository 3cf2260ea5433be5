import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { latestCheckpoint } from '../../lib/run/checkpoint-folder.js';
import { readHistory } from '../../lib/run/history.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { writeTinyDataset } from '../training/tiny-dataset.js';
import { ensureCompiled, MAIN } from './compiled-cli.js';

const folder = temporaryFolder();
const data = path.join(folder, 'data');
const hasPython = spawnSync('python3', ['--version']).status === 0;
const hasNohup = spawnSync('nohup', ['--version']).status === 0;
const inTerminal = fileURLToPath(new URL('closed-terminal.py', import.meta.url));

const env = { ...process.env, AUTODEEPLAB_BACKEND: 'wasm' };

function search(name: string, epochs: number): string[] {
  return [
    ...[MAIN, 'search', '--data', 'folder', '--root', data, '--preset', 'tiny', '--workers', '0'],
    ...['--crop', '33', '--batch-size', '2', '--filter-multiplier', '1', '--layers', '2'],
    ...['--blocks', '1', '--no-tensorboard', '--epochs', `${epochs}`],
    ...['--out', path.join(folder, name)],
  ];
}

async function stepsOf(name: string) {
  const run = path.join(folder, name);
  const rows = (await readHistory(path.join(run, 'history.arrow'))).rows;
  const saved = await latestCheckpoint(path.join(run, 'checkpoints'));
  const steps = rows.filter(({ kind }) => kind === 'step').map(({ step }) => step);
  return { saved: saved?.checkpoint.step, steps };
}

/** Runs interruptible work in a process of its own: it prints `ready`, waits, and ends after `end`. */
function interruptible(before = ''): ReturnType<typeof spawn> {
  const modules = new URL('../../dist/cli/', import.meta.url).href;
  const script = `
    import { interruptible } from '${modules}interrupt.js';
    import { dropLostOutput } from '${modules}output.js';
    ${before}
    await interruptible(async (signal) => {
      const end = new Promise((resolve) => process.stdin.once('data', resolve));
      signal.addEventListener('abort', () => console.log('aborted'));
      console.log('ready');
      await end;
      process.stdin.destroy();
    }, 'advice');`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, _: 'node' },
  });
}

/** Resolves when a process has printed a text. */
function printed(child: ReturnType<typeof spawn>, text: string): Promise<void> {
  return new Promise((resolve) => {
    let seen = '';
    child.stdout?.on('data', (piece: Buffer) => {
      seen += piece.toString();
      if (seen.includes(text)) {
        resolve();
      }
    });
  });
}

beforeAll(async () => {
  ensureCompiled();
  await writeTinyDataset(data, { train: 8, val: 2 });
});

describe('interruptible', () => {
  it.each([
    { signals: ['SIGHUP', 'SIGHUP'], code: 129 },
    { signals: ['SIGTERM', 'SIGHUP'], code: 143 },
    { signals: ['SIGHUP', 'SIGTERM'], code: 129 },
  ] as const)('lets the work end after $signals, with the code of the first', async (test) => {
    const child = interruptible();
    const closed = once(child, 'close');
    await printed(child, 'ready');
    const aborted = printed(child, 'aborted');
    child.kill(test.signals[0]);
    await aborted;
    child.kill(test.signals[1]);
    child.stdin?.end('end');
    expect(await closed).toEqual([test.code, null]);
  });

  it('ends at once at the second SIGINT', async () => {
    const child = interruptible();
    const closed = once(child, 'close');
    await printed(child, 'ready');
    const aborted = printed(child, 'aborted');
    child.kill('SIGINT');
    await aborted;
    child.kill('SIGINT'); // nothing says `end`
    expect(await closed).toEqual([130, null]);
  });

  it('takes SIGTERM from the system and from a script for one', async () => {
    const child = interruptible(`process.on('SIGTERM', () => console.log('came'));`);
    const closed = once(child, 'close');
    let errors = '';
    child.stderr?.on('data', (piece: Buffer) => (errors += piece.toString()));
    await printed(child, 'ready');
    const aborted = printed(child, 'aborted');
    child.kill('SIGTERM');
    await aborted;
    const again = printed(child, 'came');
    child.kill('SIGTERM');
    await again;
    child.stdin?.end('end');
    expect(await closed).toEqual([143, null]);
    expect(errors).toContain('interrupted; advice');
  });

  it('ends at once when SIGTERM comes again later', async () => {
    const child = interruptible();
    const closed = once(child, 'close');
    await printed(child, 'ready');
    const repeated = setInterval(() => child.kill('SIGTERM'), 100); // nothing says `end`
    expect(await closed).toEqual([143, null]);
    clearInterval(repeated);
  });

  it('leaves no listeners behind', async () => {
    const code = `process.on('exit', () => console.log(process.eventNames().join()));`;
    const child = interruptible(code);
    const names = printed(child, 'exit');
    let output = '';
    child.stdout?.on('data', (piece: Buffer) => (output += piece.toString()));
    await printed(child, 'ready');
    child.stdin?.end('end');
    await names;
    expect(output).not.toMatch(/SIG/);
  });
});

describe('dropLostOutput', () => {
  const modules = new URL('../../dist/cli/output.js', import.meta.url).href;
  const script = `
    import { dropLostOutput } from '${modules}';
    dropLostOutput();
    console.log('one');
    console.log('two');`;

  it.skipIf(process.platform !== 'linux')('says that results cannot be written', async () => {
    const run = `"$0" --input-type=module -e "$1" > /dev/full`;
    const child = spawn('sh', ['-c', run, process.execPath, script]);
    let errors = '';
    child.stderr.on('data', (piece: Buffer) => (errors += piece.toString()));
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(errors).toBe(
      'error: cannot write standard output: the disk is full; free some space and resume\n',
    );
  });
});

describe('a search', () => {
  it.skipIf(!hasPython)('is saved when its terminal is closed', async () => {
    const command = [process.execPath, ...search('closed', 100)];
    const { stdout } = await promisify(execFile)(
      'python3',
      [inTerminal, 'epoch 1/100', ...command],
      { env: { ...env, _: 'node' } },
    );
    expect(stdout).toBe('129\n');
    const { saved, steps } = await stepsOf('closed');
    expect(saved).toBeGreaterThanOrEqual(1);
    expect(steps.at(-1)).toBe(saved);
  });

  it.skipIf(!hasNohup)('goes on under nohup, and when nobody reads its output', async () => {
    // As a shell says it, which is not what starts this test.
    const child = spawn('nohup', [process.execPath, ...search('alone', 3)], {
      env: { ...env, _: '/usr/bin/nohup' },
    });
    const closed = once(child, 'exit');
    await once(child.stderr, 'data'); // the backend: nothing is read any more
    child.stdout.destroy();
    child.stderr.destroy();
    child.kill('SIGHUP');
    expect(await closed).toEqual([0, null]);
    const { saved, steps } = await stepsOf('alone');
    expect(saved).toBe(6);
    expect(steps).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
