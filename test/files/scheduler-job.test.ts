import { expect, it } from 'vitest';
import { isLaterStart, schedulerJob } from '../../lib/files/scheduler-job.js';

it('a job is that which the environment names, else that of Slurm', () => {
  const slurm = { SLURM_JOB_ID: '12', SLURM_CLUSTER_NAME: 'c', SLURM_RESTART_COUNT: '3' };
  expect(schedulerJob({})).toBeUndefined();
  expect(schedulerJob(slurm)).toEqual({ id: 'slurm c 12', restart: 3 });
  expect(schedulerJob({ SLURM_JOB_ID: '12' })).toEqual({ id: 'slurm  12', restart: 0 });
  expect(schedulerJob({ ...slurm, AUTODEEPLAB_JOB: 'mine' })).toEqual({ id: 'mine', restart: 0 });
  expect(schedulerJob({ AUTODEEPLAB_JOB: 'a', AUTODEEPLAB_JOB_RESTART: '2' })?.restart).toBe(2);
  expect(schedulerJob({ AUTODEEPLAB_JOB: 'a', AUTODEEPLAB_JOB_RESTART: 'x' })).toBeUndefined();
});

it('only a higher number of the same job is a later start', () => {
  const job = { id: 'a', restart: 1 };
  expect(isLaterStart({ id: 'a', restart: 2 }, job)).toBe(true);
  expect(isLaterStart(job, job)).toBe(false);
  expect(isLaterStart({ id: 'b', restart: 2 }, job)).toBe(false);
  expect(isLaterStart(undefined, job)).toBe(false);
  expect(isLaterStart(job, undefined)).toBe(false);
});
