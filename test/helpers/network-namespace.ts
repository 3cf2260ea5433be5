/**
 * Programs in a network of their own, with the loopback address only: TensorFlow's server listens on every
 * interface, which no test may do where others can reach it. All processes end with the program.
 */
import { spawn, spawnSync } from 'node:child_process';

const UNSHARE = [
  ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']),
  ...['--net', '--pid', '--fork', '--kill-child', '--mount-proc'],
];

const START = 'ip link set lo up && exec "$0" "$@"';

/** Whether this machine can make one: Linux, with unshare, ip, and the right to use them. */
export const HAS_NAMESPACES =
  process.platform === 'linux' &&
  spawnSync('unshare', [...UNSHARE, 'sh', '-c', START, 'true'], { stdio: 'ignore' }).status === 0;

/** What a title says where they cannot be had. */
export const WITHOUT_NAMESPACES =
  'skipped: needs Linux, unshare, ip and the right to make network namespaces';

/** How a program ended. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs a Node program in a network of its own. */
export function runInNamespace(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn('unshare', [...UNSHARE, 'sh', '-c', START, process.execPath, ...args], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, output, errors });
    });
  });
}
