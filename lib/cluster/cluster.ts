/** A cluster as the chief has it. */
import { BackendError } from '../errors.js';
import { duration } from '../duration.js';
import type { SessionPlace } from '../runtime/graph/session-config.js';
import type { Joined } from './join.js';
import { DONE } from './messages.js';

/** After a failure, a worker is given so long to say that it is there, ms. */
const STATE_MS = 5000;

/** The servers of other processes, and what they have. */
export class Cluster {
  /**
   * @param place - where sessions are opened
   * @param devices - full names of all devices, those of the chief first
   */
  constructor(
    readonly place: SessionPlace,
    readonly devices: readonly string[],
    private readonly workers: readonly Joined[],
  ) {}

  /** The workers as the user named them. */
  get names(): readonly string[] {
    return this.workers.map(({ name }) => name);
  }

  /**
   * An error of a step as one that names the worker at fault.
   *
   * @returns the error itself if it is of another kind
   */
  async explain(error: unknown): Promise<unknown> {
    const isOfSession = error instanceof Error && error.message.startsWith('Session fail to run');
    if (!isOfSession) {
      return error;
    }
    const faults = (await Promise.all(this.workers.map(faultOf))).filter(
      (text) => text !== undefined,
    );
    const [line] = error.message.split('\n');
    const { timeoutSeconds } = this.place;
    const isLate = /timed out|DEADLINE_EXCEEDED/i.test(error.message);
    if (faults.length > 0) {
      return new BackendError(
        `cluster: ${faults.join('; ')}. Start the worker again, or leave it out, and resume the run`,
        { cause: error },
      );
    }
    return new BackendError(
      isLate
        ? `cluster: expected a step within ${duration(timeoutSeconds)}, got none, though the workers answer ` +
            `(${this.names.join(', ')}); if steps take that long, resume the run with a longer option stepTimeout`
        : `cluster: expected a step that runs, got: ${line}; the workers ${this.names.join(', ')} answer`,
      { cause: error },
    );
  }

  /** Lets the workers go. TensorFlow's server of this process stays until the process ends. */
  close(): void {
    for (const { connection } of this.workers) {
      connection.close();
    }
  }
}

/** What is wrong with a worker; undefined if it answers. */
async function faultOf({ name, connection }: Joined): Promise<string | undefined> {
  try {
    await connection.ask({ kind: 'state' }, DONE, STATE_MS);
    return undefined;
  } catch {
    const reason = connection.notice ?? connection.reason;
    return reason === undefined
      ? `expected worker ${name} to answer, got none for ${STATE_MS / 1000} s`
      : `expected worker ${name} to go on, got: ${reason}`;
  }
}
