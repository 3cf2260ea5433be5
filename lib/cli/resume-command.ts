/** The command that resumes a run, to be typed as it stands. */
import type { BackendChoice } from '../backend/backend-name.js';
import type { ClusterFlags } from './cluster-flags.js';

/** Where a run is, and the flags that it does not keep. */
export interface ResumeFlags extends ClusterFlags {
  readonly out: string;
  readonly backend: BackendChoice;
  readonly tensorboard: boolean;
  readonly import?: readonly string[];
}

/** A word as a shell reads it. */
function word(text: string): string {
  if (process.platform === 'win32') {
    return /^[\w%+,./\\:=@-]+$/.test(text) ? text : `"${text}"`;
  }
  return /^[\w%+,./:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The flags that a run does not keep, by the names that they have on the command line. */
function lost(flags: ResumeFlags): readonly (readonly [flag: string, value: unknown])[] {
  return [
    ...(flags.import ?? []).map((module) => ['import', module] as const),
    ['backend', flags.backend === 'auto' ? undefined : flags.backend],
    ['cluster', flags.cluster],
    ['chief', flags.chief],
    ['ring', flags.ring],
    ['rank', flags.rank],
    ['reduce', flags.reduce],
    ['step-timeout', flags.stepTimeout],
    ['cluster-wait', flags.clusterWait],
  ];
}

/** The command that resumes a run of a program: its folder, and the flags that the run does not keep. */
export function resumeCommand(program: string, flags: ResumeFlags): string {
  const values = [['out', flags.out] as const, ...lost(flags)]
    .filter(([, value]) => value !== undefined)
    .map(([flag, value]) => `--${flag} ${word(String(value))}`);
  const switches = flags.tensorboard ? [] : ['--no-tensorboard'];
  return ['npx autodeeplab', program, '--resume', ...values, ...switches].join(' ');
}
