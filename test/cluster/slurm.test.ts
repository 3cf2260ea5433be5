import { describe, expect, it } from 'vitest';
import { expandCounts, expandHosts, slurmTask } from '../../lib/cluster/slurm.js';
import { ConfigError } from '../../lib/errors.js';

// The right values of the lists are what `scontrol show hostnames` of Slurm 22.05 printed.
describe('expandHosts', () => {
  it.each([
    ['node7', ['node7']],
    ['node7,gpu5', ['node7', 'gpu5']],
    ['node[1-3]', ['node1', 'node2', 'node3']],
    ['node[08-10,12],gpu5', ['node08', 'node09', 'node10', 'node12', 'gpu5']],
    ['rack[0-1]n[1-2]', ['rack0n1', 'rack0n2', 'rack1n1', 'rack1n2']],
  ])('expands %s', (list, hosts) => {
    expect(expandHosts(list)).toEqual(hosts);
  });
});

describe('expandCounts', () => {
  it('repeats', () => {
    expect(expandCounts('2(x3),1')).toEqual([2, 2, 2, 1]);
    expect(expandCounts('4')).toEqual([4]);
  });
});

describe('slurmTask', () => {
  const job = {
    SLURM_JOB_ID: '17',
    SLURM_STEP_NODELIST: 'node[1-2]',
    SLURM_STEP_TASKS_PER_NODE: '2,1',
  };

  it('makes the first task the chief, and the others workers with ports of their own', () => {
    const processes = ['node1:21088', 'node1:21090', 'node2:21088'];
    const workers = processes.slice(1);
    const chief = { ...job, SLURM_PROCID: '0', SLURM_LOCALID: '0' };
    expect(slurmTask(chief)).toEqual({ rank: 0, workers, processes });
    const last = { ...job, SLURM_PROCID: '2', SLURM_LOCALID: '0' };
    expect(slurmTask(last)).toEqual({ rank: 2, workers, processes });
  });

  it('keeps the ports of two jobs apart, and below the last one', () => {
    const portOf = (id: number) =>
      slurmTask({ ...job, SLURM_JOB_ID: String(id), SLURM_PROCID: '0' }).workers.map((worker) =>
        Number(worker.split(':')[1]),
      );
    const both = [...portOf(1), ...portOf(2)];
    expect(new Set(both).size).toBe(4);
    expect(Math.max(...portOf(99_999_999))).toBeLessThan(65_535);
  });

  it('refuses what is no task, one task alone, and tasks dealt out in turn', () => {
    expect(() => slurmTask({})).toThrow(ConfigError);
    expect(() => slurmTask({})).toThrow('start it with srun');
    const alone = { ...job, SLURM_STEP_NODELIST: 'a', SLURM_STEP_TASKS_PER_NODE: '1' };
    expect(() => slurmTask({ ...alone, SLURM_PROCID: '0' })).toThrow('--ntasks=2');
    const cyclic = { ...job, SLURM_PROCID: '1', SLURM_LOCALID: '0' };
    expect(() => slurmTask(cyclic)).toThrow('--distribution=block');
  });
});
