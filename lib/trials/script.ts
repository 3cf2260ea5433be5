/** Scripts that run trials. */
import { basename, isAbsolute, resolve } from 'node:path';
import { ConfigError } from '../errors.js';
import { SCHEDULERS } from './schedulers/schedulers.js';
import { checkTrials, type Trial } from './trial.js';

/** What {@link trialScript} writes. */
export interface TrialScriptOptions {
  readonly trials: readonly Trial[];
  /** The folder that all trials lie in; absolute. */
  readonly folder: string;
  /** `shell`, `slurm` or `kubernetes`. */
  readonly scheduler: string;
  /** What the scheduler can be asked for, such as `{ atOnce: 2 }`. */
  readonly options?: Readonly<Record<string, unknown>>;
  /**
   * How the command is called, as words of a shell. By default the installation that writes the script; in
   * a container `autodeeplab`.
   */
  readonly program?: string | undefined;
  /** The name of the job; that of the folder by default. */
  readonly name?: string | undefined;
  /** Where relative paths in arguments begin; this process's folder by default. */
  readonly workingFolder?: string;
  /** The first line of the script says that this made it. */
  readonly madeBy?: string;
}

/** The scheduler of a name. */
export function schedulerNamed(name: string) {
  const scheduler = SCHEDULERS.find((one) => one.name === name);
  if (scheduler === undefined) {
    throw new ConfigError(
      `trials: expected as scheduler one of ${SCHEDULERS.map((one) => one.name).join(', ')}, got "${name}"`,
    );
  }
  return scheduler;
}

/**
 * A script or manifest that runs trials, for one machine (`shell`), Slurm or Kubernetes.
 *
 * Each trial begins its run, or resumes it if its folder has one, also after SIGTERM, a time limit, a
 * pre-emption or the death of its machine. `FOLDER.ended` says how its last start ended; one that ended
 * well with the same arguments is not started again.
 *
 * @throws {@link ConfigError} if the list, the scheduler or an option is not usable
 *
 * @example
 * const args = ['search', '--data', 'camvid', '--root', '/data/CamVid'];
 * const trials = listTrials({ args, folder: '/runs/ten', seeds: [1, 2, 3] });
 * const script = trialScript({ trials, folder: '/runs/ten', scheduler: 'shell' });
 */
export function trialScript(request: TrialScriptOptions): string {
  const {
    trials,
    folder,
    scheduler,
    options = {},
    program,
    workingFolder = process.cwd(),
  } = request;
  checkTrials(trials);
  if (!isAbsolute(folder)) {
    throw new ConfigError(`trials: expected an absolute folder, got "${folder}"`);
  }
  const {
    name = basename(resolve(folder)) || 'trials',
    madeBy = `${trials.length} trials of autodeeplab`,
  } = request;
  if (/[\r\n]/.test(name)) {
    throw new ConfigError(`trials: expected a name of one line, got ${JSON.stringify(name)}`);
  }
  const job = { trials, folder, workingFolder, program, name, madeBy };
  return schedulerNamed(scheduler).write(job, options);
}
