import { beforeAll, describe, expect, it } from 'vitest';
import { writeSample } from '../../lib/sample/write-sample.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { autodeeplabHere } from './command-line.js';

const root = temporaryFolder();
const retrain = (...more: string[]) =>
  autodeeplabHere([
    ...['retrain', '--data', 'sample', '--root', `${root}/sample`, '--preset', 'tiny'],
    ...['--out', `${root}/run`, ...more],
  ]);

describe('the flags of a cluster', () => {
  beforeAll(async () => {
    const counts = { train: 4, val: 1 };
    await writeSample({ root: `${root}/sample`, width: 128, height: 64, counts });
  });

  it.each([
    [['--cluster', 'node7'], 'expected host:port with a port from 1 to 65535, got "node7"'],
    [['--cluster', 'a:1,a:1'], 'expected different workers, got a:1 twice'],
    [['--cluster', 'a:1', '--chief', 'here'], 'expected host:port with a port'],
    [['--cluster', 'a:1', '--step-timeout', '0'], 'expected seconds above 0, got "0"'],
    [['--cluster', 'a:1', '--cluster-wait', 'long'], 'expected a number, got "long"'],
    [['--ring', 'a:1'], 'ring: expected at least two processes as host:port, got 1'],
    [['--ring', 'a:1,b'], 'expected host:port with a port from 1 to 65535, got "b"'],
    [
      ['--ring', 'a:5000,a:5001'],
      'expected two free ports for each process, that named and the next',
    ],
    [['--ring', 'a:1,b:65535'], 'expected ports below 65535, since TensorFlow takes the next one'],
    [['--ring', 'a:1,b:1', '--rank', 'one'], 'expected a number from 0 on, got "one"'],
    [['--ring', 'a:1,b:1', '--reduce', 'mpi'], 'Allowed choices are ring, nccl'],
  ])('are refused: %j', async (flags, text) => {
    const { code, errors } = await retrain(...flags);
    expect(code).toBe(2);
    expect(errors.at(-1)).toContain(text);
  });

  it.each([
    [['--chief', 'a:1'], 'cluster: expected --cluster with --chief, got none; pass both'],
    [['--rank', '1'], 'cluster: expected --ring with --rank, got none; pass both'],
    [['--ring', 'slurm'], 'slurm: expected a task of Slurm, got none of its variables'],
    [
      ['--ring', 'slurm', '--rank', '0'],
      'ring: expected no rank with slurm, which numbers its tasks, got 0; leave --rank out',
    ],
    [
      ['--ring', 'a:1,b:1'],
      'ring: expected the rank of this process, 0 to 1, got none; pass --rank',
    ],
    [
      ['--ring', 'a:1,b:1', '--rank', '2'],
      'ring: expected a rank from 0 to 1, one for each of the 2 processes, got 2; change --rank',
    ],
    [
      ['--ring', 'a:1,b:1', '--rank', '1', '--cluster', 'a:1'],
      'ring: expected a cluster or a ring, got both; leave --cluster or --ring out',
    ],
    [
      ['--ring', 'a:1,b:1', '--rank', '1', '--replicas', '4'],
      'retrain ring: expected one replica for each of its 2 processes, got 4 replicas; set --replicas 2, or ' +
        'name as many processes as replicas',
    ],
    [
      ['--ring', 'a:1,b:1', '--rank', '0', '--replicas', '2'],
      'cluster: expected the native TensorFlow that the set-up builds, got the backend wasm; run: ' +
        'npx autodeeplab setup --force',
    ],
    [['--cluster', 'slurm'], 'expected a task of Slurm, got none of its variables'],
    [
      ['--cluster', 'a:1,b:1', '--replicas', '2'],
      'retrain cluster: expected a replica for each of 3 machines, this one included, got 2 replicas; ' +
        'set --replicas 3 or more, or name fewer workers',
    ],
    [
      ['--cluster', 'a:1', '--replicas', '2'],
      'cluster: expected the native TensorFlow that the set-up builds, got the backend wasm; run: ' +
        'npx autodeeplab setup --force',
    ],
  ])('end the command: %j', async (flags, text) => {
    const { code, errors } = await retrain(...flags);
    expect(code).toBe(1);
    expect(errors.at(-1)).toContain(text);
  });

  it.each([[['--cluster', 'a:1']], [['--ring', 'a:1,b:1', '--rank', '0']]])(
    'are no work for a dry run: %j',
    async (machines) => {
      const flags = [...machines, '--replicas', '2', '--dry-run', '--crop', '33'];
      const { code, errors } = await retrain(...flags);
      expect(code, errors.join('\n')).toBe(0);
    },
  );
});

describe('the command worker', () => {
  it.each([
    [['--listen', 'x'], 1, '--listen: expected [host:]port'],
    [['--listen', '65535'], 1, '--listen: expected a port below 65535'],
    [['--listen', '5000', '--patience', '0'], 1, '--patience: expected at least 1 second, got 0'],
    [[], 2, "required option '--listen <[host:]port>' not specified"],
  ])('refuses %j', async (flags, code, text) => {
    const ended = await autodeeplabHere(['worker', ...flags]);
    expect(ended.code).toBe(code);
    expect(ended.errors.at(-1)).toContain(text);
  });
});
