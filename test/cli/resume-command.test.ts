import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { resumeCommand, type ResumeFlags } from '../../lib/cli/resume-command.js';

const FLAGS: ResumeFlags = {
  out: 'runs/a',
  backend: 'auto',
  tensorboard: true,
};

describe('the command that resumes a run', () => {
  it('names its folder; its options stand there', () => {
    expect(resumeCommand('search', FLAGS)).toBe('npx autodeeplab search --resume --out runs/a');
  });

  it('repeats what the run does not keep', () => {
    const flags = {
      ...FLAGS,
      import: ['./a.js', './b.js'],
      backend: 'wasm',
      tensorboard: false,
    } as const;
    expect(resumeCommand('retrain', flags)).toBe(
      'npx autodeeplab retrain --resume --out runs/a --import ./a.js --import ./b.js --backend wasm ' +
        '--no-tensorboard',
    );
  });

  it('repeats the machines', () => {
    const cluster = { cluster: ['node7:5000', 'node8:5000'], chief: 'node6:6000', stepTimeout: 90 };
    expect(resumeCommand('search', { ...FLAGS, ...cluster })).toContain(
      ' --cluster node7:5000,node8:5000 --chief node6:6000 --step-timeout 90',
    );
    const ring = { ring: ['a:1', 'b:1'], rank: 0, reduce: 'ring', clusterWait: 5 } as const;
    expect(resumeCommand('search', { ...FLAGS, ...ring })).toContain(
      ' --ring a:1,b:1 --rank 0 --reduce ring --cluster-wait 5',
    );
    expect(resumeCommand('search', { ...FLAGS, cluster: 'slurm' })).toContain(' --cluster slurm');
  });

  it('is read by a shell as it is meant', () => {
    const out = "my runs/it's $HOME";
    const command = resumeCommand('search', { ...FLAGS, out });
    const words = execFileSync('sh', ['-c', command.replace('npx autodeeplab', "printf '%s\\n'")]);
    expect(words.toString().trimEnd().split('\n')).toEqual(['search', '--resume', '--out', out]);
  });
});
