import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { trialScript } from '../../../lib/trials/script.js';
import type { Trial } from '../../../lib/trials/trial.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { callsIn, fakeProgram, run } from './fake-program.js';

const root = temporaryFolder();
const program = fakeProgram(path.join(root, 'program'));
const hasBash = spawnSync('bash', ['--version']).status === 0;

function scriptOf(folder: string, trials: readonly Trial[], options = {}): string {
  const common = { scheduler: 'slurm', program, workingFolder: root };
  return trialScript({ folder, trials, options, ...common });
}

function listOf(folder: string, ...args: readonly (readonly string[])[]): Trial[] {
  return args.map((some, i) => {
    return { id: `t-${i + 1}`, folder: path.join(folder, `t-${i + 1}`), args: some };
  });
}

const directives = (script: string): string[] =>
  script
    .split('\n')
    .filter((line) => line.startsWith('#SBATCH '))
    .map((line) => line.slice('#SBATCH '.length));

describe('the job array', () => {
  it('asks for what it was given', () => {
    const folder = '/runs/50 % "new"';
    const trials = listOf(folder, ['search'], ['search'], ['search']);
    const options = {
      atOnce: 2,
      cpus: 8,
      memory: 1.5,
      gpus: 1,
      time: '1-12:00:00',
      partition: 'gpu',
    };
    expect(directives(scriptOf(folder, trials, options))).toEqual([
      String.raw`--job-name="50 % \"new\""`,
      '--array=1-3%2',
      '--cpus-per-task=8',
      '--mem=1536M',
      '--gres=gpu:1',
      '--time="1-12:00:00"',
      '--partition="gpu"',
      String.raw`--output="/runs/50 %% \"new\"/slurm-%a.log"`,
      '--open-mode=append',
      '--requeue',
      '--signal=B:TERM@120',
    ]);
  });

  it('asks for four cores and 16 GiB by default', () => {
    const script = scriptOf('/runs', listOf('/runs', ['search']));
    expect(directives(script)).toEqual([
      ...['--job-name="runs"', '--array=1-1', '--cpus-per-task=4', '--mem=16384M'],
      ...['--output="/runs/slurm-%a.log"', '--open-mode=append', '--requeue'],
      '--signal=B:TERM@120',
    ]);
  });

  it.each(['/runs/a\\b', '/runs/a\nb/c'])(
    'refuses a folder that its logs cannot be in',
    (folder) => {
      expect(() => scriptOf(folder, listOf(folder, ['search']))).toThrow(
        'option out a folder that Slurm can write a log into',
      );
    },
  );

  it.each([
    [{ image: 'x' }, 'expected for slurm only { atOnce, cpus'],
    [{ cpus: 0 }, 'option cpus a whole number ≥ 1'],
    [{ memory: -1 }, 'option memory a number > 0'],
    [{ time: '' }, 'option time a text that is not empty'],
  ])('refuses %o', (options, why) => {
    expect(() => scriptOf('/runs', listOf('/runs', ['search']), options)).toThrow(why);
  });
});

describe.skipIf(!hasBash)('a task of the array', () => {
  /** Slurm's commands: `squeue` says a state, `scontrol` notes what it was told. */
  function fakeSlurm(name: string, state: string): { PATH: string; told: string } {
    const bin = path.join(root, name);
    const told = path.join(bin, 'told');
    mkdirSync(bin);
    writeFileSync(path.join(bin, 'squeue'), `#!/bin/sh\necho "$@" >>'${told}'\necho ${state}\n`);
    writeFileSync(path.join(bin, 'scontrol'), `#!/bin/sh\necho "$@" >>'${told}'\n`);
    chmodSync(path.join(bin, 'squeue'), 0o755);
    chmodSync(path.join(bin, 'scontrol'), 0o755);
    return { PATH: `${bin}:${process.env.PATH}`, told };
  }

  const task = (number: string) => ({
    SLURM_ARRAY_JOB_ID: '7',
    SLURM_ARRAY_TASK_ID: number,
    SLURM_CPUS_PER_TASK: '5',
  });

  it('runs its trial with the cores it got, and ends with its exit code', async () => {
    const folder = path.join(root, 'codes');
    mkdirSync(folder);
    const trials = listOf(folder, ['search', 'a b'], ['retrain', '--end', '3']);
    const file = path.join(root, 'codes.sh');
    writeFileSync(file, scriptOf(folder, trials));
    const { code, output } = await run('bash', [file], { env: task('2') });
    expect(code).toBe(3);
    expect(output).toMatch(/^task 2 on \S+, start 1\n$/);
    expect(callsIn(folder)).toMatchObject({ 't-2': [{ intra: '5', inter: '5' }] });
    expect(existsSync(trials[0].folder)).toBe(true); // known to have not begun
    expect((await run('bash', [file], { env: task('1') })).code).toBe(0);
    expect(callsIn(folder)['t-1'][0].args.slice(0, 2)).toEqual(['search', 'a b']);
    expect((await run('bash', [file], { env: task('3') })).code).toBe(2);
  });

  it.each([
    ['RUNNING', true],
    ['SIGNALING', true],
    ['COMPLETING', false],
    ['CANCELLED', false],
  ])('stopped while its job is %s, is requeued: %s', async (state, isRequeued) => {
    const folder = path.join(root, `stopped-${state}`);
    mkdirSync(folder);
    const trials = listOf(folder, ['search', '--wait']);
    const file = path.join(root, `stopped-${state}.sh`);
    writeFileSync(file, scriptOf(folder, trials));
    const { PATH, told } = fakeSlurm(`bin-${state}`, state);
    let pid = 0;
    const ended = run('bash', [file], {
      env: { ...task('1'), PATH },
      onStart: (started) => (pid = started),
    });
    await vi.waitUntil(() => existsSync(`${trials[0].folder}.calls`), { timeout: 60_000 });
    process.kill(pid, 'SIGTERM');
    expect((await ended).code).toBe(143);
    const asked = '--noheader --jobs=7_1 --format=%T';
    expect(readFileSync(told, 'utf8').trimEnd().split('\n')).toEqual(
      isRequeued ? [asked, 'requeue 7_1'] : [asked],
    );
    await run('bash', [file], { env: { ...task('1'), PATH } });
    expect(callsIn(folder)['t-1'].map(({ args }) => args.includes('--resume'))).toEqual([
      false,
      true,
    ]);
  });
});
