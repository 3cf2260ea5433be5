/** Processes of this room's own: what crashes one of them, or kills it, leaves the others alone. */
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { errorLineOf } from '../backend/setup/run-command.js';
import { BackendError } from '../errors.js';

/** How a process ended. */
export interface ChildEnd {
  /** Null if a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last lines of its standard error. */
  readonly errors: string;
}

/** How to follow a process. */
export interface ChildOptions {
  readonly onMessage?: (message: unknown) => void;
  /** Variables of its environment besides those of this process. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  /** Kills it. */
  readonly signal?: AbortSignal | undefined;
}

/** So much of standard error is kept, in characters. */
const KEPT = 4000;

/** A compiled script of this room; under Vitest, which runs the sources, that of `dist`. */
function compiled(name: string): string {
  const isSource = import.meta.url.endsWith('.ts');
  const script = fileURLToPath(
    new URL(isSource ? `../../dist/verify/${name}.js` : `./${name}.js`, import.meta.url),
  );
  if (!existsSync(script)) {
    throw new BackendError(
      `verify: expected the compiled script ${script}, got no such file; run \`npm run build\``,
    );
  }
  return script;
}

/**
 * Runs a script of this room in a process of its own and waits for its end.
 *
 * @param request - what it is to do, as plain data
 * @throws the signal's reason, once the process is gone, if the signal was aborted
 */
export async function runChild(
  name: string,
  request: object,
  { onMessage, signal, variables }: ChildOptions = {},
): Promise<ChildEnd> {
  signal?.throwIfAborted();
  const child = fork(compiled(name), [JSON.stringify(request)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, ...variables },
  });
  const kill = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', kill, { once: true });
  let errors = '';
  child.stderr?.on('data', (data: Buffer) => {
    errors = (errors + data.toString()).slice(-KEPT);
  });
  child.on('message', (message) => onMessage?.(message));
  try {
    return await new Promise<ChildEnd>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, ending) => {
        resolve({ code, signal: ending, errors: errors.trim() });
      });
    });
  } finally {
    signal?.removeEventListener('abort', kill);
    signal?.throwIfAborted();
  }
}

/** How a process ended, in words: its signal or code, and the line that says why. */
export function describeEnd({ code, signal, errors }: ChildEnd): string {
  const how = signal ?? `code ${code}`;
  return errors === '' ? `it ended with ${how}` : `it ended with ${how}: ${errorLineOf(errors)}`;
}

/** In a process of {@link runChild}: what it was asked for. It ends when the one that asked is gone. */
export function requestOfChild<Request>(): Request {
  process.on('disconnect', () => process.exit(1));
  return JSON.parse(process.argv[2]) as Request;
}

/** In a process of {@link runChild}: sends a message and waits until it is on its way. */
export function tellParent(message: object): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send!(message, undefined, {}, (error: Error | null) => {
      if (error) {
        reject(error);
      } else {
        resolve();
      }
    });
  });
}
