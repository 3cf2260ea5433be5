import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { RunDirectory } from '../../lib/run/directory.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { syntheticStudy } from '../study/synthetic-record.js';
import { autodeeplabHere } from './command-line.js';

const folder = temporaryFolder();
const search = ['search', '--data', 'sample', '--root', '/data', '--preset', 'tiny'];

const trials = (scheduler: string, more: readonly string[], args: readonly string[] = search) =>
  autodeeplabHere([
    ...['trials', '--seeds', '1-3', '--for', scheduler, '--out', path.join(folder, 'ten')],
    ...[...more, '--', ...args],
  ]);

describe('trials', () => {
  it('prints a script for a shell, and writes nothing', async () => {
    const { code, output, errors } = await trials('shell', ['--at-once', '2', '--cpus', '3']);
    expect(code).toBe(0);
    expect(output).toMatch(/^#!\/bin\/sh\n# 3 trials of autodeeplab search --data sample /);
    expect(output).toContain("slots='1 2'\n");
    expect(output).toContain('cpus=3\n');
    expect(output).toMatch(
      /\(seed-3\) trial \S+\/ten\/seed-3 \w{12} search --data sample .* --seed 3 ;;/,
    );
    expect(errors).toEqual([
      '3 trials; save it as a file, and run it with sh; started again, it goes on with what is missing',
    ]);
    expect(existsSync(path.join(folder, 'ten'))).toBe(false);
  });

  it('makes the folder in which Slurm opens logs', async () => {
    const { code, output } = await trials('slurm', ['--name', 'mine', '--program', 'my program']);
    expect(code).toBe(0);
    expect(output).toContain('#SBATCH --job-name="mine"\n');
    expect(output).toContain('  my program "$@" --out "$folder" &\n');
    expect(readdirSync(folder)).toEqual(['ten']);
  });

  it('prints a manifest for Kubernetes, whose paths need not be here', async () => {
    const needed = ['--image', 'i', '--claim', 'c', '--mount', folder];
    const config = [...search, '--config', '/in/the/container.json'];
    const { code, output } = await trials('kubernetes', needed, config);
    expect(code).toBe(0);
    expect(output).toContain('completionMode: Indexed\n');
  });

  it('retrains architectures under each seed', async () => {
    const args = ['retrain', '--data', 'sample', '--root', '/data', '--preset', 'tiny'];
    const { output, errors } = await trials('shell', ['--architectures', 'published'], args);
    expect(output).toMatch(
      /\(published-seed-2\) .* retrain published --data sample .* --seed 2 ;;/,
    );
    expect(errors[0]).toMatch(/^3 trials;/);
  });

  it.each([
    [
      'shell',
      [],
      ['train'],
      1,
      'trials: expected search or retrain and its arguments behind --, got "train"',
    ],
    [
      'shell',
      [],
      [...search, '--epoch', '3'],
      1,
      'search: expected flags that it has, got --epoch; see',
    ],
    ['shell', [], [...search, '--epochs', 'x'], 2, 'expected a whole number ≥ 1, got "x"'],
    ['shell', [], [...search, '--seed', '3'], 1, 'without --seed, which each trial gets'],
    ['shell', [], [...search, '--out', 'x'], 1, 'without --out, which each trial gets'],
    ['shell', [], [...search, '--resume'], 1, 'without --resume, which each trial gets'],
    [
      'shell',
      [],
      [...search, 'more'],
      1,
      'at most 0 arguments of search besides flags, got "more"',
    ],
    ['shell', [], ['search', '--data', 'nosuch', '--root', 'x'], 1, 'got "nosuch"'],
    ['shell', [], [...search, '--config', 'nowhere.json'], 1, 'nowhere.json'],
    [
      'shell',
      ['--architectures', 'x.json'],
      ['retrain', 'published'],
      1,
      'at most 0 arguments of retrain',
    ],
    ['shell', ['--architectures', 'nowhere.json'], ['retrain'], 1, 'nowhere.json'],
    [
      'shell',
      ['--memory', '3'],
      search,
      1,
      'expected for shell only --at-once and --cpus, got --memory',
    ],
    ['kubernetes', ['--claim', 'c'], search, 1, '--image a text that is not empty, got none'],
    ['pbs', [], search, 2, "argument 'pbs' is invalid"],
    ['shell', ['--seeds', '3-1'], search, 2, 'whose range 3-1 falls'],
  ])('for %s with %j refuses %j', async (scheduler, more, args, exit, why) => {
    const { code, output, errors } = await trials(scheduler, more, args);
    expect([code, output]).toEqual([exit, '']);
    expect(errors.join('\n')).toContain(why);
    expect(errors).toHaveLength(1);
  });
});

describe('collect', () => {
  const SHAPE = { layers: 2, levels: 4, blocks: 1, operations: ['none', 'skip_connect'] };
  const BETA = new Float32Array(7);

  async function writeSearch(out: string, seed: number): Promise<void> {
    const run = await RunDirectory.create(path.join(out, `seed-${seed}`), {
      kind: 'search',
      config: { options: { epochs: 2 } },
      seed,
    });
    const history = await run.openHistory(0, { ...SHAPE, firstLayer: 'free' });
    const row = { epoch: 0, step: 4, phase: 'architecture', kind: 'epoch', meanIou: seed / 10 };
    history.add({ ...row, loss: 1, alpha: Float32Array.of(0, 1, 0, 1), beta: BETA });
    await history.close();
    await run.close();
  }

  it('prints the table, and writes it, Arrow files and figures', async () => {
    const out = path.join(folder, 'searches');
    await writeSearch(out, 1);
    await writeSearch(out, 2);
    mkdirSync(path.join(out, 'seed-3'));
    const { code, output, errors } = await autodeeplabHere(['collect', out]);
    expect(code).toBe(0);
    const lines = output.split('\n');
    expect(lines[0]).toMatch(/^trial +state +seed +done +last mIoU +best mIoU +strides$/);
    expect(lines[2]).toMatch(/^seed-2 +interrupted +2 +1\/2 epochs +20\.00 % +20\.00 % +\d+ \d+$/);
    expect(lines[3]).toMatch(/^seed-3 +not begun/);
    expect(lines).toContain('3 trials: 2 interrupted, 1 not begun');
    expect(errors).toEqual([`the table, Arrow files and figures are in ${out}/collected`]);
    expect(readdirSync(path.join(out, 'collected')).sort()).toEqual([
      ...['branches.html', 'branches.png', 'curves.html', 'curves.png', 'epochs.arrow'],
      ...['levels.html', 'levels.png', 'trials.arrow', 'trials.json', 'trials.md'],
    ]);
    const again = await autodeeplabHere(['collect', out, '--no-figures', '--out', `${out}-2`]);
    expect(again.output).toBe(output);
    expect(readdirSync(`${out}-2`)).toHaveLength(4);
  });

  it('prints the groups and the answer of a study, and writes its report', async () => {
    const out = path.join(folder, 'study');
    mkdirSync(out);
    const record = syntheticStudy({ searches: 2, randomPerFound: 1, seeds: 1 });
    writeFileSync(path.join(out, 'study.json'), JSON.stringify(record));
    const { code, output, errors } = await autodeeplabHere(['collect', out]);
    expect(errors).toEqual([`the report is in ${out}/report`]);
    expect(code).toBe(0);
    expect(output).toMatch(/^group +networks +retrainings +mean IoU/);
    expect(output).toMatch(/ound networks .* random ones of their size/);
    const figures = [
      'scores',
      'size',
      'opinion-probability',
      'opinion-supernet',
      'curves',
      'sharpness',
    ];
    expect(readdirSync(path.join(out, 'report')).sort()).toEqual(
      [...figures, 'levels', 'branches']
        .map((name) => `${name}.png`)
        .concat('REPORT.md', 'report.json')
        .sort(),
    );
    const text = readFileSync(path.join(out, 'report', 'REPORT.md'), 'utf8');
    expect(text).toContain('(scores.png)');
    const again = await autodeeplabHere(['collect', out, '--no-figures', '--out', `${out}-2`]);
    expect(again.output).toBe(output);
    expect(readdirSync(`${out}-2`).sort()).toEqual(['REPORT.md', 'report.json']);
    expect(readFileSync(`${out}-2/REPORT.md`, 'utf8')).not.toContain('.png');
  });

  it('lays studies beside another one, each once', async () => {
    const names = ['first', 'longer', 'deeper/longer'].map((name) => path.join(folder, name));
    for (const [i, name] of names.entries()) {
      mkdirSync(name, { recursive: true });
      const record = syntheticStudy({ searches: 1, randomPerFound: 1, seeds: 1, seed: i });
      writeFileSync(path.join(name, 'study.json'), JSON.stringify(record));
    }
    const [first, longer, same] = names;
    const collect = ['collect', first, '--no-figures', '--beside'];
    expect((await autodeeplabHere([...collect, longer])).code).toBe(0);
    expect(readFileSync(`${first}/report/REPORT.md`, 'utf8')).toMatch(/\| longer +\|/);
    const { code, errors } = await autodeeplabHere([...collect, `${longer}, ${same}`]);
    expect([code, errors.join()]).toEqual([1, expect.stringContaining('two named "longer"')]);
    const trials = await autodeeplabHere(['collect', folder, '--beside', longer]);
    expect(trials.errors.join()).toMatch(/collect --beside: expected a study/);
  });

  it('refuses a study.json that is none', async () => {
    const out = path.join(folder, 'no-study');
    mkdirSync(out);
    writeFileSync(path.join(out, 'study.json'), '{"format": 2}');
    const { code, errors } = await autodeeplabHere(['collect', out]);
    expect(code).toBe(1);
    expect(errors[0]).toContain('expected what a study has measured, format 1, got format');
  });

  it('refuses a folder without trials', async () => {
    const empty = path.join(folder, 'none');
    mkdirSync(empty);
    writeFileSync(path.join(empty, 'a.txt'), '');
    const { code, errors } = await autodeeplabHere(['collect', empty]);
    expect(code).toBe(1);
    expect(errors[0]).toContain(
      `error: ${empty}: expected folders with runs, such as seed-1, got none`,
    );
  });

  it('says how a study whose record is missing gets it back', async () => {
    const carried = path.join(folder, 'carried');
    mkdirSync(path.join(carried, 'results'), { recursive: true });
    writeFileSync(path.join(carried, 'results', 'settings.json'), '{}');
    const { code, errors } = await autodeeplabHere(['collect', carried]);
    expect(code).toBe(1);
    expect(errors[0]).toContain(`${path.join(carried, 'study.json')}: expected what the study`);
    expect(errors[0]).toContain('repeat the command of the study');
  });
});
