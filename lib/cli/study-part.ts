/** Parts of a study, each in a process of its own: what ends one of them leaves the others alone. */
import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { BackendError } from '../errors.js';
import type { StudyPart } from '../study/plan.js';
import type { PartEnd, PartRequest } from '../study/run-part.js';

/** What a process says when its part has ended without an error. */
interface EndMessage {
  readonly partEnd: PartEnd;
}

/** The compiled command line; under Vitest, which runs the sources, that of `dist`. */
const MAIN = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? '../../dist/cli/main.js' : './main.js',
    import.meta.url,
  ),
);

/** Begins each line of a process with the part that it does, where several are done at once. */
function showErrors(child: ChildProcess, id: string): void {
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      console.error(`${id}: ${line}`);
    });
  }
}

/**
 * Does a part in a process of its own, which stops when the signal is aborted or this process is gone.
 *
 * It has a session of its own, so that Ctrl-C in a terminal reaches it once, through this process.
 *
 * @param args - of the command; the part is added
 * @param isAlone - whether no other part is done meanwhile: then it has the terminal
 * @throws {@link BackendError} if it ended with an error
 */
export async function startPartProcess(
  args: readonly string[],
  { signal }: Pick<PartRequest, 'signal'>,
  { id }: StudyPart,
  isAlone: boolean,
): Promise<PartEnd> {
  const child = fork(MAIN, [...args, '--part', id], {
    stdio: ['ignore', 'ignore', isAlone ? 'inherit' : 'pipe', 'ipc'],
    detached: true,
  });
  const stop = () => child.kill('SIGTERM');
  signal?.addEventListener('abort', stop, { once: true });
  let end: PartEnd | undefined;
  child.on('message', (message) => (end = (message as EndMessage).partEnd));
  showErrors(child, id);
  try {
    const [code, ending] = await new Promise<[number | null, NodeJS.Signals | null]>(
      (resolve, reject) => {
        child.on('error', reject);
        child.on('close', (...how) => {
          resolve(how);
        });
        if (signal?.aborted) {
          stop();
        }
      },
    );
    if (end !== undefined && (end !== 'interrupted' || signal?.aborted)) {
      return end;
    }
    if (signal?.aborted) {
      return 'interrupted';
    }
    throw new BackendError(
      `its process ended with ${ending ?? `exit code ${code}`}; what it said stands above. Start the study ` +
        'again to go on with it',
    );
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** In a process of {@link startPartProcess}: it stops, as if it were asked to, when the one that started it is gone. */
export function stopWithParent(): void {
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel?.unref();
}

/** In a process of {@link startPartProcess}: says how its part has ended. */
export async function tellPartEnd(partEnd: PartEnd): Promise<void> {
  const message: EndMessage = { partEnd };
  await new Promise<void>((resolve) => {
    if (process.send === undefined) {
      resolve();
    } else {
      process.send(message, undefined, {}, () => {
        resolve();
      });
    }
  });
}
