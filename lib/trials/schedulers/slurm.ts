/** Trials as a job array of Slurm. */
import { join } from 'node:path';
import { ConfigError } from '../../errors.js';
import { text } from '../../training/options/kinds.js';
import { commentLines, shellWord } from '../quote.js';
import { makeFolders, thisProgram, trialCases, trialFunction } from './run-trial.js';
import { AT_ONCE, defineScheduler, GRACE_SECONDS, RESOURCES } from './scheduler.js';

/** A value in a line of `#SBATCH`, where `"` and `\` need a `\`. */
function directiveValue(value: string): string {
  return `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** The pattern of the logs: of each task of the array, one, which its later starts continue. */
function logPattern(folder: string): string {
  if (/[\\\r\n]/.test(folder)) {
    throw new ConfigError(
      `trials: expected as option out a folder that Slurm can write a log into, got ${JSON.stringify(folder)}; ` +
        'take one without backslashes and line breaks',
    );
  }
  return join(folder.replaceAll('%', '%%'), 'slurm-%a.log');
}

/**
 * Behind the trial: a run that was stopped goes back into the queue if its job is still running, so before
 * the time limit and in the grace time of a pre-emption. A job that was cancelled or requeued is past that.
 */
const REQUEUE = `if [ -n "$terminated" ] && [ "$code" -eq 143 ]; then
  task=\${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
  case $(squeue --noheader --jobs="$task" --format=%T) in
  (RUNNING | SIGNALING) scontrol requeue "$task" ;;
  esac
fi
exit "$code"`;

/** Trials as a job array of Slurm. */
export const SLURM = defineScheduler({
  name: 'slurm',
  summary: 'a cluster with Slurm: a job array',
  advice: 'give it to sbatch; what the node or the time limit interrupts is requeued and resumed',
  needsFolder: true, // Slurm opens the logs before the script runs
  options: {
    atOnce: AT_ONCE,
    ...RESOURCES,
    time: { kind: text('<limit>'), help: 'time limit as Slurm writes it, such as 1-12:00:00' },
    partition: { kind: text('<name>'), help: 'partition of the cluster' },
  },
  write: (job, { atOnce, cpus, memory, gpus, time, partition }) => {
    const { trials, folder, workingFolder, program = thisProgram(), name, madeBy } = job;
    const limit = atOnce === undefined ? '' : `%${atOnce}`;
    const directives = [
      `--job-name=${directiveValue(name)}`,
      `--array=1-${trials.length}${limit}`,
      `--cpus-per-task=${cpus}`,
      `--mem=${Math.ceil(memory * 1024)}M`,
      ...(gpus > 0 ? [`--gres=gpu:${gpus}`] : []),
      ...(time === undefined ? [] : [`--time=${directiveValue(time)}`]),
      ...(partition === undefined ? [] : [`--partition=${directiveValue(partition)}`]),
      `--output=${directiveValue(logPattern(folder))}`,
      '--open-mode=append',
      '--requeue',
      `--signal=B:TERM@${GRACE_SECONDS}`,
    ];
    const labels = trials.map((_, i) => String(i + 1));
    return `#!/bin/bash
${directives.map((directive) => `#SBATCH ${directive}`).join('\n')}
${commentLines([madeBy])}
set -u
cd ${shellWord(workingFolder)} || exit
cpus=\${SLURM_CPUS_PER_TASK:-${cpus}}
${makeFolders(trials)}

${trialFunction(program)}

trap stop TERM
echo "task $SLURM_ARRAY_TASK_ID on $(hostname), start $((\${SLURM_RESTART_COUNT:-0} + 1))"
${trialCases(trials, '$SLURM_ARRAY_TASK_ID', labels)}
${REQUEUE}
`;
  },
});
