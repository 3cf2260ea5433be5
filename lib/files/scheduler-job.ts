/** The job of a scheduler that a process belongs to. */

/** A job, and how often its scheduler has started it again. */
export interface SchedulerJob {
  /** The same in all starts of the job, another one in every other job. */
  readonly id: string;
  /** 0 in the first start. */
  readonly restart: number;
}

/**
 * The job that this process belongs to, as its environment says: `AUTODEEPLAB_JOB` and
 * `AUTODEEPLAB_JOB_RESTART`, which work under any scheduler, else those of Slurm. A task of an array
 * has a `SLURM_JOB_ID` of its own.
 *
 * @returns undefined outside of jobs, and where the number of starts is no number
 */
export function schedulerJob(
  environment: NodeJS.ProcessEnv = process.env,
): SchedulerJob | undefined {
  const {
    AUTODEEPLAB_JOB: named = '',
    AUTODEEPLAB_JOB_RESTART: starts = '0',
    SLURM_JOB_ID: slurm = '',
    SLURM_CLUSTER_NAME: cluster = '',
    SLURM_RESTART_COUNT: requeues = '0',
  } = environment;
  const [id, count] = named !== '' ? [named, starts] : [`slurm ${cluster} ${slurm}`, requeues];
  return (named === '' && slurm === '') || !/^\d+$/.test(count)
    ? undefined
    : { id, restart: Number(count) };
}

/**
 * Whether a process belongs to a later start of the job of another one, which its scheduler therefore
 * takes for ended.
 */
export function isLaterStart(
  now: SchedulerJob | undefined,
  before: SchedulerJob | undefined,
): boolean {
  return now !== undefined && now.id === before?.id && now.restart > before.restart;
}
