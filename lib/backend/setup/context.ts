/** What the steps of one set-up share. */
import { BackendError } from '../../errors.js';
import { errorLineOf, type CommandResult } from './run-command.js';

/** What the steps of one set-up share. */
export interface SetupContext {
  /** Variables of the environment. */
  readonly environment: NodeJS.ProcessEnv;
  /** Folder for what is downloaded and built. */
  readonly cache: string;
  /** File that receives every command and its output. */
  readonly log: string;
  /** Receives one line at the start of each long step. */
  readonly onProgress: (line: string) => void;
}

/**
 * Checks that a program succeeded.
 *
 * @param step - what it had to do, for the error text
 * @throws {@link BackendError} with the line that names the error, if it failed
 */
export function requireSuccess(step: string, result: CommandResult): CommandResult {
  if (result.code !== 0) {
    throw new BackendError(
      `${step} failed (exit code ${result.code}): ${errorLineOf(result.stderr || result.stdout)}`,
    );
  }
  return result;
}
