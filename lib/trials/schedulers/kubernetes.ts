/** Trials as an Indexed Job of Kubernetes, 1.29 or later. */
import { posix } from 'node:path';
import { stringify } from 'yaml';
import { ConfigError } from '../../errors.js';
import { text } from '../../training/options/kinds.js';
import { commentLines } from '../quote.js';
import { makeFolders, trialCases, trialFunction } from './run-trial.js';
import { AT_ONCE, defineScheduler, GRACE_SECONDS, RESOURCES, type TrialJob } from './scheduler.js';

/** How often a trial that fails is started again. */
const RETRIES = 3;

/** The exit code of a command line that cannot be understood. */
const USAGE_ERROR = 2;

const CONTAINER = 'trial';
const VOLUME = 'runs';

/** A name as Kubernetes takes it for jobs, with room for the number of a pod. */
function jobName(name: string): string {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return plain.slice(0, 50).replaceAll(/^-+|-+$/g, '') || 'trials';
}

function script({ trials, program = 'autodeeplab' }: TrialJob, cpus: number): string {
  const labels = trials.map((_, i) => String(i));
  return `cpus=${cpus}
${makeFolders(trials)}
${trialFunction(program)}

trap stop TERM
${trialCases(trials, '$JOB_COMPLETION_INDEX', labels)}
exit "$code"
`;
}

/** The folder of the trials must outlive the pods. */
function checkMounted(folder: string, mount: string): void {
  if (!posix.isAbsolute(folder) || posix.relative(mount, folder).startsWith('..')) {
    throw new ConfigError(
      `trials: expected as option out a folder of the container below ${mount}, where the volume is, got ` +
        `${folder}; change it, or the option mount`,
    );
  }
}

/** Trials as an Indexed Job of Kubernetes. */
export const KUBERNETES = defineScheduler({
  name: 'kubernetes',
  summary: 'a cluster with Kubernetes: a manifest of an Indexed Job (not tried on a cluster yet)',
  advice: 'give it to kubectl apply -f -; pods that a node loses are replaced and resume',
  needsFolder: false,
  options: {
    atOnce: AT_ONCE,
    ...RESOURCES,
    image: { kind: text('<image>'), isRequired: true, help: 'container image with autodeeplab' },
    claim: {
      kind: text('<name>'),
      isRequired: true,
      help: 'PersistentVolumeClaim for the runs, and for the data if they are there too',
    },
    mount: {
      kind: text('<folder>'),
      initial: '/runs',
      help: 'where the claim is in the container',
    },
  },
  write: (job, { atOnce, cpus, memory, gpus, image, claim, mount }) => {
    const { trials, folder, name, madeBy } = job;
    checkMounted(folder, mount);
    const amount = {
      cpu: String(cpus),
      memory: `${Math.ceil(memory * 1024)}Mi`,
      ...(gpus > 0 && { 'nvidia.com/gpu': String(gpus) }),
    };
    const manifest = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: jobName(name) },
      spec: {
        completionMode: 'Indexed',
        completions: trials.length,
        parallelism: atOnce ?? trials.length,
        backoffLimitPerIndex: RETRIES,
        // The run's lock is free for sure only once the pod before has ended.
        podReplacementPolicy: 'Failed',
        podFailurePolicy: {
          rules: [
            {
              action: 'Ignore', // evicted, pre-empted, its node drained: no failure of the trial
              onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }],
            },
            {
              action: 'FailIndex',
              onExitCodes: { containerName: CONTAINER, operator: 'In', values: [USAGE_ERROR] },
            },
          ],
        },
        template: {
          spec: {
            restartPolicy: 'Never',
            terminationGracePeriodSeconds: GRACE_SECONDS,
            containers: [
              {
                name: CONTAINER,
                image,
                command: ['sh', '-c', script(job, cpus)],
                resources: { requests: amount, limits: amount },
                volumeMounts: [{ name: VOLUME, mountPath: mount }],
              },
            ],
            volumes: [{ name: VOLUME, persistentVolumeClaim: { claimName: claim } }],
          },
        },
      },
    };
    return `${commentLines([madeBy])}\n${stringify(manifest, { lineWidth: 0 })}`;
  },
});
