import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { trialScript } from '../../../lib/trials/script.js';
import { trialKey, type Trial } from '../../../lib/trials/trial.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { callsIn, fakeProgram, run } from './fake-program.js';

const root = temporaryFolder();
const program = fakeProgram(path.join(root, 'a $HOME program'));
const shells = ['dash', 'bash', 'busybox'].filter(
  (name) => spawnSync(name, ['-c', 'true']).error === undefined,
);

/** What shells would change if it were not quoted. */
const ODD = ['a b', "it's", '"$HOME"', '`id`', '*', '', 'two\nlines', '\\', '!x', '--x=~/ä', '-n'];

let count = 0;
function trialsOf(...args: readonly (readonly string[])[]): { folder: string; trials: Trial[] } {
  const folder = path.join(root, `runs ${count++}'s $x`);
  const trials = args.map((some, i) => {
    const id = `trial-${i + 1}`;
    return { id, folder: path.join(folder, id), args: some };
  });
  return { folder, trials };
}

function script(list: { folder: string; trials: readonly Trial[] }, options = {}): string {
  const file = `${list.folder}.sh`;
  const text = trialScript({ ...list, scheduler: 'shell', program, options, workingFolder: root });
  writeFileSync(file, text);
  return file;
}

const shellArgs = (shell: string, file: string, ...more: string[]): string[] =>
  shell === 'busybox' ? ['sh', file, ...more] : [file, ...more];

/** The exit code that the script noted, once it is sure that it noted the arguments' key. */
function endedWith(trial: Trial): string {
  const [code, key] = readFileSync(`${trial.folder}.ended`, 'utf8').trim().split(' ');
  expect(key).toBe(trialKey(trial));
  return code;
}

describe.each(shells)('the script in %s', (shell) => {
  const start = (file: string, ...more: string[]) => run(shell, shellArgs(shell, file, ...more));

  it('passes every argument on as it is, in the working folder', async () => {
    const list = trialsOf(['search', ...ODD], ['retrain', 'published']);
    const { code, output, errors } = await start(script(list, { cpus: 3 }));
    expect([code, errors]).toEqual([0, '']);
    expect(output).toContain('done: 2 trials\n');
    const [first, second] = list.trials;
    const calls = callsIn(list.folder);
    expect(calls['trial-1']).toEqual([
      { args: ['search', ...ODD, '--out', first.folder], intra: '1', inter: '3', cwd: root },
    ]);
    expect(calls['trial-2']).toMatchObject([
      { args: ['retrain', 'published', '--out', second.folder], intra: '3', inter: '3' },
    ]);
  });

  it('resumes what failed, leaves what is done, and runs what has other arguments', async () => {
    const list = trialsOf(['search', '--end', '1'], ['search', '--end', '0']);
    const file = script(list, { atOnce: 2 });
    const first = await start(file);
    expect(first.code).toBe(1);
    expect(first.output).toContain(`failed, see the logs in ${list.folder}: trial-1\n`);
    expect(first.output).toContain('done: 1 trials\n');
    expect(endedWith(list.trials[0])).toBe('1');
    const second = await start(file);
    expect(second.code).toBe(0);
    const calls = callsIn(list.folder);
    expect(calls['trial-1'].map(({ args }) => args.includes('--resume'))).toEqual([false, true]);
    expect(calls['trial-2']).toHaveLength(1);
    expect(readFileSync(`${list.trials[1].folder}.log`, 'utf8')).toContain('done before');
    list.trials[1] = { ...list.trials[1], args: ['search', '--epochs', '80'] };
    expect((await start(script(list))).code).toBe(0);
    const again = callsIn(list.folder)['trial-2'];
    expect(again[1].args).toEqual([
      ...['search', '--epochs', '80', '--resume', '--out', list.trials[1].folder],
    ]);
  });

  it('stopped by SIGTERM stops its runs, begins no others, and resumes them later', async () => {
    const list = trialsOf(['search', '--wait'], ['search', '--wait'], ['search']);
    const file = script(list, { atOnce: 2 });
    let pid = 0;
    const first = run(shell, shellArgs(shell, file), { onStart: (started) => (pid = started) });
    const begun = (i: number) => existsSync(`${list.trials[i].folder}.calls`);
    await vi.waitUntil(() => begun(0) && begun(1), { timeout: 60_000 });
    process.kill(pid, 'SIGTERM');
    const stopped = await first;
    expect(stopped.code).toBe(1);
    expect(stopped.output).toContain('interrupted or not begun: trial-1 trial-2 trial-3\n');
    expect(endedWith(list.trials[0])).toBe('143');
    expect(existsSync(list.trials[2].folder)).toBe(true);
    expect((await start(file)).code).toBe(0);
    const resumed = Object.values(callsIn(list.folder)).map((calls) =>
      calls.map(({ args }) => args.includes('--resume')),
    );
    expect(resumed).toEqual([[false, true], [false, true], [false]]);
  });

  it('runs one trial alone, and knows no others', async () => {
    const list = trialsOf(['search'], ['search']);
    const file = script(list);
    expect((await start(file, 'trial-2')).code).toBe(0);
    expect(Object.keys(callsIn(list.folder))).toEqual(['trial-2']);
    const { code, errors } = await start(file, 'trial-9');
    expect([code, errors]).toEqual([2, 'expected one of 2 trials, got trial-9\n']);
  });
});

it('a script says in one comment what made it', () => {
  const list = trialsOf(['search']);
  mkdirSync(list.folder);
  const madeBy = 'a\nrm -rf b';
  const text = trialScript({ ...list, scheduler: 'shell', program, madeBy });
  expect(text.split('\n')[1]).toBe('# a rm -rf b');
});
